package tornado.attention.networks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.modules.WeightSpec;
import tornado.attention.networks.Network;
import tornado.attention.networks.Networks;
import tornado.attention.networks.image.Size;
import tornado.attention.networks.training.Optimizer.Sgd;
import tornado.attention.networks.training.Trainer.Recipe;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A hundred steps on the same weights and batches as PyTorch's, whose losses reference/make_loss_curve.py has written: from 2.4 to 0.021. PyTorch in
 * single precision drifts from itself in double precision by at most 2e-4, also where the weights' last bits are others.
 */
class LossCurveTest {
    private static final int STEPS = 100;
    private static final int BATCH = 32;
    private static final int SIDE = 12;
    private static final int CLASSES = 10;
    /** Of the weights: rounding decides about no gradient that matters. */
    private static final int SEED = 4;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final double TOLERANCE = 1e-3;

    @TempDir
    private Path temporary;

    /** From -0.5 to 0.5, exact in single precision. */
    private static double uniform(long seed, long counter) {
        long z = counter * GOLDEN + seed;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 40) / (double) (1 << 24) - 0.5;
    }

    /** In the order of the names: products from the counter, the rest as PyTorch begins. */
    private static Network network() {
        var config = Networks.named("resnet8_cifar").withAttention("se", List.of());
        var size = new Size(SIDE, SIDE);
        var weights = new HashMap<String, Weight>();
        long at = 0;
        for (var spec : Network.weights(config, size).stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList()) {
            var shape = spec.shape();
            var values = new FloatArray(shape.elementsOf(spec.name()));
            boolean product = spec.kind() == WeightSpec.Kind.PARAMETER && shape.rank() > 1;
            double scale = product ? 2 * Math.sqrt(3.0 * shape.dim(0) / shape.elements()) : 0;
            for (int i = 0; i < values.getSize(); i++) {
                boolean one = spec.name().endsWith("running_var")
                        || spec.kind() == WeightSpec.Kind.PARAMETER
                                && spec.name().endsWith("weight");
                values.set(i, product ? (float) (uniform(SEED, at++) * scale) : one ? 1 : 0);
            }
            weights.put(spec.name(), new Weight(spec.name(), shape, values));
        }
        return Network.create(config, size, weights);
    }

    private static float[] labels(int step) {
        var labels = new float[BATCH];
        for (int i = 0; i < BATCH; i++) {
            labels[i] = (int) ((uniform(2, (long) step * BATCH + i) + 0.5) * CLASSES);
        }
        return labels;
    }

    /** Noise over stripes whose frequency is the class's. */
    private static float[] images(int step, float[] labels) {
        var images = new float[BATCH * 3 * SIDE * SIDE];
        for (int i = 0; i < images.length; i++) {
            int y = i / SIDE % SIDE;
            int channel = i / (SIDE * SIDE) % 3;
            int image = i / (3 * SIDE * SIDE);
            double stripes = Math.sin(0.3 * (labels[image] + 1) * (y + channel));
            images[i] = (float) (2 * uniform(3, (long) step * images.length + i) + 0.5 * stripes);
        }
        return images;
    }

    @Test
    void aHundredLossesAreThoseOfPyTorch() throws IOException {
        var path = temporary.resolve("losses.safetensors");
        try (var resource = LossCurveTest.class.getResourceAsStream("losses.safetensors")) {
            Files.copy(resource, path);
        }
        double[] expected;
        try (var file = SafetensorsFile.open(path)) {
            expected = file.doubles("loss64");
        }
        var recipe = Recipe.of(Loss.CrossEntropy.plain(), new Sgd(0.9, 5e-4, true));
        try (var trainer =
                new Trainer(network(), new Size(SIDE, SIDE), BATCH, recipe, null, ChainOptions.evaluation())) {
            for (int step = 0; step < STEPS; step++) {
                var labels = labels(step);
                double loss = trainer.step(images(step, labels), labels, 0.02).loss();
                assertThat(loss).as("step " + step).isCloseTo(expected[step], within(TOLERANCE * expected[step]));
            }
        }
        assertThat(expected[STEPS - 1]).isLessThan(0.025);
    }
}
