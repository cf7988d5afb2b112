package tornado.attention.bench.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.Outcome;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.networks.AttentionTrace.Attended;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;

class NetworkShowTest {
    private static final Path PHOTO = Path.of("../docs/photos/chelsea.png");

    @TempDir
    Path folder;

    @Test
    void aTrainedNetworkShowsWhatItLookedAt() throws IOException {
        var picture = folder.resolve("cat.png");
        var outcome = Outcome.of("show", "srm_resnet32", "--image", PHOTO, "--output", picture);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("class      3: cat 1.000", "layer1.0.layer_block.style", "layer3.4.layer_block.style");
        assertThat(ImageIO.read(picture.toFile()).getWidth()).isGreaterThan(1000);
    }

    @Test
    void tensorsAreThoseOfTheClassThatIsAskedFor() throws IOException {
        var cat = tensors("cat");
        var frog = tensors("6");
        assertThat(cat[0]).isEqualTo(frog[0]);
        assertThat(cat[1]).isNotEqualTo(frog[1]);
        assertThat(cat[2]).isNotEqualTo(frog[2]);
    }

    private float[][] tensors(String wanted) throws IOException {
        var file = folder.resolve(wanted + ".safetensors");
        var outcome = Outcome.of("show", "srm_resnet32", "--image", PHOTO, "--class", wanted, "--output", file);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        try (var tensors = SafetensorsFile.open(file)) {
            assertThat(tensors.metadata()).containsEntry("cam", "layer3");
            assertThat(tensors.names()).hasSize(1 + 2 * 15);
            var gate = "layer2.1.layer_block.style";
            return new float[][] {tensors.floats(gate), tensors.floats("grad." + gate), tensors.floats("cam")};
        }
    }

    @Test
    void classesThatAreNotThereAndOptionsOfModulesAreRefused() {
        var picture = folder.resolve("x.png");
        refused("'zebra'; give another word", "srm_resnet32", "--class", "zebra", "--output", picture);
        refused("classes 0 to 9, but not 10", "srm_resnet32", "--class", "10", "--output", picture);
        refused("in the names of 4 classes", "srm_resnet32", "--class", "o", "--output", picture);
        refused("--query, --features", "srm_resnet32", "--query", "1,1", "--output", picture);
        refused("--class asks what a network", "ECA", "--class", "1", "--output", picture);
        refused("not with classes", "rcan_x2", "--output", picture);
        assertThat(picture).doesNotExist();
    }

    private static void refused(String sentence, Object... arguments) {
        var all = new Object[arguments.length + 3];
        all[0] = "show";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--image";
        all[all.length - 1] = PHOTO;
        var outcome = Outcome.of(all);
        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).contains(sentence);
    }

    @Test
    void tokensArePixelsBehindAFewOthers() {
        assertThat(TokenGrid.of(197, new Size(224, 224))).contains(new TokenGrid(1, 14, 14));
        assertThat(TokenGrid.of(49, new Size(256, 256))).contains(new TokenGrid(0, 7, 7));
        assertThat(TokenGrid.of(8 * 12 + 5, new Size(128, 192))).contains(new TokenGrid(5, 8, 12));
        assertThat(TokenGrid.of(16 * 16 + 17, new Size(224, 224))).isEmpty();
    }

    /** Two layers of two tokens, by hand. */
    @Test
    void rolloutMultipliesHalfOfEachLayer() {
        var first = new Attended(
                "1", AttentionKind.QUERY_KEY_MAP, Shape.of(1, 1, 2, 2), new float[] {1, 0, 0.5f, 0.5f}, new float[] {
                    1, 1, -1, 1
                });
        var second = new Attended(
                "2",
                AttentionKind.QUERY_KEY_MAP,
                Shape.of(1, 2, 2, 2),
                new float[] {0, 1, 1, 0, 0.5f, 0.5f, 0, 1},
                new float[] {1, 2, 3, 4, 0, 0, 0, 0});
        var all = List.of(first, second);
        // (A1 + I) / 2 = [1 0; .25 .75], mean of heads A2 = [.25 .75; .5 .5], (A2 + I) / 2 = [.625 .375; .25 .75].
        double[] rolled = {0.625 + 0.375 * 0.25, 0.375 * 0.75, 0.25 + 0.75 * 0.25, 0.75 * 0.75};
        // R1 = I + [1 0; 0 .5]; R2 = R1 + [0 1; 1.5 0] R1; without I.
        double[] relevance = {1, 1.5, 3, 0.5};
        for (int i = 0; i < 4; i++) {
            assertThat(Rollout.plain(all)[i]).isCloseTo(rolled[i], within(1e-12));
            assertThat(Rollout.ofClass(all)[i]).isCloseTo(relevance[i], within(1e-12));
        }
    }
}
