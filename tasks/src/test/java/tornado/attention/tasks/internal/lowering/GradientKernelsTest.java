package tornado.attention.tasks.internal.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.Gradient;
import tornado.attention.tasks.graph.Interpreter;
import tornado.attention.tasks.graph.Parameter;
import tornado.attention.tasks.graph.TaskCases;
import tornado.attention.tasks.graph.UnaryFunction;
import tornado.attention.tasks.graph.Value;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The kernels of every task's adjoint against its value in double precision: the same graph, run and interpreted. */
class GradientKernelsTest {
    /** Gradients of gradients would convolve with weights that are data, for which there is no kernel. */
    static Stream<TaskCases.Named> cases() {
        return TaskCases.all().filter(named -> !named.name().equals("gradients of a convolution"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void kernelsMakeTheGradient(TaskCases.Named named) {
        RandomCases.repeat(4, random -> check(named.draw().next(random), random));
    }

    @ParameterizedTest
    @EnumSource(UnaryFunction.class)
    void kernelsMakeTheDerivative(UnaryFunction function) {
        RandomCases.repeat(
                3,
                random -> check(
                        TaskCases.Case.of(
                                in -> in.get(0).map(UnaryFunction.EXP, 0.3, 0.1).map(function, 1.3, -0.2),
                                Shape.of(37)),
                        random));
    }

    private static void check(TaskCases.Case drawn, RandomCases random) {
        if (drawn.training()) {
            return; // the kernels of a batch's statistics are those of the forward pass
        }
        var interpreter = new Interpreter(false);
        var chain = TaskChain.named("gradient", ChainOptions.evaluation());
        var tensors = new IdentityHashMap<Value, Tensor>();
        var leaves = new ArrayList<Value>();
        boolean weights = drawn.shapes().size() == 3 && drawn.shapes().get(2).rank() == 1;
        for (var shape : drawn.shapes()) {
            var floats = FloatArray.fromArray(TaskCases.noise(shape, random).floats());
            boolean data = leaves.isEmpty() || !weights;
            var leaf = data
                    ? Value.input("x" + leaves.size(), shape)
                    : Value.of(Parameter.of(new Weight("w" + leaves.size(), shape, floats)));
            if (data) {
                tensors.put(leaf, chain.input("x" + leaves.size(), shape, floats));
            }
            interpreter.with(leaf, Array.of(shape, floats));
            leaves.add(leaf);
        }
        var y = drawn.formula().apply(leaves);
        var seeds = FloatArray.fromArray(TaskCases.noise(y.shape(), random).floats());
        var seed = Value.input("seed", y.shape());
        tensors.put(seed, chain.input("seed", y.shape(), seeds));
        interpreter.with(seed, Array.of(y.shape(), seeds));
        var gradients = Gradient.of(List.of(y), List.of(seed), leaves, false);
        var wanted = leaves.stream().map(gradients::get).toList();
        var made = Lowering.append(chain, tensors, wanted);
        made.forEach(chain::output);
        try (var plan = chain.plan()) {
            plan.run();
            for (int i = 0; i < wanted.size(); i++) {
                var expected = interpreter.valueOf(wanted.get(i)).values();
                double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
                var actual = plan.read(made.get(i));
                for (int j = 0; j < expected.length; j++) {
                    assertThat((double) actual[j]).isCloseTo(expected[j], within(2e-5 * (1 + largest)));
                }
            }
        }
    }
}
