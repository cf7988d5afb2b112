package tornado.attention.networks.image;

import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * What a JPEG file says before its pixels.
 *
 * @param components colours of a pixel; 0 of a file that is no JPEG
 * @param orientation EXIF's, 1 to 8; 1: upright
 */
record JpegHeader(int components, int orientation) {
    private static final JpegHeader NONE = new JpegHeader(0, 1);

    private static final int BEGIN = 0xffd8;
    private static final int EXIF = 0xffe1;
    private static final int SCAN = 0xffda;
    private static final int UPRIGHT = 1;
    private static final int TURNED_MOST = 8;

    /** Reads the segments before the first scan; what is damaged says nothing here, and is met again by the decoder. */
    static JpegHeader of(Path file) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            return of(in);
        }
    }

    /** The same from the first byte of a file on. */
    static JpegHeader of(InputStream file) throws IOException {
        int components = 0;
        int orientation = UPRIGHT;
        try {
            var in = new DataInputStream(file);
            if (in.readUnsignedShort() != BEGIN) {
                return NONE;
            }
            while (true) {
                int marker = in.readUnsignedShort();
                if (marker == SCAN || marker >>> 8 != 0xff) {
                    break;
                }
                var segment = in.readNBytes(Math.max(0, in.readUnsignedShort() - 2));
                if (isFrame(marker) && segment.length > 5) {
                    components = segment[5];
                } else if (marker == EXIF
                        && new String(
                                        segment,
                                        0,
                                        Math.min(4, segment.length),
                                        java.nio.charset.StandardCharsets.ISO_8859_1)
                                .equals("Exif")) {
                    orientation = orientation(segment);
                }
            }
        } catch (EOFException e) {
            // The decoder says it.
        }
        return new JpegHeader(components, orientation);
    }

    /** SOF0 to SOF15 without DHT, JPG and DAC, which lie between them. */
    private static boolean isFrame(int marker) {
        return marker >= 0xffc0 && marker <= 0xffcf && marker != 0xffc4 && marker != 0xffc8 && marker != 0xffcc;
    }

    private static int orientation(byte[] segment) {
        int head = "Exif\0\0".length();
        try (var stream = new MemoryCacheImageInputStream(
                new ByteArrayInputStream(segment, Math.min(head, segment.length), segment.length))) {
            var entry = new TIFFReader().read(stream).getEntryById(TIFF.TAG_ORIENTATION);
            return entry != null
                            && entry.getValue() instanceof Number n
                            && n.intValue() >= UPRIGHT
                            && n.intValue() <= TURNED_MOST
                    ? n.intValue()
                    : UPRIGHT;
        } catch (IOException | RuntimeException e) { // damaged metadata is no reason to refuse a picture
            return UPRIGHT;
        }
    }

    boolean hasFourInks() {
        return components == 4;
    }

    /** The image as it is to be looked at: 2 to 4 are mirrored or upside down, 5 to 8 lie on their side. */
    BufferedImage upright(BufferedImage image) {
        if (orientation == UPRIGHT) {
            return image;
        }
        int width = image.getWidth();
        int height = image.getHeight();
        boolean aside = orientation > 4;
        var turned = new BufferedImage(aside ? height : width, aside ? width : height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int right = width - 1 - x;
                int below = height - 1 - y;
                int pixel = image.getRGB(x, y);
                switch (orientation) {
                    case 2 -> turned.setRGB(right, y, pixel);
                    case 3 -> turned.setRGB(right, below, pixel);
                    case 4 -> turned.setRGB(x, below, pixel);
                    case 5 -> turned.setRGB(y, x, pixel);
                    case 6 -> turned.setRGB(below, x, pixel);
                    case 7 -> turned.setRGB(below, right, pixel);
                    default -> turned.setRGB(y, right, pixel);
                }
            }
        }
        return turned;
    }
}
