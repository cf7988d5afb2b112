package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.tasks.Convolution.Layer;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Convolutions of all kinds against a loop over every tap with a bounds test. */
class ConvolutionTest {
    private static final double TOLERANCE = 2e-5;

    /** The definition, in double. */
    static double[] direct(FloatArray x, Shape shape, Layer layer, int outHeight, int outWidth) {
        var w = layer.weight().values().toHeapArray();
        var map = x.toHeapArray();
        var window = layer.window();
        int outputs = layer.outputs();
        int perOutput = outputs / window.groups();
        int perGroup = layer.weight().shape().dim(1);
        int kernelRows = layer.weight().shape().dim(2);
        int kernelColumns = layer.weight().shape().dim(3);
        int channels = shape.channels();
        int height = shape.height();
        int width = shape.width();
        var y = new double[shape.batch() * outputs * outHeight * outWidth];
        for (int at = 0; at < y.length; at++) {
            int c = at % outWidth * window.stride() - window.left();
            int r = at / outWidth % outHeight * window.stride() - window.top();
            int o = at / (outWidth * outHeight) % outputs;
            int first = at / (outWidth * outHeight * outputs) * channels + o / perOutput * perGroup;
            double sum = layer.bias() == null ? 0 : layer.bias().values().get(o);
            int tap = o * perGroup * kernelRows * kernelColumns;
            for (int i = 0; i < perGroup; i++) {
                for (int u = 0; u < kernelRows; u++) {
                    int row = r + u * window.dilation();
                    for (int v = 0; v < kernelColumns; v++, tap++) {
                        int column = c + v * window.dilation();
                        if (row >= 0 && row < height && column >= 0 && column < width) {
                            sum += (double) w[tap] * map[((first + i) * height + row) * width + column];
                        }
                    }
                }
            }
            y[at] = sum;
        }
        return y;
    }

    private static int outputs(int in, int pad, int kernel, Window window) {
        return (in + 2 * pad - (kernel - 1) * window.dilation() - 1) / window.stride() + 1;
    }

    private static Layer layer(RandomCases random, int perGroup, int outputs, int height, int width, Window window) {
        int n = outputs * perGroup * height * width;
        var weight = Weight.of("w", Shape.of(outputs, perGroup, height, width), random.normals(n));
        var bias = random.flag() ? Weight.of("b", Shape.of(outputs), random.normals(outputs)) : null;
        return new Layer(weight, bias, null, window);
    }

