package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Tasks of attention: both ways of making it, axes, slices, rearrangements. */
class AttentionTasksTest {
    private static float[] run(
            ChainOptions options, Shape shape, FloatArray values, BiFunction<TaskChain, Tensor, Tensor> task) {
        var chain = TaskChain.named("tasks", options);
        var x = chain.input("x", shape, values);
        chain.output(task.apply(chain, x));
        try (var plan = chain.plan()) {
            plan.run();
            return plan.read(plan.outputs().getFirst());
        }
    }

    private static float[] run(Shape shape, FloatArray values, BiFunction<TaskChain, Tensor, Tensor> task) {
        return run(ChainOptions.evaluation(), shape, values, task);
    }

    /**
     * One projection of queries, keys and values: streamed where the map is large, over the map where it is asked for.
     */
    @Test
    void streamedAttentionIsAttentionOverTheMap() {
        RandomCases.repeat(2, random -> {
            int depth = random.between(1, 3);
            int width = random.between(1, 3);
            int pixels = random.between(1460, 1500);
            var shape = Shape.of(1, 2 * depth + width, pixels);
            var values = random.normal(shape.elementsOf("x"));
            BiFunction<TaskChain, Tensor, Tensor> attend = (chain, x) -> SpatialAttention.softmax(
                    chain,
                    "attention",
                    new FeatureSlice(x, 0, depth),
                    new FeatureSlice(x, depth, depth),
                    new FeatureSlice(x, 2 * depth, width),
                    0.7);
            var streamed = run(shape, values, attend);
            var mapped = run(ChainOptions.evaluation().exposingAttention(), shape, values, attend);
            assertThat(streamed).hasSize(width * pixels).containsExactly(mapped, within(1e-5f));
        });
    }

    @Test
    void largeMapsAreStreamedAndSmallOnesMade() {
        assertThat(variants(Shape.of(1, 3, 1449))).containsExactly("streamed");
        assertThat(variants(Shape.of(1, 3, 1448))).containsExactly("portable", "portable", "portable");
        assertThat(variants(Shape.of(2, 3, 1448))).containsExactly("streamed");
    }

    private static List<String> variants(Shape shape) {
        var chain = TaskChain.named("variants");
        var x = chain.input("x", shape);
        chain.output(SpatialAttention.softmax(
                chain, "a", new FeatureSlice(x, 0, 1), new FeatureSlice(x, 1, 1), new FeatureSlice(x, 2, 1), 1));
        return chain.cost().steps().stream().map(StepCost::variant).toList();
    }

    @Test
    void productsWithoutSoftmaxAreReordered() {
        RandomCases.repeat(10, random -> {
            int depth = random.between(1, 3);
            int width = random.between(1, 3);
            int pixels = random.between(20, 40);
            var shape = Shape.of(random.between(1, 3), 2 * depth + width, pixels);
            var values = random.normal(shape.elementsOf("x"));
            BiFunction<TaskChain, Tensor, Tensor> attend = (chain, x) -> SpatialAttention.linear(
                    chain,
                    "attention",
                    new FeatureSlice(x, 0, depth),
                    new FeatureSlice(x, depth, depth),
                    new FeatureSlice(x, 2 * depth, width),
                    1.0 / pixels);
            var factored = run(shape, values, attend);
            var direct = run(ChainOptions.evaluation().exposingAttention(), shape, values, attend);
            assertThat(factored).containsExactly(direct, within(1e-4f));
        });
    }

    @Test
    void softmaxAlongAnyAxis() {
        RandomCases.repeat(20, random -> {
            int[] extents = {random.between(1, 3), random.between(1, 5), random.between(1, 4), random.between(1, 9)};
            var shape = Shape.of(extents);
            var values = random.normal(shape.elementsOf("x"));
            int axis = random.between(-4, 3);
            int at = Math.floorMod(axis, 4);
            int inner = 1;
            for (int i = at + 1; i < 4; i++) {
                inner *= extents[i];
            }
            var y = run(shape, values, (chain, x) -> Axis.softmax(chain, "softmax", x, axis));
            for (int i = 0; i < y.length; i++) {
                int first = i - i / inner % extents[at] * inner;
                double sum = 0;
                for (int l = 0; l < extents[at]; l++) {
                    sum += Math.exp(values.get(first + l * inner));
                }
                assertThat((double) y[i]).isCloseTo(Math.exp(values.get(i)) / sum, within(1e-6));
            }
        });
        assertThatThrownBy(() -> run(Shape.of(2, 3), new FloatArray(6), (chain, x) -> Axis.softmax(chain, "s", x, 2)))
                .hasMessage("Task 's' works along axis 2 of a tensor that is not empty, but 'x' has shape 2x3.");
    }

