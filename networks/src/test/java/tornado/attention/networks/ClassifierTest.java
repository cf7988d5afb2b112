package tornado.attention.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.files.safetensors.SafetensorsWriter;
import tornado.attention.modules.WeightsException;
import tornado.attention.networks.Classifier.Guess;
import tornado.attention.tasks.ChainOptions;

class ClassifierTest {
    private static Path resource(String name) throws URISyntaxException {
        return Path.of(ClassifierTest.class.getResource(name).toURI());
    }

    @Test
    void theTrainedWeightsThatComeAlongSeeACat() throws IOException, URISyntaxException {
        try (var classifier = Classifier.open("srm_resnet32.cifar10")) {
            var guesses = classifier.classify(resource("image/chelsea.png"), 3);
            assertThat(guesses).hasSize(3);
            assertThat(guesses.getFirst().label()).isEqualTo("cat");
            assertThat(guesses.getFirst().probability()).isGreaterThan(0.99);
            assertThat(guesses).isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
        }
    }

    /** The first image of each class in the test set, none of which was trained with: at most one is taken for another thing. */
    @ParameterizedTest
    @ValueSource(strings = {"se_resnet8", "cbam_resnet8", "nonlocal_resnet8"})
    void whatWasTrainedHereKnowsClothes(String name) throws IOException, URISyntaxException {
        try (var classifier = Classifier.open(name)) {
            int right = 0;
            for (int c = 0; c < Labels.FASHION_MNIST.count(); c++) {
                var guess = classifier
                        .classify(resource("fashion/" + c + ".png"), 1)
                        .getFirst();
                right += guess.label().equals(Labels.FASHION_MNIST.of(c)) ? 1 : 0;
            }
            assertThat(right).isGreaterThanOrEqualTo(9);
        }
    }

    /** Images and logits of the case that the weights come from. */
    @ParameterizedTest
    @ValueSource(strings = {"srm_resnet32", "ppocr_cls"})
    void theirLogitsAreThoseOfTheCodeTheyComeFrom(String name) throws IOException, URISyntaxException {
        var pretrained = Pretrained.named(name).orElseThrow();
        try (var expected = SafetensorsFile.open(resource("expected/" + name + ".safetensors"))) {
            var shape = expected.info("input").shape();
            var all = expected.floats("input");
            int length = all.length / (int) shape[0];
            var images = new ArrayList<float[]>();
            for (int i = 0; i < shape[0]; i++) {
                images.add(Arrays.copyOfRange(all, i * length, (i + 1) * length));
            }
            var logits = expected.doubles("output64");
            double largest = Arrays.stream(logits).map(Math::abs).max().orElseThrow();
            // Fewer at once than there are images: the last batch is not full.
            try (var classifier = new Classifier(
                    Classifier.bundled(pretrained),
                    pretrained.preprocessing(),
                    pretrained.labels(),
                    2,
                    null,
                    ChainOptions.evaluation())) {
                int classes = logits.length / images.size();
                for (int from = 0; from < images.size(); from += 2) {
                    var part = images.subList(from, Math.min(from + 2, images.size()));
                    var guesses = classifier.classifyPrepared(part, classes);
                    for (int i = 0; i < part.size(); i++) {
                        for (Guess guess : guesses.get(i)) {
                            assertThat((double) guess.logit())
                                    .isCloseTo(logits[(from + i) * classes + guess.index()], within(1e-5 * largest));
                        }
                    }
                }
            }
        }
    }

    @Test
    void whatCannotBeDoneIsSaid(@TempDir Path temporary) throws IOException {
        assertThatThrownBy(() -> Classifier.open("seresnet50.ra2_in1k"))
                .hasMessageStartingWith(
                        "The weights of seresnet50.ra2_in1k do not come along; fetch them from https://");
        assertThatThrownBy(() -> Classifier.open("seresnet50.no_such"))
                .hasMessage("Network seresnet50 has no weights 'no_such'; it has a1_in1k, a2_in1k, a3_in1k, ra2_in1k.");
        assertThatThrownBy(() -> Classifier.open("vit_base_patch32_384"))
                .hasMessageContaining("has no published weights");
        var file = temporary.resolve("w.safetensors");
        new SafetensorsWriter()
                .add("fc.weight", new long[] {10, 64}, new float[640])
                .write(file);
        assertThatThrownBy(() -> Classifier.open("srm_resnet32", file))
                .isInstanceOf(WeightsException.class)
                .hasMessageStartingWith(
                        "The weights do not fit network srm_resnet32: missing 'conv1.weight' of shape" + " 16x3x3x3; ")
                .hasMessageEndingWith(" more.");
    }

    @Test
    void moreImagesThanItWasMadeForAreRefused() throws IOException {
        try (var classifier = Classifier.open("srm_resnet32")) {
            var image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
            assertThat(classifier.classify(List.of(image), 1)).hasSize(1);
            assertThatThrownBy(() -> classifier.classify(List.of(image, image), 1))
                    .hasMessage("The network was compiled for 1 to 1 images at once, not 2.");
        }
    }

    @Test
    void everySetOfWeightsBelongsToANetwork() {
        for (var pretrained : Pretrained.all()) {
            assertThat(Networks.contains(pretrained.network()))
                    .as(pretrained.name())
                    .isTrue();
            int classes =
                    ((Number) Networks.named(pretrained.network()).values().get("num_classes")).intValue();
            assertThat(pretrained.labels().count()).as(pretrained.name()).isEqualTo(classes);
        }
        assertThat(Labels.IMAGENET.of(285)).isEqualTo("Egyptian cat");
    }

    @Test
    void aFileOfANetworkWithoutPublishedWeightsIsPreparedAsUsual() {
        assertThat(Pretrained.named("eca_resnet50")).isEmpty();
        var usual = Pretrained.ofFile("eca_resnet50").orElseThrow();
        assertThat(usual.name()).isEqualTo("eca_resnet50");
        assertThat(usual.isBundled()).isFalse();
        assertThat(usual.preprocessing().toString())
                .isEqualTo(Pretrained.ofFile("fcanet50")
                        .orElseThrow()
                        .preprocessing()
                        .toString())
                .contains("224", "bilinear");
        assertThat(Pretrained.ofFile("seresnet50")).isEqualTo(Pretrained.named("seresnet50"));
        assertThat(Pretrained.ofFile("resnet8_cifar")).isEmpty();
        assertThat(Pretrained.ofFile("rcan_x2")).isEmpty();
    }
}
