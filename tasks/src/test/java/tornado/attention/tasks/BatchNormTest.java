package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.tasks.BatchNorm.Parameters;
import tornado.attention.tasks.Convolution.Layer;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Batch norm in both modes against its definition in double. */
class BatchNormTest {
    private static final double TOLERANCE = 2e-5;

    private static Parameters parameters(RandomCases random, String name, int channels, double momentum) {
        var variance = random.normals(channels);
        for (int c = 0; c < channels; c++) {
            variance[c] = variance[c] * variance[c] + 0.25f;
        }
        return new Parameters(
                Weight.of(name + ".weight", Shape.of(channels), random.normals(channels)),
                Weight.of(name + ".bias", Shape.of(channels), random.normals(channels)),
                Weight.of(name + ".running_mean", Shape.of(channels), random.normals(channels)),
                Weight.of(name + ".running_var", Shape.of(channels), variance),
                Weight.of(name + ".num_batches_tracked", Shape.of(), 7),
                1e-5,
                momentum);
    }

    private static double[] evaluated(FloatArray x, Shape shape, Parameters norm) {
        var y = new double[x.getSize()];
        for (int i = 0; i < y.length; i++) {
            int c = i / shape.pixels() % shape.channels();
            double scale = norm.weight().values().get(c)
                    / Math.sqrt(norm.runningVariance().values().get(c) + 1e-5);
            y[i] = (x.get(i) - norm.runningMean().values().get(c)) * scale
                    + norm.bias().values().get(c);
        }
        return y;
    }