    private static void assertClose(float[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double scale = 1;
        for (double e : expected) {
            scale = Math.max(scale, Math.abs(e));
        }
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i])
                    .describedAs("element %d", i)
                    .isCloseTo(expected[i], within(TOLERANCE * scale));
        }
    }

    @Test
    void everyKernelStridePaddingDilationAndGroupingIsTheDefinition() {
        RandomCases.repeat(120, random -> {
            int groups = random.oneOf(1, 1, 2, 3);
            int perGroup = random.between(1, 3);
            int outputs = groups * random.between(1, 3);
            var window = new Window(
                    random.oneOf(1, 1, 2, 3),
                    random.between(0, 3),
                    random.between(0, 3),
                    random.oneOf(1, 1, 2),
                    groups);
            var layer = layer(random, perGroup, outputs, random.between(1, 4), random.between(1, 5), window);
            int height = Math.max(random.between(1, 9), layer.reachRows() - 2 * window.top());
            int width = Math.max(random.between(1, 11), layer.reachColumns() - 2 * window.left());
            var shape = Shape.of(random.between(1, 3), groups * perGroup, height, width);
            int outHeight = outputs(height, window.top(), layer.weight().shape().dim(2), window);
            int outWidth = outputs(width, window.left(), layer.weight().shape().dim(3), window);
            var chain = TaskChain.named("conv");
            var x = chain.input("x", shape);
            var y = Convolution.apply(chain, "conv", x, layer, Activation.IDENTITY);
            assertThat(y.shape()).isEqualTo(Shape.of(shape.batch(), outputs, outHeight, outWidth));
            chain.output(y);
            var input = random.normal(x.elements());
            try (var plan = chain.plan()) {
                plan.run(input);
                assertClose(plan.read(plan.outputs().getFirst()), direct(input, shape, layer, outHeight, outWidth));
            }
        });
    }

    @Test
    void depthwiseConvolutionsOfAllWidthsAreTheDefinition() {
        RandomCases.repeat(40, random -> {
            int channels = random.between(1, 5);
            int kernel = random.oneOf(2, 3, 5, 7);
            var window = new Window(1, random.between(0, kernel / 2), random.between(0, 3), 1, channels);
            var layer = layer(random, 1, channels, kernel, random.between(1, 7), window);
            int height = random.between(7, 12);
            int width = random.between(7, 70);
            var shape = Shape.of(random.between(1, 3), channels, height, width);
            int outHeight = outputs(height, window.top(), kernel, window);
            int outWidth = outputs(width, window.left(), layer.weight().shape().dim(3), window);
            var chain = TaskChain.named("conv");
            var x = chain.input("x", shape);
            chain.output(Convolution.apply(chain, "conv", x, layer, Activation.IDENTITY));
            var input = random.normal(x.elements());
            try (var plan = chain.plan()) {
                plan.run(input);
                assertClose(plan.read(plan.outputs().getFirst()), direct(input, shape, layer, outHeight, outWidth));
            }
        });
    }

    @Test
    void stridedConvolutionsOfFewSumsAreTheDefinition() {
        RandomCases.repeat(40, random -> {
            int groups = random.between(1, 5);
            boolean isDepthwise = random.oneOf(0, 1) == 0;
            int inputs = isDepthwise ? 1 : random.between(1, 3);
            int kernel = random.oneOf(2, 3);
            int dilation = random.oneOf(1, 1, 2);
            var window = new Window(
                    2,
                    random.between(0, 2),
                    random.between(0, 2),
                    random.between(0, 2),
                    random.between(0, 2),
                    dilation,
                    groups);
            var layer = layer(random, inputs, groups * random.between(1, 3), kernel, random.between(1, 3), window);
            int height = random.between(7, 12);
            int width = random.between(60, 90);
            var shape = Shape.of(random.between(1, 3), inputs * groups, height, width);
            int outHeight = (height + window.top() + window.bottom() - (kernel - 1) * dilation - 1) / 2 + 1;
            int reach = (layer.weight().shape().dim(3) - 1) * dilation + 1;
            int outWidth = (width + window.left() + window.right() - reach) / 2 + 1;
            var chain = TaskChain.named("conv");
            var x = chain.input("x", shape);
            chain.output(Convolution.apply(chain, "conv", x, layer, Activation.IDENTITY));
            assertThat(chain.cost().steps()).extracting(StepCost::task).doesNotContain("conv.crop");
            var input = random.normal(x.elements());
            try (var plan = chain.plan()) {
                plan.run(input);
                assertClose(plan.read(plan.outputs().getFirst()), direct(input, shape, layer, outHeight, outWidth));
            }
        });
    }

    @Test
    void convolutionsOfDifferentKernelsShareOnePaddedCopy() {
        RandomCases.repeat(20, random -> {
            int stride = random.oneOf(1, 2, 3);
            var layers = List.of(
                    layer(random, 4, 6, 1, 1, Window.same(1).strided(stride)),
                    layer(random, 2, 4, 3, 3, Window.same(3).strided(stride).grouped(2)),
                    layer(random, 1, 4, 5, 7, new Window(stride, 2, 3, 1, 4)));
            var shape = Shape.of(2, 4, random.between(1, 8), random.between(1, 9));
            int outHeight = (shape.height() - 1) / stride + 1;
            int outWidth = (shape.width() - 1) / stride + 1;
            var chain = TaskChain.named("shared");
            var x = chain.input("x", shape);
            var padded = PaddedMap.of(chain, "pad", x, layers);
            var partial = Convolution.partial(chain, "conv", padded, layers);
            chain.output(Convolution.crop(chain, "crop", partial, Activation.RELU));
            assertThat(chain.cost().kernels()).isEqualTo(5);
            var input = random.normal(x.elements());
            try (var plan = chain.plan()) {
                plan.run(input);
                var all = plan.read(plan.outputs().getFirst());
                int perImage = outHeight * outWidth;
                int first = 0;
                for (var layer : layers) {
                    var expected = direct(input, shape, layer, outHeight, outWidth);
                    var actual = new float[expected.length];
                    for (int b = 0; b < 2; b++) {
                        System.arraycopy(
                                all,
                                (b * 14 + first) * perImage,
                                actual,
                                b * layer.outputs() * perImage,
                                layer.outputs() * perImage);
                    }
                    for (int i = 0; i < expected.length; i++) {
                        expected[i] = Math.max(expected[i], 0);
                    }
                    assertClose(actual, expected);
                    first += layer.outputs();
                }
            }
        });
    }

    @Test
    void whatIsNotNeededIsLeftOut() {
        RandomCases.repeat(1, random -> {
            assertThat(tasks(layer(random, 4, 4, 1, 1, Window.plain()))).containsExactly("c");
            assertThat(tasks(layer(random, 2, 4, 1, 1, Window.plain().grouped(2))))
                    .containsExactly("c");
            assertThat(tasks(layer(random, 4, 4, 3, 1, Window.plain()))).containsExactly("c");
            assertThat(tasks(layer(random, 4, 4, 3, 3, Window.plain()))).containsExactly("c", "c.crop");
            assertThat(tasks(layer(random, 4, 4, 1, 1, Window.plain().strided(2))))
                    .containsExactly("c.pad", "c");
            assertThat(tasks(layer(random, 4, 4, 3, 3, Window.same(3)))).containsExactly("c.pad", "c", "c.crop");
            var depthwise = layer(random, 1, 4, 3, 3, Window.same(3).grouped(4));
            assertThat(tasks(depthwise, 16)).containsExactly("c.pad", "c");
            assertThat(tasks(depthwise, 15)).containsExactly("c.pad", "c", "c.crop");
        });
    }

    private static List<String> tasks(Layer layer) {
        return tasks(layer, 6);
    }

    private static List<String> tasks(Layer layer, int width) {
        var chain = TaskChain.named("tasks");
        var x = chain.input("x", Shape.of(1, 4, 6, width));
        chain.output(Convolution.apply(chain, "c", x, layer, Activation.RELU));
        return chain.cost().steps().stream().map(StepCost::task).toList();
    }

    @Test
    void countsUsefulMacsAndTheBytesOfWhatItMoves() {
        RandomCases.repeat(1, random -> {
            var chain = TaskChain.named("cost");
            var x = chain.input("x", Shape.of(2, 4, 6, 5));
            var layer = layer(random, 4, 8, 3, 3, Window.same(3));
            chain.output(Convolution.apply(chain, "c", x, layer, Activation.IDENTITY));
            var cost = chain.cost();
            assertThat(cost.macs()).isEqualTo(2L * 8 * 30 * 36);
            // planes of (6 + 2 + 1) rows of 5 + 1; sums over 5 whole rows of 6 and one of 5
            int padded = 2 * 4 * 9 * 6;
            int raw = 2 * 8 * (5 * 6 + 5);
            int y = 2 * 8 * 30;
            assertThat(cost.steps())
                    .extracting(StepCost::bytes)
                    .containsExactly(
                            4L * (x.elements() + padded), 4L * (padded + 8 * 36 + 8 + raw), 4L * (y + 8 + 8 + y));
        });
    }

    @Test
    void thePaddedMapBetweenTwoConvolutionsIsWrittenOnce() {
        RandomCases.repeat(10, random -> {
            var shape = Shape.of(2, 3, random.between(3, 7), random.between(3, 7));
            var one = layer(random, 3, 5, 3, 3, Window.same(3));
            var two = layer(random, 5, 2, 5, 3, new Window(1, 2, 1, 1, 1));
            var chain = TaskChain.named("two");
            var x = chain.input("x", shape);
            var padded = PaddedMap.of(chain, "pad", x, List.of(one));
            var first = Convolution.partial(chain, "one", padded, List.of(one));
            var between = PaddedMap.of(chain, "between", first, List.of(two), Activation.TANH);
            var second = Convolution.partial(chain, "two", between, List.of(two));
            chain.output(Convolution.crop(chain, "crop", second, Activation.IDENTITY));
            assertThat(chain.cost().kernels()).isEqualTo(5);
            var input = random.normal(x.elements());
            var hidden = direct(input, shape, one, shape.height(), shape.width());
            var activated = new FloatArray(hidden.length);
            for (int i = 0; i < hidden.length; i++) {
                activated.set(i, (float) Math.tanh(hidden[i]));
            }
            var middle = Shape.of(2, 5, shape.height(), shape.width());
            try (var plan = chain.plan()) {
                plan.run(input);
                assertClose(
                        plan.read(plan.outputs().getFirst()),
                        direct(activated, middle, two, shape.height(), shape.width()));
            }
        });
    }

    @Test
    void whatCannotBeConvolvedIsRefused() {
        RandomCases.repeat(1, random -> {
            var chain = TaskChain.named("wrong");
            var x = chain.input("x", Shape.of(1, 6, 4, 4));
            assertThatThrownBy(() -> Convolution.apply(
                            chain, "c", x, layer(random, 4, 4, 3, 3, Window.plain()), Activation.IDENTITY))
                    .hasMessage(
                            "Task 'c.pad' needs 4 input channels for 'w' of shape 4x4x3x3 in 1 groups, but the map is"
                                    + " 1x6x4x4.");
            assertThatThrownBy(() -> Convolution.apply(
                            chain, "c", x, layer(random, 6, 4, 7, 7, Window.plain()), Activation.IDENTITY))
                    .hasMessageContaining("reaches over 7 pixels, on a map of 4");
            assertThatThrownBy(() -> layer(random, 2, 4, 3, 3, Window.plain().grouped(3)))
                    .hasMessage("The 4 output channels of 'w' cannot be divided into 3 groups.");
            assertThatThrownBy(() -> new Window(0, 0, 0, 1, 1)).hasMessageContaining("stride 0");
            var layers = List.of(layer(random, 6, 4, 3, 3, Window.same(3)), layer(random, 6, 4, 4, 4, Window.same(4)));
            assertThatThrownBy(() -> PaddedMap.of(chain, "pad", x, layers))
                    .hasMessageContaining("different stride or output size");
        });
    }
}
