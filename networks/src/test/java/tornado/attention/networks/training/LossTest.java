package tornado.attention.networks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.IdentityHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.networks.training.Loss.BinaryCrossEntropy;
import tornado.attention.networks.training.Loss.CrossEntropy;
import tornado.attention.networks.training.Loss.MeanMagnitudes;
import tornado.attention.networks.training.Loss.MeanSquares;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.Constant;
import tornado.attention.tasks.graph.Gradient;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Lowering;

/** Losses and their gradients by hand: what PyTorch gives for the same numbers. */
class LossTest {
    private static final float[] OUTPUT = {1, -2, 0.5f, 0, 3, -1};

    /** Loss, then the gradient of the output. */
    private static float[][] run(Loss loss, Shape shape, float... target) {
        var chain = TaskChain.named("loss", ChainOptions.evaluation().inTraining());
        var output = Value.input("output", shape);
        var targets = Value.input("targets", loss.target(shape));
        var value = loss.of(output, targets);
        var one = Value.of(new Constant("one", new Array(Shape.of(1), new double[] {1})));
        var gradient =
                Gradient.of(List.of(value), List.of(one), List.of(output), true).get(output);
        var inputs = new IdentityHashMap<Value, Tensor>();
        inputs.put(output, chain.input("output", shape));
        inputs.put(targets, chain.input("targets", targets.shape()));
        var made = Lowering.append(chain, inputs, List.of(value, gradient));
        made.forEach(chain::output);
        try (var plan = chain.plan()) {
            for (int i = 0; i < OUTPUT.length; i++) {
                inputs.get(output).array().set(i, OUTPUT[i]);
            }
            for (int i = 0; i < target.length; i++) {
                inputs.get(targets).array().set(i, target[i]);
            }
            plan.run();
            return new float[][] {plan.read(made.get(0)), plan.read(made.get(1))};
        }
    }

    @Test
    void squaresAndMagnitudesOfDifferences() {
        var target = new float[] {0, 0, 0.5f, 2, 1, -1};
        var squares = run(new MeanSquares(), Shape.of(1, 1, 2, 3), target);
        assertThat(squares[0][0]).isCloseTo((1 + 4 + 0 + 4 + 4 + 0) / 6f, within(1e-6f));
        var magnitudes = run(new MeanMagnitudes(), Shape.of(1, 1, 2, 3), target);
        assertThat(magnitudes[0][0]).isCloseTo((1 + 2 + 0 + 2 + 2 + 0) / 6f, within(1e-6f));
        for (int i = 0; i < 6; i++) {
            float difference = OUTPUT[i] - target[i];
            assertThat(squares[1][i]).isCloseTo(2 * difference / 6, within(1e-6f));
            assertThat(magnitudes[1][i]).isCloseTo(Math.signum(difference) / 6, within(1e-6f));
        }
    }

    @Test
    void binaryCrossEntropyOfShares() {
        var shares = new double[] {1, 0, 0.25, 1, 0, 0.5};
        var target = new float[6];
        for (int i = 0; i < 6; i++) {
            target[i] = (float) shares[i];
        }
        var factors = List.of(1.0, 3.0, 0.5);
        requireBinary(run(BinaryCrossEntropy.plain(), Shape.of(2, 3), target), shares, List.of(1.0, 1.0, 1.0));
        requireBinary(run(new BinaryCrossEntropy(false, 0, factors), Shape.of(2, 3), target), shares, factors);
    }

    @Test
    void binaryCrossEntropyOfClasses() {
        var shares = new double[] {0.1, 0.1, 0.8, 0.8, 0.1, 0.1};
        requireBinary(run(BinaryCrossEntropy.ofClasses(0.3), Shape.of(2, 3), 2, 0), shares, List.of(1.0, 1.0, 1.0));
    }

    /** The mean of {@code -(f t log p + (1 - t) log(1 - p))}, and its derivative with respect to the logit of p. */
    private static void requireBinary(float[][] made, double[] shares, List<Double> factors) {
        double sum = 0;
        for (int i = 0; i < 6; i++) {
            double p = 1 / (1 + Math.exp(-OUTPUT[i]));
            double positive = factors.get(i % 3) * shares[i];
            sum -= positive * Math.log(p) + (1 - shares[i]) * Math.log(1 - p);
            double gradient = (1 - shares[i]) * p - positive * (1 - p);
            assertThat((double) made[1][i]).isCloseTo(gradient / 6, within(1e-7));
        }
        assertThat((double) made[0][0]).isCloseTo(sum / 6, within(1e-6));
    }

    @Test
    void binaryCrossEntropyRefusesWhatMakesNoSense() {
        assertThatThrownBy(() -> new BinaryCrossEntropy(false, 0.1, List.of())).hasMessageContaining("smoothed where");
        assertThatThrownBy(() -> new BinaryCrossEntropy(false, 0, List.of(-1.0)))
                .hasMessageContaining("at least 0");
        assertThatThrownBy(() -> run(new BinaryCrossEntropy(false, 0, List.of(1.0)), Shape.of(2, 3)))
                .hasMessageContaining("one a class");
        assertThatThrownBy(() -> run(BinaryCrossEntropy.plain(), Shape.of(1, 1, 2, 3)))
                .hasMessageContaining("[batch, classes]");
    }

    @Test
    void crossEntropyWithWeightsAndSmoothing() {
        var loss = new CrossEntropy(0.3, List.of(1.0, 2.0, 0.5));
        var made = run(loss, Shape.of(2, 3), 2, 0);
        // -sum_k q_k log p_k over the sum of the labels' weights, q_k = w_k (0.7 [k is the label] + 0.1).
        double total = 0.5 + 1;
        double expected = 0;
        var weights = new double[] {1, 2, 0.5};
        var labels = new int[] {2, 0};
        var gradient = new double[6];
        for (int r = 0; r < 2; r++) {
            double sum = 0;
            for (int k = 0; k < 3; k++) {
                sum += Math.exp(OUTPUT[3 * r + k]);
            }
            double all = 0;
            for (int k = 0; k < 3; k++) {
                double q = weights[k] * ((k == labels[r] ? 0.7 : 0) + 0.1);
                expected -= q * (OUTPUT[3 * r + k] - Math.log(sum)) / total;
                gradient[3 * r + k] -= q / total;
                all += q;
            }
            for (int k = 0; k < 3; k++) {
                gradient[3 * r + k] += all * Math.exp(OUTPUT[3 * r + k]) / sum / total;
            }
        }
        assertThat((double) made[0][0]).isCloseTo(expected, within(1e-6));
        for (int i = 0; i < 6; i++) {
            assertThat((double) made[1][i]).isCloseTo(gradient[i], within(1e-6));
        }
    }
}
