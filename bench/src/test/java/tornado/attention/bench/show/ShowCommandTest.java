package tornado.attention.bench.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.CorruptFiles;
import tornado.attention.bench.Outcome;
import tornado.attention.files.safetensors.SafetensorsWriter;
import tornado.attention.modules.NonLocal;
import tornado.attention.tasks.Shape;

class ShowCommandTest {
    @TempDir
    Path folder;

    private Path photo;
    private Path picture;

    @BeforeEach
    void writePhoto() throws IOException {
        var image = new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 40; y++) {
            for (int x = 0; x < 60; x++) {
                image.setRGB(x, y, Color.HSBtoRGB(x / 60f, 1, y / 40f));
            }
        }
        photo = folder.resolve("photo.png");
        picture = folder.resolve("map.png");
        ImageIO.write(image, "png", photo.toFile());
    }

    private Outcome show(Object... arguments) {
        var all = new Object[arguments.length + 5];
        all[0] = "show";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 4] = "--image";
        all[all.length - 3] = photo;
        all[all.length - 2] = "--output";
        all[all.length - 1] = picture;
        return Outcome.of(all);
    }

    @Test
    void queryMapsSideBySideWithTheirDistances() throws IOException {
        var outcome = show("NonLocal", "--stem", "filters", "--size", "24x36", "--query", "0,0", "--query", "39,59");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .contains("NonLocal in_channels=64")
                .contains("random (seed 1), so what it attends to was not learned")
                .contains("216 pixels look at 12x18")
                .contains("pixel (0, 0) of the photograph, (0, 0) of the feature map")
                .contains("pixel (39, 59) of the photograph, (11, 17) of the feature map")
                .containsPattern("1 +0 +\\S+\\R +2 +\\S+ +0\\R")
                .containsPattern("two of them: maps \\S+, features 0\\.\\d+");
        var two = ImageIO.read(picture.toFile());
        assertThat(show("NonLocal", "--stem", "filters", "--size", "24x36", "--query", "0,0")
                        .status())
                .isZero();
        assertThat(two.getWidth()).isGreaterThan(ImageIO.read(picture.toFile()).getWidth() + 300);
    }

    /** Scores of a module whose weights are chosen: a pixel looks at what resembles it, so like pixels look alike. */
    @Test
    void distancesFollowTheFeatures() throws IOException {
        var features = new float[2 * 4 * 4];
        for (int p = 0; p < 16; p++) {
            features[p % 4 < 2 ? p : 16 + p] = 3;
        }
        var file = folder.resolve("features.safetensors");
        new SafetensorsWriter().add("input", new long[] {1, 2, 4, 4}, features).write(file);
        var outcome = show(
                "NonLocal",
                "--set",
                "mode=gaussian",
                "--features",
                file,
                "--query",
                "0,0",
                "--query",
                "39,0",
                "--query",
                "0,59");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out()).containsPattern("1 +0 +0\\.0000 +0\\.9998\\R");
        // Weights exp(9) and 1 over two halves: the cosine is 2 e / (1 + e^2) with e = exp(9).
        double e = Math.exp(9);
        var found =
                Pattern.compile("two of them: maps (\\S+), features (\\S+);").matcher(outcome.out());
        assertThat(found.find()).isTrue();
        assertThat(Double.parseDouble(found.group(1))).isEqualTo((1 - 2 * e / (1 + e * e)) / 2, within(6e-5));
        assertThat(Double.parseDouble(found.group(2))).isEqualTo(0.5, within(6e-5));
    }

    @Test
    void weightsComeFromAFile() throws IOException {
        var module = NonLocal.TYPE.initial(NonLocal.TYPE.settingsFor(Shape.of(1, 64, 12, 18), Map.of()), 9);
        var weights = folder.resolve("w.safetensors");
        module.weights().save(weights);
        var seeded = show("NonLocal", "--stem", "filters", "--size", "24x36", "--seed", 9);
        var loaded = show("NonLocal", "--stem", "filters", "--size", "24x36", "--weights", weights);
        assertThat(loaded.status()).as(loaded.err()).isZero();
        assertThat(loaded.out()).contains("weights    " + weights);
        assertThat(loaded.out()
                        .lines()
                        .filter(l -> l.startsWith("query") || l.startsWith("all"))
                        .toList())
                .hasSize(4)
                .isEqualTo(seeded.out()
                        .lines()
                        .filter(l -> l.startsWith("query") || l.startsWith("all"))
                        .toList());
    }

    @Test
    void tokensAreThePixels() {
        var outcome = show("ScaledDotProductAttention", "--stem", "filters", "--size", "24x36");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("216 pixels look at 12x18; mean of 8 heads");
    }

    @Test
    void aPixelMapIsQueryIndependent() throws IOException {
        var outcome = show("GlobalContext", "--stem", "filters", "--size", "24x36", "--query", "3,4");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("query-independent", "1x1x12x18", "GCNet", "--query has no effect")
                .doesNotContain("of the feature map");
        assertThat(ImageIO.read(picture.toFile())).isNotNull();
    }

    @Test
    void aGateIsNoMap() {
        var outcome = show("SEAttention", "--stem", "filters");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).contains("no map over pixels, only channel gate 1x64");
        assertThat(Files.exists(picture)).isFalse();
    }

    @Test
    void whatIsTypedWrongIsSaid() throws IOException {
        var outside = show("NonLocal", "--query", "40,3");
        assertThat(outside.status()).isEqualTo(2);
        assertThat(outside.err()).contains("(40, 3) lies outside", "rows 0 to 39", "columns 0 to 59");
        var text = show("NonLocal", "--query", "middle");
        assertThat(text.status()).isEqualTo(2);
        assertThat(text.err()).contains("'middle' is not a pixel");
        var stem = show("NonLocal", "--stem", "resnet");
        assertThat(stem.status()).isEqualTo(2);
        assertThat(stem.err()).contains("none and filters");
        var size = show("NonLocal", "--size", "wide");
        assertThat(size.status()).isEqualTo(2);
        assertThat(size.err()).contains("'wide' is not a size");
        var channels = show("SKAttention", "--set", "group=2");
        assertThat(channels.status()).isEqualTo(1);
        assertThat(channels.err()).contains("--stem filters");
        var missing = Outcome.of("show", "NonLocal");
        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.err()).contains("--image");
    }

    @Test
    void everyBrokenFileIsOneSentence() throws IOException {
        for (var entry : CorruptFiles.all(folder).entrySet()) {
            var outcome = show("NonLocal", "--features", entry.getKey());
            assertThat(outcome.status()).as(outcome.err()).isEqualTo(1);
            assertThat(outcome.errorLines()).hasSize(1);
            assertThat(outcome.err()).contains(entry.getKey().toString()).contains(entry.getValue());
        }
        var flat = folder.resolve("flat.safetensors");
        new SafetensorsWriter().add("x", new long[] {4, 4}, new float[16]).write(flat);
        assertThat(show("NonLocal", "--features", flat).err()).contains("[4, 4]", "[1, channels, height, width]");
        assertThat(show("NonLocal", "--features", flat, "--size", "8x8").status())
                .isEqualTo(2);
    }
}
