package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tornado.attention.tasks.Convolution.Layer;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.testing.RandomCases;

/** What maps as rows of channels are refused for; what they compute is held by the networks made of them. */
class PixelRowsTest {
    private final TaskChain chain = TaskChain.named("rows");
    private final Tensor x = chain.input("x", Shape.of(1, 8, 9, 16));

    private static Layer layer(Shape weight, Window window) {
        return new Layer(Weight.of("w", weight, new float[weight.elementsOf("w")]), null, null, window);
    }

    @Test
    void mapsTurnedOverTwiceAreThemselves() {
        RandomCases.repeat(5, random -> {
            var shape =
                    Shape.of(random.between(1, 3), random.between(1, 20), random.between(1, 9), random.between(1, 30));
            var turning = TaskChain.named("turning");
            var planes = turning.input("x", shape);
            var rows = PixelRows.of(turning, "rows", planes);
            assertThat(rows.shape())
                    .isEqualTo(Shape.of(shape.batch(), shape.height(), shape.width(), shape.channels()));
            turning.output(PixelRows.planes(turning, "planes", rows));
            var input = random.normal(planes.elements());
            try (var plan = turning.plan()) {
                plan.run(input);
                assertThat(plan.read(plan.outputs().getFirst())).isEqualTo(input.toHeapArray());
            }
        });
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> PixelRows.pointwise(
                        chain, "y", x, layer(Shape.of(32, 8, 1, 1), Window.plain()), Activation.IDENTITY))
                .hasMessage("Task 'y' needs weight 'w' as [outputs, 16], but its shape is 32x8x1x1.");
        assertThatThrownBy(() -> PixelRows.pointwise(
                        chain,
                        "y",
                        x,
                        layer(Shape.of(32, 16, 1, 1), Window.plain().strided(2)),
                        Activation.IDENTITY))
                .hasMessageContaining("is a 1x1 convolution without stride, padding and groups, but 'w' has");
        var other = chain.input("other", Shape.of(1, 8, 9, 31));
        assertThatThrownBy(() -> PixelRows.pointwiseResidual(
                        chain, "y", x, layer(Shape.of(32, 16, 1, 1), Window.plain()), other, Activation.RELU))
                .hasMessageContaining("takes two tensors of one shape");
        assertThatThrownBy(() -> PixelRows.depthwise(
                        chain,
                        "y",
                        x,
                        layer(Shape.of(8, 1, 3, 3), Window.same(3).grouped(8)),
                        Activation.RELU))
                .hasMessage(
                        "Task 'y' needs one kernel for each of 16 channels, but 'w' has shape 8x1x3x3 in 8 groups.");
        assertThatThrownBy(() -> PixelRows.ofPlanes(
                        chain,
                        "y",
                        x,
                        layer(Shape.of(4, 4, 3, 3), Window.same(3).grouped(2)),
                        Activation.RELU))
                .hasMessage("Task 'y' convolves all channels together, but 'w' has 2 groups.");
        var flat = chain.input("flat", Shape.of(8, 9));
        assertThatThrownBy(() -> PixelRows.average(chain, "y", flat)).hasMessageContaining("a tensor of rank 4");
        assertThatThrownBy(() -> PixelRows.of(chain, "y", flat)).hasMessageContaining("takes a feature map");
    }

    @Test
    void aNormInAChainThatTrainsIsRefused() {
        var training = TaskChain.named("training", ChainOptions.evaluation().inTraining());
        var map = training.input("x", Shape.of(1, 4, 4, 2));
        var one = Weight.of("one", Shape.of(2), new float[] {1, 1});
        var norm = new BatchNorm.Parameters(
                one, one, one, one, Weight.of("count", Shape.of(), new float[] {0}), 1e-5, 0.1);
        var layer = new Layer(Weight.of("w", Shape.of(2, 2, 1, 1), new float[4]), null, norm, Window.plain());
        assertThatThrownBy(() -> PixelRows.pointwise(training, "y", map, layer, Activation.RELU))
                .hasMessage(
                        "Task 'y' folds its batch norm into the weights, but the chain trains; use Convolution, which takes"
                                + " batch statistics.");
    }

    @Test
    void aConvolutionOfNoMapNamesItsTask() {
        var flat = chain.input("flat", Shape.of(3, 8, 8));
        var layer = layer(Shape.of(3, 3, 3, 3), Window.same(3));
        assertThatThrownBy(() -> Convolution.apply(chain, "conv", flat, layer, Activation.RELU))
                .hasMessage(
                        "Task 'conv' takes a feature map [batch, channels, height, width], but 'flat' has shape 3x8x8.");
    }
}
