package tornado.attention.report.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
    private static final int WHITE = 0xffffffff;

    private static BufferedImage grey(int width, int height) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, 0x808080);
        }
        return image;
    }

    private static int brightness(int rgb) {
        return (2126 * ((rgb >> 16) & 0xff) + 7152 * ((rgb >> 8) & 0xff) + 722 * (rgb & 0xff)) / 10000;
    }

    @Test
    void coloursGetLighterStepByStep() {
        var map = ColourMap.standard();
        for (int i = 1; i < 256; i++) {
            assertThat(brightness(map.rgb(i / 255.0)))
                    .as("step %d", i)
                    .isGreaterThanOrEqualTo(brightness(map.rgb((i - 1) / 255.0)));
        }
        assertThat(brightness(map.rgb(1)) - brightness(map.rgb(0))).isGreaterThan(150);
        assertThat(map.rgb(-3)).isEqualTo(map.rgb(0));
        assertThat(map.rgb(7)).isEqualTo(map.rgb(1));
    }

    @Test
    void overlaysAreHotWhereTheMapIs() {
        var map = new PixelMap(2, 2, new float[] {0, 0, 0, 1});
        var overlay = Overlay.draw(grey(100, 60), map, map.range());
        assertThat(overlay.getWidth()).isEqualTo(100);
        assertThat(brightness(overlay.getRGB(95, 55))).isGreaterThan(brightness(overlay.getRGB(5, 5)) + 60);
        assertThat(overlay.getRGB(95, 5)).isEqualTo(overlay.getRGB(5, 55)).isEqualTo(overlay.getRGB(5, 5));
    }

    @Test
    void overlaysStayGreyWhereTheMapIsNotFinite() {
        var map = new PixelMap(1, 2, new float[] {Float.NaN, 3});
        assertThat(map.range()).isEqualTo(new PixelMap.Range(3, 3));
        var overlay = Overlay.draw(grey(100, 10), map, map.range());
        assertThat(overlay.getRGB(5, 5)).isEqualTo(0xff808080);
        assertThat(overlay.getRGB(95, 5)).isNotEqualTo(0xff808080);
    }

    @Test
    void heatMapsShowPhotographAndOverlay() {
        var map = new PixelMap(3, 4, new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
        var picture = HeatMap.draw(grey(400, 300), map, "Title", "subtitle");
        assertThat(picture.getWidth()).isBetween(960, 1200);
        assertThat(picture.getRGB(200, 200)).isEqualTo(0xff808080);
        assertThat(picture.getRGB(700, 200)).isNotEqualTo(0xff808080);
        assertThat(picture.getRGB(0, 0)).isEqualTo(WHITE);
    }

    @Test
    void heatMapsOfAnyShape() {
        var constant = new PixelMap(1, 1, new float[] {0.5f});
        var nothing = new PixelMap(2, 1, new float[] {Float.NaN, Float.POSITIVE_INFINITY});
        for (int[] size : new int[][] {{1, 1}, {3, 2000}, {2000, 3}, {451, 300}}) {
            for (var map : List.of(constant, nothing)) {
                var picture = HeatMap.draw(grey(size[0], size[1]), map, "T".repeat(500), "");
                assertThat(picture.getHeight()).isGreaterThan(50);
            }
        }
    }

    @Test
    void picturesWithoutFontsHaveTheSameSizeAndNoText() {
        var map = new PixelMap(1, 2, new float[] {1, 2});
        var with = HeatMap.draw(grey(40, 30), map, "Title", "subtitle");
        var without = HeatMap.draw(grey(40, 30), map, "Title", "subtitle", Typography.none());
        assertThat(without.getWidth()).isEqualTo(with.getWidth());
        assertThat(without.getHeight()).isEqualTo(with.getHeight());
        assertThat(inked(without, 60)).isZero();
        Assumptions.assumeTrue(Typography.find().hasText(), "this machine has no fonts");
        assertThat(inked(with, 60)).isGreaterThan(100);
    }

    /** Pixels that are not white in the first rows, where the title stands. */
    private static int inked(BufferedImage image, int rows) {
        int count = 0;
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                count += image.getRGB(x, y) == WHITE ? 0 : 1;
            }
        }
        return count;
    }

    @Test
    void gateBarsAreAsHighAsTheirValues() {
        var picture = GateChart.draw(new float[] {1, 0.5f, 0.1f, 0.5f}, "gate", Typography.none());
        // Plot from x = 64 to 936, y = 102 to 312; the middle of the second bar is at three eighths.
        int x = 64 + (936 - 64) * 3 / 8;
        assertThat(picture.getRGB(x, 312 - 210 / 2 + 3)).isNotEqualTo(WHITE);
        assertThat(picture.getRGB(x, 312 - 210 / 2 - 3)).isEqualTo(WHITE);
        // Sorted, the second is 0.5 as well, and the last one is 0.1.
        int last = 64 + (936 - 64) * 7 / 8;
        assertThat(picture.getRGB(last, 606 - 21 + 3)).isNotEqualTo(WHITE);
        assertThat(picture.getRGB(last, 606 - 21 - 3)).isEqualTo(WHITE);
    }

    @Test
    void gatesOfAnyKind() {
        var many = new float[5000];
        for (int i = 0; i < many.length; i++) {
            many[i] = (float) Math.sin(i);
        }
        float[] broken = {Float.NaN, 1, Float.NEGATIVE_INFINITY};
        for (var gate : List.of(
                many, broken, new float[1], new float[] {-1e-30f}, new float[] {3e38f, -3e38f}, new float[] {Float.NaN
                })) {
            assertThat(GateChart.draw(gate, "gate").getWidth())
                    .as(Arrays.toString(Arrays.copyOf(gate, 3)))
                    .isEqualTo(960);
        }
        assertThatThrownBy(() -> GateChart.draw(new float[0], "gate")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ticksAreRoundNumbersAroundTheData() {
        var ticks = GateChart.Ticks.covering(0, 1);
        assertThat(ticks.count()).isEqualTo(6);
        assertThat(ticks.text(1)).isEqualTo("0.2");
        assertThat(ticks.position(1)).isEqualTo(1);
        var negative = GateChart.Ticks.covering(-0.03, 0.011);
        assertThat(negative.value(0)).isLessThanOrEqualTo(-0.03);
        assertThat(negative.value(negative.count() - 1)).isGreaterThanOrEqualTo(0.011);
        assertThat(negative.text(0)).isEqualTo("\u22120.03");
        assertThat(GateChart.Ticks.covering(0, 1e-40).count()).isBetween(2, 8);
    }

    @Test
    void queryPanelsMarkTheirPixel() {
        var map = new PixelMap(4, 4, new float[16]);
        var queries = List.of(
                new QueryPanel.Query(map, 0, 0, "corner"),
                new QueryPanel.Query(map, 2, 1, "inside"),
                new QueryPanel.Query(map, 3, 3, ""),
                new QueryPanel.Query(map, 3, 0, "second row"));
        var picture = QueryPanel.draw(grey(80, 80), queries, "NonLocal", "queries", Typography.none());
        // First cell: 340 x 340 pixels from (24, 74); a map pixel has 85, so the first query is at 42.5.
        assertThat(picture.getRGB(24 + 42, 74 + 42)).isEqualTo(WHITE);
        assertThat(picture.getRGB(24 + 340 + 16 + 127, 74 + 212)).isEqualTo(WHITE);
        assertThat(picture.getRGB(24 + 170, 74 + 170)).isNotEqualTo(WHITE);
        assertThat(picture.getHeight()).isGreaterThan(2 * 340);
        assertThatThrownBy(() -> new QueryPanel.Query(map, 4, 0, "")).hasMessageContaining("(4, 0) lies outside");
        assertThatThrownBy(() -> QueryPanel.draw(grey(8, 8), List.of(), "", ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "0.5, 0.5",
        "-0.25, \u22120.25",
        "0.123456, 0.123",
        "12.3456, 12.3",
        "1234.4, 1234",
        "100, 100",
        "0.00012345, 0.000123",
        "0.0000123, 1.23e\u22125",
        "1e10, 1e10",
        "2.5e10, 2.5e10",
        "-1.2e-30, \u22121.2e\u221230",
        "NaN, NaN",
        "Infinity, \u221e"
    })
    void numbersAreShort(double value, String text) {
        assertThat(Typography.number(value)).isEqualTo(text);
    }

    @Test
    void textIsCutToItsRoom() {
        for (var type : List.of(Typography.find(), Typography.none())) {
            String cut = type.fitted("a rather long title for a small picture", Typography.Style.BODY, 100);
            assertThat(cut).startsWith("a rath").endsWith("\u2026");
            assertThat(type.width(cut, Typography.Style.BODY)).isLessThanOrEqualTo(100);
            assertThat(type.fitted("short", Typography.Style.BODY, 100)).isEqualTo("short");
        }
    }

    /** Drawn by a Java that is told that the machine has no fonts at all. */
    static final class WithoutFonts {
        private WithoutFonts() {}

        public static void main(String[] arguments) throws IOException {
            ImageIO.write(
                    GateChart.draw(new float[] {1, 2}, "gate"),
                    "png",
                    Path.of(arguments[0]).toFile());
            System.out.println("text: " + Typography.find().hasText());
        }
    }

    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only there fonts are found through fontconfig")
    void aMachineWithoutFontsStillGetsItsPicture() throws IOException, InterruptedException {
        var none = Files.writeString(folder.resolve("fonts.conf"), "<fontconfig></fontconfig>");
        var picture = folder.resolve("gate.png");
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-Duser.home=" + folder, // Java keeps what it found there
                "-cp",
                System.getProperty("java.class.path"),
                WithoutFonts.class.getName(),
                picture.toString());
        builder.environment().put("FONTCONFIG_FILE", none.toString());
        var process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("text: false");
        assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(960);
    }

    @Test
    void aFewStrongPixelsDoNotDarkenAllOthers() {
        var values = new float[400];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        values[399] = 1e6f;
        var map = new PixelMap(20, 20, values);
        assertThat(map.range().high()).isEqualTo(1e6f);
        assertThat(map.colours()).isEqualTo(new PixelMap.Range(0, 395));
    }
}
