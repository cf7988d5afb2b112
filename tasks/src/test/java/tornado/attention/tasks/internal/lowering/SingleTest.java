package tornado.attention.tasks.internal.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.Interpreter;
import tornado.attention.tasks.graph.Parameter;
import tornado.attention.tasks.graph.TaskCases;
import tornado.attention.tasks.graph.Value;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Kernels of every task against its definition in double precision, with fusion and without. */
class SingleTest {
    @ParameterizedTest
    @MethodSource("tornado.attention.tasks.graph.TaskCases#all")
    void kernelsMakeWhatTheTaskSays(TaskCases.Named named) {
        RandomCases.repeat(4, random -> {
            var drawn = named.draw().next(random);
            check(drawn, random, ChainOptions.evaluation());
            check(drawn, random, ChainOptions.evaluation().withoutFusion());
        });
    }

    private static void check(TaskCases.Case drawn, RandomCases random, ChainOptions options) {
        if (drawn.training()) {
            return;
        }
        var leaves = new ArrayList<Value>();
        var interpreter = new Interpreter(false);
        var chain = TaskChain.named("single", options);
        var tensors = new IdentityHashMap<Value, Tensor>();
        for (var shape : drawn.shapes()) {
            var floats = FloatArray.fromArray(TaskCases.noise(shape, random).floats());
            // The first input is data, the others are weights: what a convolution or a norm takes.
            boolean data = leaves.isEmpty() || !takesWeights(drawn);
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
        var made = Lowering.append(chain, tensors, List.of(y)).getFirst();
        chain.output(made);
        var expected = interpreter.valueOf(y).values();
        try (var plan = chain.plan()) {
            plan.run();
            var actual = plan.read(made);
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) actual[i]).isCloseTo(expected[i], within(2e-5 * (1 + Math.abs(expected[i]))));
            }
        }
    }

    /** A map, a weight and a bias, or a norm; attention takes three values instead. */
    private static boolean takesWeights(TaskCases.Case drawn) {
        return drawn.shapes().size() == 3 && drawn.shapes().get(2).rank() == 1;
    }
}