    /** Mean and biased variance of a channel. */
    private static double[] statistics(FloatArray x, Shape shape, int channel) {
        double sum = 0;
        double squares = 0;
        int n = shape.batch() * shape.pixels();
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < x.getSize(); i++) {
                if (i / shape.pixels() % shape.channels() == channel) {
                    sum += pass == 0 ? x.get(i) : 0;
                    squares += pass == 1 ? (x.get(i) - sum / n) * (x.get(i) - sum / n) : 0;
                }
            }
        }
        return new double[] {sum / n, squares / n};
    }

    private static double[] trained(FloatArray x, Shape shape, Parameters norm) {
        var y = new double[x.getSize()];
        for (int c = 0; c < shape.channels(); c++) {
            var s = statistics(x, shape, c);
            double scale = norm.weight().values().get(c) / Math.sqrt(s[1] + 1e-5);
            for (int i = 0; i < y.length; i++) {
                if (i / shape.pixels() % shape.channels() == c) {
                    y[i] = (x.get(i) - s[0]) * scale + norm.bias().values().get(c);
                }
            }
        }
        return y;
    }

    private static void assertClose(float[] actual, double[] expected) {
        double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i])
                    .describedAs("element %d", i)
                    .isCloseTo(expected[i], within(TOLERANCE * scale));
        }
    }

    private static Shape shape(RandomCases random) {
        return Shape.of(random.between(2, 4), random.between(1, 9), random.between(1, 5), random.between(1, 7));
    }

    @Test
    void evaluationUsesTheRunningStatistics() {
        RandomCases.repeat(15, random -> {
            var shape = shape(random);
            var norm = parameters(random, "bn", shape.channels(), 0.1);
            var chain = TaskChain.named("bn");
            var x = chain.input("x", shape);
            chain.output(BatchNorm.apply(chain, "bn", x, norm, Activation.IDENTITY));
            var input = random.normal(x.elements());
            try (var plan = chain.plan()) {
                plan.run(input);
                assertClose(plan.read(plan.outputs().getFirst()), evaluated(input, shape, norm));
                assertThat(plan.weights()).isEmpty();
                assertThat(plan.cost().kernels()).isEqualTo(1);
            }
        });
    }

    @Test
    void trainingNormalisesWithTheBatchAndUpdatesTheAverages() {
        RandomCases.repeat(15, random -> {
            var shape = shape(random);
            double momentum = random.oneOf(0.1, 0.9);
            var norm = parameters(random, "bn", shape.channels(), momentum);
            var chain = TaskChain.named("bn", ChainOptions.evaluation().inTraining());
            var x = chain.input("x", shape);
            var y = BatchNorm.applyResidual(chain, "bn", x, norm, x, Activation.IDENTITY);
            chain.output(y);
            var input = random.normal(x.elements());
            var expected = trained(input, shape, norm);
            for (int i = 0; i < expected.length; i++) {
                expected[i] += input.get(i);
            }
            int n = shape.batch() * shape.pixels();
            var mean = norm.runningMean().values().toHeapArray();
            var variance = norm.runningVariance().values().toHeapArray();
            try (var plan = chain.plan()) {
                for (int run = 1; run <= 3; run++) {
                    plan.run(input);
                    assertClose(plan.read(plan.outputs().getFirst()), expected);
                    var after = plan.weights();
                    for (int c = 0; c < shape.channels(); c++) {
                        var s = statistics(input, shape, c);
                        mean[c] = (float) ((1 - momentum) * mean[c] + momentum * s[0]);
                        variance[c] = (float) ((1 - momentum) * variance[c] + momentum * s[1] * n / (n - 1));
                        assertThat(after.get("bn.running_mean").values().get(c)).isCloseTo(mean[c], within(1e-5f));
                        assertThat(after.get("bn.running_var").values().get(c))
                                .isCloseTo(variance[c], within(1e-5f * (1 + variance[c])));
                    }
                    assertThat(after.get("bn.num_batches_tracked").values().get(0))
                            .isEqualTo(7 + run);
                }
            }
            assertThat(norm.runningMean().values().get(0)).isNotEqualTo(mean[0]);
        });
    }

    @Test
    void severalNormsOverConsecutiveChannelsAreOnePass() {
        RandomCases.repeat(8, random -> {
            var shape = Shape.of(2, 7, 3, 5);
            var norms = List.of(parameters(random, "a", 4, 0.1), parameters(random, "b", 3, 0.1));
            var chain = TaskChain.named("two", ChainOptions.evaluation().inTraining());
            var x = chain.input("x", shape);
            chain.output(BatchNorm.apply(chain, "bn", x, norms, Activation.IDENTITY));
            var joined = new Parameters(
                    JoinedWeights.rows(
                            chain, norms.stream().map(Parameters::weight).toList()),
                    JoinedWeights.rows(
                            chain, norms.stream().map(Parameters::bias).toList()),
                    JoinedWeights.rows(
                            chain, norms.stream().map(Parameters::runningMean).toList()),
                    JoinedWeights.rows(
                            chain,
                            norms.stream().map(Parameters::runningVariance).toList()),
                    norms.getFirst().batches(),
                    1e-5,
                    0.1);
            var input = random.normal(x.elements());
            try (var plan = chain.plan()) {
                plan.run(input);
                assertClose(plan.read(plan.outputs().getFirst()), trained(input, shape, joined));
                assertThat(plan.weights()).containsKeys("a.running_mean", "b.running_var", "b.num_batches_tracked");
            }
        });
    }

    @Test
    void behindAConvolutionItIsTheSameInEveryForm() {
        RandomCases.repeat(30, random -> {
            int kernel = random.oneOf(1, 1, 3);
            int inputs = random.between(1, 5);
            int outputs = random.between(1, 6);
            var shape = Shape.of(2, inputs, random.between(2, 6), random.between(2, 6));
            var weight = Weight.of(
                    "w", Shape.of(outputs, inputs, kernel, kernel), random.normals(outputs * inputs * kernel * kernel));
            var bias = random.flag() ? Weight.of("b", Shape.of(outputs), random.normals(outputs)) : null;
            var norm = parameters(random, "bn", outputs, 0.1);
            boolean training = random.flag();
            var options = training ? ChainOptions.evaluation().inTraining() : ChainOptions.evaluation();
            var input = random.normal(shape.elementsOf("x"));
            var plain = new Layer(weight, bias, null, Window.same(kernel));
            var y = run(ChainOptions.evaluation(), shape, input, plain, Activation.IDENTITY);
            var expected = training
                    ? trained(FloatArray.fromArray(y), Shape.of(2, outputs, shape.height(), shape.width()), norm)
                    : evaluated(FloatArray.fromArray(y), Shape.of(2, outputs, shape.height(), shape.width()), norm);
            for (int i = 0; i < expected.length; i++) {
                expected[i] = Math.max(expected[i], 0);
            }
            var normed = new Layer(weight, bias, norm, Window.same(kernel));
            assertClose(run(options, shape, input, normed, Activation.RELU), expected);
        });
    }

    private static float[] run(ChainOptions options, Shape shape, FloatArray input, Layer layer, Activation last) {
        var chain = TaskChain.named("conv", options);
        chain.output(Convolution.apply(chain, "conv", chain.input("x", shape), layer, last));
        try (var plan = chain.plan()) {
            plan.run(input);
            return plan.read(plan.outputs().getFirst());
        }
    }

    @Test
    void aPointwiseConvolutionTakesNormAndResidualWithIt() {
        RandomCases.repeat(12, random -> {
            var shape = Shape.of(2, 3, 2, 4);
            var weight = Weight.of("w", Shape.of(3, 3, 1, 1), random.normals(9));
            var norm = parameters(random, "bn", 3, 0.1);
            boolean training = random.flag();
            var options = training ? ChainOptions.evaluation().inTraining() : ChainOptions.evaluation();
            var input = random.normal(shape.elementsOf("x"));
            var plain = new Layer(weight, null, norm, Window.plain());
            var expected = run(options, shape, input, plain, Activation.IDENTITY);
            var chain = TaskChain.named("residual", options);
            var x = chain.input("x", shape);
            chain.output(Convolution.pointwiseResidual(chain, "c", x, weight, null, norm, x, Activation.TANH));
            assertThat(chain.cost().kernels()).isEqualTo(training ? 5 : 1);
            try (var plan = chain.plan()) {
                plan.run(input);
                var actual = plan.read(plan.outputs().getFirst());
                for (int i = 0; i < actual.length; i++) {
                    assertThat((double) actual[i])
                            .isCloseTo(Math.tanh((double) expected[i] + input.get(i)), within(TOLERANCE));
                }
            }
        });
    }

    @Test
    void oneValueAChannelHasNoStatistics() {
        RandomCases.repeat(1, random -> {
            var chain = TaskChain.named("one", ChainOptions.evaluation().inTraining());
            var x = chain.input("x", Shape.of(1, 3));
            var norm = parameters(random, "bn", 3, 0.1);
            assertThatThrownBy(() -> BatchNorm.apply(chain, "bn", x, norm, Activation.IDENTITY))
                    .hasMessage(
                            "Task 'bn' normalises each channel over a single value of 'x' in training mode, which has no"
                                    + " variance; use a larger batch.");
            var other = parameters(random, "bn", 4, 0.1);
            assertThatThrownBy(() -> BatchNorm.apply(chain, "bn", x, other, Activation.IDENTITY))
                    .hasMessage("Task 'bn' has batch norms for 4 channels, but 'x' has 3.");
        });
    }
}
