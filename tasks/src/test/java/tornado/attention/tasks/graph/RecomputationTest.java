package tornado.attention.tasks.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;
import tornado.attention.testing.RandomCases;

/** Gradients through values that are made a second time. */
class RecomputationTest {
    private static final Shape MAP = Shape.of(2, 3, 5, 5);

    /** Residual blocks of convolution, norm and ReLU, and what they are made of. */
    private record Blocks(List<Value> inputs, List<Array> arrays, List<Value> outputs) {
        static Blocks of(int count, RandomCases random) {
            var inputs = new ArrayList<Value>();
            var arrays = new ArrayList<Array>();
            var outputs = new ArrayList<Value>();
            var y = input(MAP, inputs, arrays, random);
            for (int block = 0; block < count; block++) {
                var z = y;
                for (int layer = 0; layer < 2; layer++) {
                    var weight = parameter(Shape.of(3, 3, 3, 3), random);
                    var channels = new ArrayList<Value>();
                    for (int i = 0; i < 5; i++) {
                        channels.add(parameter(i < 4 ? Shape.of(3) : Shape.of(1), random));
                    }
                    z = z.convolve(weight, null, Window.same(3));
                    var normed = new ArrayList<>(List.of(z));
                    normed.addAll(channels);
                    z = Value.of(new BatchNormTask(1e-3, 0.1), normed).relu();
                }
                y = z.plus(y);
                outputs.add(y);
            }
            return new Blocks(inputs, arrays, outputs);
        }

        private static Value input(Shape shape, List<Value> inputs, List<Array> arrays, RandomCases random) {
            inputs.add(Value.input("in", shape));
            arrays.add(TaskCases.noise(shape, random));
            return inputs.getLast();
        }

        private static Value parameter(Shape shape, RandomCases random) {
            return Value.of(new Constant("p", TaskCases.noise(shape, random).map(v -> Math.abs(v) + 0.1)));
        }

        Interpreter interpreter() {
            var interpreter = new Interpreter(true);
            for (int i = 0; i < inputs.size(); i++) {
                interpreter.with(inputs.get(i), arrays.get(i));
            }
            return interpreter;
        }
    }

    private static Value gradient(Blocks blocks, boolean recompute) {
        var seed = Value.of(new Constant("seed", Array.zeros(MAP).map(v -> 1)));
        var y = blocks.outputs().getLast();
        return Gradient.of(List.of(y.times(y)), List.of(seed), blocks.inputs(), true, recompute)
                .get(blocks.inputs().getFirst());
    }

    @Test
    void gradientsAreTheSame() {
        RandomCases.repeat(3, random -> {
            var blocks = Blocks.of(6, random);
            var kept = blocks.interpreter().valueOf(gradient(blocks, false));
            var again = blocks.interpreter().valueOf(gradient(blocks, true));
            for (int i = 0; i < kept.values().length; i++) {
                assertThat(again.values()[i])
                        .isCloseTo(kept.values()[i], within(1e-12 * (1 + Math.abs(kept.values()[i]))));
            }
        });
    }

    /** Of the forward pass the backward pass reads a few blocks' outputs, and the last piece. */
    @Test
    void littleIsRead() {
        RandomCases.repeat(1, random -> {
            var blocks = Blocks.of(16, random);
            var forward = Collections.<Value>newSetFromMap(new IdentityHashMap<>());
            forward.addAll(Graph.order(List.of(blocks.outputs().getLast())));
            var all = maps(read(gradient(blocks, false), forward));
            var few = maps(read(gradient(blocks, true), forward));
            assertThat(few).hasSizeLessThan(all.size() / 3);
            assertThat(few.stream().filter(blocks.outputs()::contains).count()).isBetween(3L, 10L);
        });
    }

    /** A norm that is made again leaves running averages alone. */
    @Test
    void statisticsFollowABatchOnce() {
        RandomCases.repeat(1, random -> {
            var tracking = Graph.order(List.of(gradient(Blocks.of(8, random), true))).stream()
                    .filter(v -> v.task() instanceof BatchNormTask norm && norm.tracks())
                    .count();
            var again = Graph.order(List.of(gradient(Blocks.of(8, random), true))).stream()
                    .filter(v -> v.task() instanceof BatchNormTask norm && !norm.tracks())
                    .count();
            assertThat(tracking).isEqualTo(16);
            assertThat(again).isBetween(1L, 16L);
        });
    }

    /** Values of the forward pass that others than those read. */
    private static Set<Value> read(Value gradient, Set<Value> forward) {
        var read = Collections.<Value>newSetFromMap(new IdentityHashMap<>());
        for (var value : Graph.order(List.of(gradient))) {
            if (!forward.contains(value)) {
                value.inputs().stream().filter(forward::contains).forEach(read::add);
            }
        }
        return read;
    }

    private static List<Value> maps(Set<Value> values) {
        return values.stream().filter(v -> v.shape().equals(MAP)).toList();
    }
}
