package tornado.attention.tasks.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;
import tornado.attention.testing.RandomCases;

/** The adjoint of every task against central differences in double precision, on random shapes. */
class AdjointTest {
    private static final double STEP = 1e-5;

    @ParameterizedTest
    @MethodSource("tornado.attention.tasks.graph.TaskCases#all")
    void adjointIsTheSlope(TaskCases.Named named) {
        RandomCases.repeat(8, random -> check(named.draw().next(random), random));
    }

    @ParameterizedTest
    @EnumSource(UnaryFunction.class)
    void derivativeIsTheSlope(UnaryFunction function) {
        RandomCases.repeat(
                5,
                random -> check(
                        TaskCases.Case.of(
                                in -> in.get(0).map(UnaryFunction.EXP, 0.3, 0.1).map(function, 1.3, -0.2), Shape.of(5)),
                        random));
    }

    private static void check(TaskCases.Case drawn, RandomCases random) {
        var inputs = drawn.shapes().stream().map(s -> Value.input("in", s)).toList();
        var arrays =
                drawn.shapes().stream().map(s -> TaskCases.noise(s, random)).toList();
        var y = drawn.formula().apply(inputs);
        var seed = Value.input("seed", y.shape());
        var seeds = TaskCases.noise(y.shape(), random);
        var gradients = Gradient.of(List.of(y), List.of(seed), inputs, drawn.training());
        for (int i = 0; i < inputs.size(); i++) {
            var input = inputs.get(i);
            assertThat(gradients.get(input).shape()).isEqualTo(input.shape());
            var gradient = interpreter(inputs, arrays, drawn).with(seed, seeds).valueOf(gradients.get(input));
            for (int j = 0; j < gradient.values().length; j++) {
                double kept = arrays.get(i).values()[j];
                arrays.get(i).values()[j] = kept + STEP;
                double above = dot(interpreter(inputs, arrays, drawn).valueOf(y), seeds);
                arrays.get(i).values()[j] = kept - STEP;
                double below = dot(interpreter(inputs, arrays, drawn).valueOf(y), seeds);
                arrays.get(i).values()[j] = kept;
                double slope = (above - below) / (2 * STEP);
                assertThat(gradient.values()[j]).isCloseTo(slope, within(1e-6 * (1 + Math.abs(slope))));
            }
        }
    }

    private static Interpreter interpreter(List<Value> inputs, List<Array> arrays, TaskCases.Case drawn) {
        var interpreter = new Interpreter(drawn.training());
        for (int i = 0; i < inputs.size(); i++) {
            interpreter.with(inputs.get(i), arrays.get(i));
        }
        return interpreter;
    }

    private static double dot(Array a, Array b) {
        double sum = 0;
        for (int i = 0; i < a.values().length; i++) {
            sum += a.values()[i] * b.values()[i];
        }
        return sum;
    }

    @Test
    void ofSeveralLargestElementsTheFirstOneGetsTheGradient() {
        var x = Value.input("x", Shape.of(1, 1, 2, 2));
        var ones = new Array(x.shape(), new double[] {3, 3, 1, 3});
        for (var y : List.of(x.max(2, 3).reshape(1, 1, 1, 1), Value.of(new MaxPoolTask(2, 1, 0), x))) {
            var seed = Value.input("seed", y.shape());
            var g = Gradient.of(List.of(y), List.of(seed), List.of(x), false).get(x);
            var values = new Interpreter(false)
                    .with(x, ones)
                    .with(seed, new Array(y.shape(), new double[] {5}))
                    .valueOf(g);
            assertThat(values.values()).containsExactly(5, 0, 0, 0);
        }
    }

    @Test
    void whereNothingDeviatesTheGradientIsZero() {
        var x = Value.input("x", Shape.of(1, 2, 2, 2));
        var y = x.reduce(ReduceTask.Kind.DEVIATION, 0, Value.PIXELS);
        var seed = Value.input("seed", y.shape());
        var g = Gradient.of(List.of(y), List.of(seed), List.of(x), false).get(x);
        var values = new Interpreter(false)
                .with(x, new Array(x.shape(), new double[] {3, 3, 3, 3, 1, 1, 1, 5}))
                .with(seed, new Array(y.shape(), new double[] {1, 1}))
                .valueOf(g)
                .values();
        assertThat(values).startsWith(0, 0, 0, 0);
        assertThat(values[7]).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void whatNoOutputDependsOnHasNoGradient() {
        var x = Value.input("x", Shape.of(2));
        var other = Value.input("other", Shape.of(2));
        var y = x.relu();
        assertThat(Gradient.of(List.of(y), List.of(y), List.of(x, other), false))
                .containsOnlyKeys(x);
    }

    @Test
    void inputsThatDoNotFitAreRefusedWhenTheGraphIsWritten() {
        var x = Value.input("x", Shape.of(2, 3, 4, 4));
        assertThatThrownBy(() -> x.times(Value.input("g", Shape.of(2, 3))))
                .hasMessageContaining("Values of shapes 2x3x4x4 and 2x3 cannot be combined (times)");
        assertThatThrownBy(() -> x.linear(Value.input("w", Shape.of(5, 3)), null))
                .hasMessageContaining("does not fit vectors of 2x3x4x4");
        assertThatThrownBy(() -> x.convolve(Value.input("w", Shape.of(5, 2, 3, 3)), null, Window.same(3)))
                .hasMessageContaining("does not fit the 3 channels");
        assertThatThrownBy(() -> x.reshape(7, -1)).hasMessageContaining("cannot be seen as");
        assertThatThrownBy(() -> x.slice(1, 2, 2)).hasMessageContaining("has no 2 entries from 2");
    }
}