    @Test
    void slicesCountTheirOwnBytesOnce() {
        var chain = TaskChain.named("bytes");
        var x = chain.input("x", Shape.of(2, 7, 5));
        chain.output(Rearrangement.transpose(chain, "t", new FeatureSlice(x, 1, 3)));
        assertThat(chain.cost().bytes()).isEqualTo(2 * 2 * 3 * 5 * 4);
        var square = TaskChain.named("square");
        var y = square.input("y", Shape.of(1, 4, 4));
        square.output(SpatialAttention.product(square, "p", FeatureSlice.of(y), FeatureSlice.of(y), 1));
        assertThat(square.cost().bytes()).isEqualTo(2 * 16 * 4);
        assertThatThrownBy(() -> new FeatureSlice(x, 5, 3))
                .hasMessage(
                        "A slice of 3 channels from 5 needs a tensor [batch, channels, ...] that has them, but 'x' has"
                                + " shape 2x7x5.");
    }

    @Test
    void entriesAndStacks() {
        var values = FloatArray.fromArray(new float[] {0, 1, 2, 3, 4, 5});
        BiFunction<TaskChain, Tensor, Tensor> swap = (chain, x) -> Rearrangement.stack(
                chain, "stack", List.of(Rearrangement.entry(chain, "a", x, 1), Rearrangement.entry(chain, "b", x, 0)));
        assertThat(run(Shape.of(2, 3), values, swap)).containsExactly(3, 4, 5, 0, 1, 2);
        var chain = TaskChain.named("views");
        var x = chain.input("x", Shape.of(1, 3));
        assertThat(Rearrangement.entry(chain, "entry", x, 0).shape()).isEqualTo(Shape.of(3));
        assertThat(Rearrangement.stack(chain, "stack", List.of(x)).shape()).isEqualTo(Shape.of(1, 1, 3));
        assertThat(chain.cost().kernels()).isZero();
    }

    @Test
    void attentionPoolingIsTheSameWithAndWithoutItsMap() {
        RandomCases.repeat(10, random -> {
            var shape =
                    Shape.of(random.between(1, 3), random.between(1, 7), random.between(1, 5), random.between(1, 9));
            var values = random.normal(shape.elementsOf("x"));
            var weight = Weight.of("w", Shape.of(1, shape.channels(), 1, 1), random.normals(shape.channels()));
            BiFunction<TaskChain, Tensor, Tensor> pool = (chain, x) -> ContextPooling.softmax(
                    chain,
                    "context",
                    x,
                    Projection.convolution1x1(chain, "logits", x, weight, null, Activation.IDENTITY));
            assertThat(run(shape, values, pool))
                    .containsExactly(
                            run(ChainOptions.evaluation().exposingAttention(), shape, values, pool), within(1e-5f));
        });
    }

    @Test
    void tensorsThatDoNotFitAreRefused() {
        var chain = TaskChain.named("refused");
        var x = chain.input("x", Shape.of(2, 6, 5));
        var other = chain.input("other", Shape.of(2, 6, 4));
        assertThatThrownBy(() -> SpatialAttention.softmax(
                        chain, "a", FeatureSlice.of(x), FeatureSlice.of(other), FeatureSlice.of(x), 1))
                .hasMessage(
                        "Task 'a' takes queries and keys of one depth, and keys and values of as many positions (at least"
                                + " one), but queries have 6 channels of 2x6x5, keys 6 channels of 2x6x4, values 6 channels of 2x6x5.");
        assertThatThrownBy(() -> TokenAttention.softmax(chain, "t", x, x, x, TokenAttention.Scheme.plain(2)))
                .hasMessage(
                        "Task 't' takes tokens [batch, tokens, features] whose features are divisible by 2 heads, but 'x' has"
                                + " shape 2x6x5.");
        assertThatThrownBy(() -> TokenAttention.scores(chain, "s", x, other, 1, 1))
                .hasMessage("Task 's' takes queries and keys of as many features, but 'x' is 2x6x5 and 'other' 2x6x4.");
        var map = chain.input("map", Shape.of(2, 1, 3, 7));
        assertThatThrownBy(() -> TokenAttention.values(chain, "v", map, x, 1))
                .hasMessage(
                        "Task 'v' takes weights [batch, 1 heads, queries, keys] for the values 'x' 2x6x5, but 'map' has"
                                + " shape 2x1x3x7.");
        assertThatThrownBy(() -> SecondOrder.squareRoot(chain, "r", x, 3)).hasMessageContaining("square matrices");
        var square = chain.input("square", Shape.of(1, 3, 3));
        assertThatThrownBy(() -> SecondOrder.squareRoot(chain, "r", square, 0))
                .hasMessage("Task 'r' needs at least 1 step, but it was given 0.");
        assertThatThrownBy(() -> GatedSum.apply(
                        chain,
                        "g",
                        chain.input("map", Shape.of(1, 2, 3, 3)),
                        chain.input("gate", Shape.of(1, 3)),
                        chain.input("map", Shape.of(1, 2, 3, 3)),
                        Activation.RELU))
                .hasMessageContaining("needs 2 elements in 'gate'");
    }
}
