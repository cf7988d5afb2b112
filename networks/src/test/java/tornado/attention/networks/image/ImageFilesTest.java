package tornado.attention.networks.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFilesTest {
    @TempDir
    Path folder;

    private static byte[] encoded(BufferedImage image, String format) throws IOException {
        var bytes = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, bytes)).isTrue();
        return bytes.toByteArray();
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("image"), bytes);
    }

    @Test
    void readsThePhotographs() throws IOException {
        for (String name : new String[] {"chelsea", "astronaut", "coffee"}) {
            var photo = ImageFiles.read(Path.of("..", "docs", "photos", name + ".png"));
            assertThat(photo.getType()).as(name).isEqualTo(BufferedImage.TYPE_INT_RGB);
            assertThat(photo.getWidth()).as(name).isBetween(400, 700);
        }
    }

    @Test
    void aPngComesBackBitByBit() throws IOException {
        var image = noise(37, 23, BufferedImage.TYPE_INT_RGB);
        var path = folder.resolve("noise.png");
        ImageFiles.write(image, path);
        var read = ImageFiles.read(path);
        for (int y = 0; y < 23; y++) {
            for (int x = 0; x < 37; x++) {
                assertThat(read.getRGB(x, y)).isEqualTo(image.getRGB(x, y));
            }
        }
    }

    @Test
    void greyStaysAsBrightAsItIs() throws IOException {
        // Java's grey is linear by its colour model: a conversion on the way would turn 100 into 168.
        var image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(1, 2, 0, 100);
        assertThat(ImageFiles.read(file(encoded(image, "png"))).getRGB(1, 2)).isEqualTo(0xff646464);
    }

    @Test
    void transparencyBecomesWhite() throws IOException {
        var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00123456);
        image.setRGB(1, 0, 0xff123456);
        var read = ImageFiles.read(file(encoded(image, "png")));
        assertThat(read.getRGB(0, 0)).isEqualTo(0xffffffff);
        assertThat(read.getRGB(1, 0)).isEqualTo(0xff123456);
    }

    @Test
    void jpegAndPaletteAndSixteenBits() throws IOException {
        var plain = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 256; i++) {
            plain.setRGB(i % 16, i / 16, 0xff804020);
        }
        int jpeg = ImageFiles.read(file(encoded(plain, "jpeg"))).getRGB(8, 8);
        assertThat((jpeg >> 16) & 0xff).isBetween(0x7c, 0x84);
        var palette = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_INDEXED);
        palette.setRGB(3, 3, 0xffff0000);
        assertThat(ImageFiles.read(file(encoded(palette, "png"))).getRGB(3, 3)).isEqualTo(0xffff0000);
        var deep = new BufferedImage(16, 16, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setSample(5, 5, 0, 100 * 257);
        assertThat(ImageFiles.read(file(encoded(deep, "png"))).getWidth()).isEqualTo(16);
    }

    @Test
    void filesThatAreNoImages() throws IOException {
        assertThatThrownBy(() -> ImageFiles.read(folder.resolve("missing.png")))
                .isInstanceOf(ImageException.class)
                .hasMessageEndingWith("missing.png: there is no such file; check the path.");
        assertThatThrownBy(() -> ImageFiles.read(folder))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("not a file that can be read");
        assertThatThrownBy(() -> ImageFiles.read(file("hello".getBytes(StandardCharsets.US_ASCII))))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("neither PNG, JPEG, WebP, BMP nor GIF");
        assertThatThrownBy(() -> ImageFiles.read(file(new byte[0]))).isInstanceOf(ImageException.class);
        byte[] bits = encoded(new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_BINARY), "wbmp");
        assertThatThrownBy(() -> ImageFiles.read(file(bits)))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("neither PNG, JPEG, WebP, BMP nor GIF");
    }

    @Test
    void bmpAndGifAreReadAndGreyStaysGrey() throws IOException {
        var colour = new BufferedImage(9, 8, BufferedImage.TYPE_BYTE_INDEXED);
        colour.setRGB(1, 2, 0xff336699);
        for (var format : new String[] {"bmp", "gif"}) {
            var read = ImageFiles.read(file(encoded(colour, format)));
            assertThat(read.getRGB(1, 2) & 0xffffff).as(format).isEqualTo(0x336699);
        }
        var grey = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(1, 2, 0, 100);
        assertThat(ImageFiles.read(file(encoded(grey, "png"))).getRGB(1, 2) & 0xffffff)
                .isEqualTo(0x646464);
    }

    @Test
    void absurdSizesAreRefusedBeforeDecoding() throws IOException {
        for (int[] size : new int[][] {{100_000, 100_000}, {Integer.MAX_VALUE, 1}, {8193, 8192}, {1, 1 << 30}}) {
            var path = file(pngHeader(size[0], size[1]));
            assertThatThrownBy(() -> ImageFiles.read(path))
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining("the image is " + size[0] + "x" + size[1] + " pixels, but at most 67108864");
        }
    }

    /** The beginning of a PNG that says it has this size; there are no pixels behind it. */
    private static byte[] pngHeader(int width, int height) throws IOException {
        var chunk = new ByteArrayOutputStream();
        var out = new DataOutputStream(chunk);
        out.writeBytes("IHDR");
        out.writeInt(width);
        out.writeInt(height);
        out.write(new byte[] {8, 2, 0, 0, 0});
        var crc = new CRC32();
        crc.update(chunk.toByteArray());
        var png = new ByteArrayOutputStream();
        out = new DataOutputStream(png);
        out.writeLong(0x89504e470d0a1a0aL);
        out.writeInt(13);
        out.write(chunk.toByteArray());
        out.writeInt((int) crc.getValue());
        return png.toByteArray();
    }

    @Test
    void filesCutShortAreRefused() throws IOException {
        for (String format : new String[] {"png", "jpeg"}) {
            byte[] whole = encoded(noise(40, 30, BufferedImage.TYPE_INT_RGB), format);
            for (double part : new double[] {0.01, 0.2, 0.5, 0.8, 0.95}) {
                var path = file(Arrays.copyOf(whole, (int) (part * whole.length)));
                assertThatThrownBy(() -> ImageFiles.read(path))
                        .as("%s, %.0f%% of it", format, 100 * part)
                        .isInstanceOf(ImageException.class);
            }
        }
    }

    @Test
    void flippedBitsReadOrAreRefused() throws IOException {
        long seed = Long.getLong("tornado.attention.seed", 11);
        var random = new SplittableRandom(seed);
        for (String format : new String[] {"png", "jpeg"}) {
            byte[] whole = encoded(noise(9, 7, BufferedImage.TYPE_INT_RGB), format);
            for (int round = 0; round < 400; round++) {
                byte[] raw = whole.clone();
                // Not the size of the image: a size that is allowed would only make the test slow.
                int at = format.equals("png") ? random.nextInt(29, raw.length) : random.nextInt(170, raw.length);
                raw[at] ^= (byte) (1 << random.nextInt(8));
                try {
                    ImageFiles.read(file(raw));
                } catch (ImageException refused) {
                    assertThat(refused.getMessage()).doesNotContain("\n");
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(format + " seed " + seed + " round " + round, e);
                }
            }
        }
    }

    @Test
    void targetsThatCannotBeWritten() {
        var image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        assertThatThrownBy(() -> ImageFiles.write(image, folder.resolve("no").resolve("x.png")))
                .isInstanceOf(ImageException.class)
                .hasMessageEndingWith("x.png: cannot be written: its folder does not exist; create it first.");
        assertThatThrownBy(() -> ImageFiles.write(image, folder)).isInstanceOf(ImageException.class);
    }

    private static BufferedImage noise(int width, int height, int type) {
        var random = new SplittableRandom(5);
        var image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, 0xff000000 | random.nextInt(1 << 24));
            }
        }
        return image;
    }

    /** What Pillow makes of the same files: inks as colours, WebP, and EXIF's orientation applied. */
    @ParameterizedTest
    @CsvSource({
        "inks.jpg, inks.png, 1",
        "lossless.webp, lossless.png, 1",
        "turned2.jpg, turned2.png, 2",
        "turned3.jpg, turned3.png, 3",
        "turned4.jpg, turned4.png, 4",
        "turned5.jpg, turned5.png, 5",
        "turned6.jpg, turned6.png, 6",
        "turned7.jpg, turned7.png, 7",
        "turned8.jpg, turned8.png, 8",
    })
    void readsAsPillowDoes(String name, String expected, int orientation) throws Exception {
        var file = Path.of(ImageFilesTest.class.getResource(name).toURI());
        var image = ImageFiles.read(file);
        var wanted = ImageFiles.read(
                Path.of(ImageFilesTest.class.getResource(expected).toURI()));
        assertThat(ImageFiles.orientation(file)).isEqualTo(orientation);
        assertThat(image.getWidth()).isEqualTo(wanted.getWidth());
        assertThat(image.getHeight()).isEqualTo(wanted.getHeight());
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                assertThat(image.getRGB(x, y)).as(x + ", " + y).isEqualTo(wanted.getRGB(x, y));
            }
        }
    }

    @Test
    void aDamagedHeaderSaysNothing() throws Exception {
        var file = folder.resolve("cut.jpg");
        var whole = Files.readAllBytes(
                Path.of(ImageFilesTest.class.getResource("turned6.jpg").toURI()));
        for (int length = 0; length < 120; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertThat(ImageFiles.orientation(file)).isIn(1, 6);
        }
    }
}
