package tornado.attention.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.ChainOptions;

class AttentionTraceTest {
    private static float[] image(int length) {
        var random = new Random(4);
        var image = new float[length];
        for (int i = 0; i < length; i++) {
            image[i] = (float) random.nextGaussian();
        }
        return image;
    }

    /** Behind the last map stand a mean over pixels and a linear layer, where Grad-CAM is CAM: known without a gradient. */
    @Test
    void gradCamIsTheWeightedSumOfMapsBehindAnAverage() throws IOException {
        var pretrained = Pretrained.named("srm_resnet32").orElseThrow();
        var network = Classifier.bundled(pretrained);
        var size = pretrained.preprocessing().size();
        var image = image(3 * size.height() * size.width());
        try (var trace = new AttentionTrace(network, size, null, ChainOptions.evaluation());
                var runner = new NetworkRunner(network, size, 1, List.of("layer3"), null, ChainOptions.evaluation())) {
            assertThat(trace.node()).isEqualTo("layer3");
            var plain = runner.run(List.of(image));
            var logits = plain.get(NetworkRunner.OUTPUT).values().getFirst();
            assertThat(trace.logits(image)).usingComparatorWithPrecision(1e-4f).containsExactly(logits);
            var map = plain.get("layer3").values().getFirst();
            var weights = network.weights().get("fc.weight").values();
            for (int label = 0; label < logits.length; label += 4) {
                var seen = trace.of(image, label);
                int pixels = seen.height() * seen.width();
                int channels = map.length / pixels;
                for (int p = 0; p < pixels; p++) {
                    double sum = 0;
                    for (int c = 0; c < channels; c++) {
                        sum += (double) weights.get(label * channels + c) / pixels * map[c * pixels + p];
                    }
                    assertThat((double) seen.cam()[p]).isCloseTo(Math.max(0, sum), within(1e-4));
                }
            }
        }
    }

    @Test
    void everyGateComesWithItsGradientAndTheNameOfItsPart() throws IOException {
        var pretrained = Pretrained.named("srm_resnet32").orElseThrow();
        var size = pretrained.preprocessing().size();
        var image = image(3 * size.height() * size.width());
        try (var trace = new AttentionTrace(Classifier.bundled(pretrained), size, null, ChainOptions.evaluation())) {
            var seen = trace.of(image, 2).attention();
            assertThat(seen).hasSize(15).allMatch(a -> a.kind() == AttentionKind.CHANNEL_GATE);
            assertThat(seen.getFirst().name()).startsWith("layer1.0.layer_block.");
            assertThat(seen.getLast().name()).startsWith("layer3.4.layer_block.");
            for (var each : seen) {
                assertThat(each.gradient()).hasSameSizeAs(each.values()).isNotEqualTo(new float[each.values().length]);
            }
            assertThatThrownBy(() -> trace.of(image, 10)).hasMessage("The network has classes 0 to 9, but not 10.");
            assertThatThrownBy(() -> trace.logits(new float[5])).hasMessageContaining("5 numbers instead of 3072");
        }
    }
}
