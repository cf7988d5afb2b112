package tornado.attention.networks.image;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import tornado.attention.files.AtomicFile;

/**
 * Reads PNG, JPEG, WebP, BMP and GIF files and writes PNG files; a file is not trusted. TwelveMonkeys reads WebP and what the JDK reads in wrong
 * colours, JPEG files in four inks.
 */
public final class ImageFiles {
    /** Most pixels decoded: four bytes each, a quarter of a gigabyte. Twice the largest usual camera. */
    public static final long MAX_PIXELS = 1L << 26;

    /** Rows from which on each pass of an interlaced GIF has some. */
    private static final int LEAST_GIF_ROWS = 8;

    private static final Set<String> FORMATS = Set.of("png", "jpeg", "bmp", "gif", "webp");

    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "bmp", "gif", "webp");

    private ImageFiles() {}

    /** Whether a file is an image by the ending of its name, in letters of either case. */
    public static boolean isNamedAsImage(String name) {
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /**
     * Reads a photograph, upright as its EXIF orientation says. Transparent parts become white.
     *
     * @param file a PNG, JPEG, WebP, BMP or GIF (its first picture) file of at most 67 million pixels
     * @return the image, of type {@link BufferedImage#TYPE_INT_RGB}
     * @throws ImageException if there is no such file, it is of another format, it is corrupt, or its header asks for
     *     more pixels than are read
     */
    public static BufferedImage read(Path file) throws ImageException {
        if (!Files.exists(file)) {
            throw new ImageException(file + ": there is no such file; check the path.", null);
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new ImageException(
                    file + ": this is not a file that can be read; name a PNG, JPEG, WebP, BMP or GIF file.", null);
        }
        try (var stream = new FileImageInputStream(file.toFile())) {
            return read(file.toString(), JpegHeader.of(file), stream);
        } catch (ImageException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // decoders meet corrupt files with all kinds of the latter
            throw corrupt(file.toString(), e);
        }
    }

    /**
     * The same of a file that is in memory already.
     *
     * @param bytes all of it
     * @param name what messages call it
     */
    public static BufferedImage read(byte[] bytes, String name) throws ImageException {
        if (bytes.length == 0) {
            throw new ImageException(name + ": the file is empty; copy it again.", null);
        }
        // In memory throughout: no global cache setting is touched.
        try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            return read(name, JpegHeader.of(new ByteArrayInputStream(bytes)), stream);
        } catch (ImageException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw corrupt(name, e);
        }
    }

    private static BufferedImage read(String file, JpegHeader jpeg, ImageInputStream stream) throws IOException {
        var readers = ImageIO.getImageReaders(stream);
        while (readers.hasNext()) {
            var reader = readers.next();
            try {
                if (isChosen(reader, jpeg)) {
                    return jpeg.upright(read(file, reader, stream));
                }
            } finally {
                reader.dispose();
            }
        }
        throw new ImageException(
                file + ": this is neither PNG, JPEG, WebP, BMP nor GIF; convert it to one of them.", null);
    }

    /** How a photograph lay in its file, as EXIF says; 1 where it lay upright or nothing is said. */
    public static int orientation(Path file) throws IOException {
        return JpegHeader.of(file).orientation();
    }

    private static boolean isChosen(ImageReader reader, JpegHeader jpeg) throws IOException {
        var format = reader.getFormatName().toLowerCase(Locale.ROOT);
        boolean ofJdk = reader.getClass().getName().startsWith("com.sun.imageio.");
        return FORMATS.contains(format) && (!format.equals("jpeg") || ofJdk != jpeg.hasFourInks());
    }

    private static BufferedImage read(String file, ImageReader reader, ImageInputStream stream) throws IOException {
        reader.setInput(stream, true, true); // no metadata: text chunks may be compressed, without a bound
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width < 1 || height < 1 || width * height > MAX_PIXELS) {
            throw new ImageException(
                    file + ": the image is " + width + "x" + height + " pixels, but at most " + MAX_PIXELS
                            + " pixels are read; make it smaller.",
                    null);
        }
        if (reader.getFormatName().equalsIgnoreCase("gif") && height < LEAST_GIF_ROWS) {
            throw new ImageException(
                    file + ": Java reads GIF files of fewer than " + LEAST_GIF_ROWS
                            + " rows wrong where they are interlaced," + " and this one has " + height
                            + "; save it as PNG.",
                    null);
        }
        var cut = new boolean[1];
        reader.addIIOReadWarningListener((source, warning) -> cut[0] |= isTruncation(warning));
        var image = reader.read(0);
        if (cut[0]) {
            throw corrupt(file, null);
        }
        return opaque(image);
    }

    /** The JPEG decoder fills what is missing with grey and only warns; other warnings do not change the picture. */
    private static boolean isTruncation(String warning) {
        String lower = warning.toLowerCase(Locale.ROOT);
        return lower.contains("truncated") || lower.contains("premature");
    }

    private static ImageException corrupt(String file, Throwable cause) {
        return new ImageException(
                file + ": the image is corrupt or of an unsupported kind; save it again as PNG.", cause);
    }

    private static BufferedImage opaque(BufferedImage image) {
        var rgb = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        var graphics = rgb.createGraphics();
        graphics.drawImage(image, 0, 0, Color.WHITE, null);
        graphics.dispose();
        return rgb;
    }

    /**
     * Writes a picture as PNG.
     *
     * @param image the picture
     * @param file file to create or replace; its folder must exist
     * @throws ImageException if it cannot be written
     */
    public static void write(BufferedImage image, Path file) throws ImageException {
        var bytes = new ByteArrayOutputStream();
        try {
            // In memory first: ImageIO leaves an empty file behind when it fails. No global cache setting is touched.
            try (var stream = new MemoryCacheImageOutputStream(bytes)) {
                if (!ImageIO.write(image, "png", stream)) {
                    throw new IllegalStateException(
                            "This Java has no PNG encoder; use a JDK with the java.desktop module.");
                }
            }
        } catch (IOException e) {
            throw new ImageException(file + ": cannot be made a PNG: " + e.getMessage() + ".", e);
        }
        try {
            AtomicFile.write(file, bytes.toByteArray());
        } catch (IOException e) {
            throw new ImageException(e.getMessage(), e);
        }
    }
}
