package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.tasks.graph.DropoutTask;
import tornado.attention.tasks.graph.Gradient;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Lowering;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class DropoutTest {
    private static final int N = 20_000;

    private static List<float[]> runs(int seed, double rate, int count) {
        var chain = TaskChain.named("drop", ChainOptions.evaluation().inTraining());
        var x = chain.input("x", Shape.of(N));
        chain.output(Dropout.apply(chain, "drop", x, rate, seed));
        var ones = new FloatArray(N);
        ones.init(1f);
        var results = new ArrayList<float[]>();
        try (var plan = chain.plan()) {
            for (int i = 0; i < count; i++) {
                plan.run(ones);
                results.add(plan.read(plan.outputs().getFirst()));
            }
            assertThat(plan.weights().get("drop.runs").values().get(0)).isEqualTo(count);
        }
        return results;
    }

    private static double dropped(float[] values) {
        int zeros = 0;
        for (float v : values) {
            zeros += v == 0 ? 1 : 0;
        }
        return (double) zeros / values.length;
    }

    @Test
    void dropsTheRateAndScalesTheRest() {
        for (double rate : new double[] {0.1, 0.5, 0.9}) {
            for (var values : runs(3, rate, 3)) {
                // five standard deviations of a binomial share
                assertThat(dropped(values)).isCloseTo(rate, within(5 * Math.sqrt(rate * (1 - rate) / N)));
                for (float v : values) {
                    assertThat(v == 0f || Math.abs(v * (1 - rate) - 1) < 1e-5).isTrue();
                }
            }
        }
    }

    @Test
    void theSameSeedAndRunDropTheSameElements() {
        var one = runs(11, 0.5, 2);
        var two = runs(11, 0.5, 2);
        assertThat(one.get(0)).containsExactly(two.get(0));
        assertThat(one.get(1)).containsExactly(two.get(1));
    }

    @Test
    void otherRunsAndSeedsDropOthers() {
        var one = runs(11, 0.5, 2);
        assertThat(agreement(one.get(0), one.get(1))).isCloseTo(0.5, within(0.02));
        assertThat(agreement(one.get(0), runs(12, 0.5, 1).getFirst())).isCloseTo(0.5, within(0.02));
        assertThat(neighbours(one.get(0))).isCloseTo(0.5, within(0.02));
    }

    @Test
    void twoDropoutsOfOneSeedDropDifferentElements() {
        var chain = TaskChain.named("two", ChainOptions.evaluation().inTraining());
        var x = chain.input("x", Shape.of(N));
        chain.output(Dropout.apply(chain, "drop", x, 0.5, 1));
        chain.output(Dropout.apply(chain, "other", x, 0.5, 1));
        var ones = new FloatArray(N);
        ones.init(1f);
        try (var plan = chain.plan()) {
            plan.run(ones);
            var first = plan.read(plan.outputs().get(0));
            assertThat(agreement(first, plan.read(plan.outputs().get(1)))).isCloseTo(0.5, within(0.02));
        }
    }

    @Test
    void theGradientIsDroppedWhereTheValueWas() {
        var x = Value.input("x", Shape.of(N));
        var first = Value.of(new DropoutTask(0.5, 3), x).named("d");
        var second = Value.of(new DropoutTask(0.25, 3), x).named("e");
        var seed = Value.input("seed", Shape.of(N));
        var ofFirst =
                Gradient.of(List.of(first), List.of(seed), List.of(x), true).get(x);
        var ofSecond =
                Gradient.of(List.of(second), List.of(seed), List.of(x), true).get(x);
        var chain = TaskChain.named("gradient", ChainOptions.evaluation().inTraining());
        var ones = new FloatArray(N);
        ones.init(1f);
        var inputs = new IdentityHashMap<Value, Tensor>();
        inputs.put(x, chain.input("x", Shape.of(N), ones));
        inputs.put(seed, chain.input("seed", Shape.of(N), ones));
        var made = Lowering.append(chain, inputs, List.of(first, ofFirst, second, ofSecond));
        made.forEach(chain::output);
        try (var plan = chain.plan()) {
            for (int run = 0; run < 3; run++) {
                plan.run();
                assertThat(plan.read(made.get(1))).isEqualTo(plan.read(made.get(0)));
                assertThat(plan.read(made.get(3))).isEqualTo(plan.read(made.get(2)));
                assertThat(agreement(plan.read(made.get(0)), plan.read(made.get(2))))
                        .isLessThan(0.9);
            }
        }
    }

    private static double agreement(float[] a, float[] b) {
        int same = 0;
        for (int i = 0; i < a.length; i++) {
            same += a[i] == b[i] ? 1 : 0;
        }
        return (double) same / a.length;
    }

    private static double neighbours(float[] a) {
        int same = 0;
        for (int i = 1; i < a.length; i++) {
            same += a[i] == a[i - 1] ? 1 : 0;
        }
        return (double) same / a.length;
    }

    @Test
    void evaluationAndRateZeroHaveNoKernel() {
        var chain = TaskChain.named("none");
        var x = chain.input("x", Shape.of(4));
        assertThat(Dropout.apply(chain, "drop", x, 0.5, 1)).isSameAs(x);
        var training = TaskChain.named("zero", ChainOptions.evaluation().inTraining());
        var y = training.input("x", Shape.of(4));
        assertThat(Dropout.apply(training, "drop", y, 0, 1)).isSameAs(y);
        assertThatThrownBy(() -> Dropout.apply(training, "drop", y, 1, 1))
                .hasMessage("Task 'drop' needs a dropout rate from 0 to below 1, but it is 1.0.");
    }
}
