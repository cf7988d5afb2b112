package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.tasks.Convolution.Layer;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.ConvolveWeightTask;
import tornado.attention.tasks.graph.Interpreter;
import tornado.attention.tasks.graph.Value;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Convolutions with fewer products against the definition, and when they are chosen. */
class WinogradTest {
    /**
     * Error relative to the largest output. Sums of a thousand products by the definition, in FP32, err by 1e-6; with six points by
     * twice that, with eight by three times, and the test sees the worst of many.
     */
    private static final double TOLERANCE = 6e-6;

    private static Layer layer(RandomCases random, int inputs, int outputs, int height, int width, Window window) {
        var shape = Shape.of(outputs, inputs, height, width);
        var weight = Weight.of("w", shape, random.normals(Math.toIntExact(shape.elements())));
        return new Layer(weight, Weight.of("b", Shape.of(outputs), random.normals(outputs)), null, window);
    }

    private static void assertClose(float[] actual, double[] expected) {
        double largest = 0;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(actual[i] - expected[i]));
        }
        assertThat(actual).hasSameSizeAs(expected);
        assertThat(error / largest).isLessThan(TOLERANCE);
    }

    @Test
    void everyKernelHeightPaddingAndGroupingIsTheDefinition() {
        var seen = new int[1];
        RandomCases.repeat(60, random -> {
            int groups = random.oneOf(1, 1, 2);
            int inputs = random.between(20, 40);
            int outputs = random.between(20, 40);
            int kernel = random.oneOf(3, 5, 7);
            var window = new Window(1, random.between(0, kernel / 2), random.between(0, 3), 1, groups);
            var layer = layer(random, inputs, groups * outputs, kernel, random.between(1, 5), window);
            int height = random.between(11, 19);
            int width = random.between(5, 37);
            var shape = Shape.of(random.between(1, 2), groups * inputs, height, width);
            int outHeight = height + 2 * window.top() - layer.reachRows() + 1;
            int outWidth = width + 2 * window.left() - layer.reachColumns() + 1;
            var output = Shape.of(shape.batch(), layer.outputs(), outHeight, outWidth);
            if (Winograd.of(layer, output, DeviceProfile.portable()).isEmpty()) {
                return; // too small to pay
            }
            seen[0]++;
            var chain = TaskChain.named("conv");
            var x = chain.input("x", shape);
            var y = Convolution.apply(chain, "conv", x, layer, Activation.RELU);
            assertThat(chain.cost().steps()).extracting(StepCost::task).contains("conv.points", "conv", "conv.rows");
            assertThat(y.shape()).isEqualTo(output);
            chain.output(y);
            var input = random.normal(x.elements());
            try (var plan = chain.plan()) {
                plan.run(input);
                assertClose(plan.read(plan.outputs().getFirst()), relu(input, shape, layer, outHeight, outWidth));
            }
        });
        assertThat(seen[0]).isGreaterThan(30);
    }

    private static double[] relu(FloatArray input, Shape shape, Layer layer, int outHeight, int outWidth) {
        var expected = ConvolutionTest.direct(input, shape, layer, outHeight, outWidth);
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Math.max(expected[i], 0);
        }
        return expected;
    }

    @Test
    void theWeightsGradientIsTheDefinition() {
        var seen = new HashMap<Boolean, Integer>();
        RandomCases.repeat(30, random -> {
            int groups = random.oneOf(1, 1, 1, 2);
            int inputs = random.between(16, 30);
            int outputs = random.oneOf(16, 24, 32, 20);
            var window = new Window(1, random.between(0, 1), random.between(0, 1), 1, groups);
            var weight = Shape.of(groups * outputs, inputs, 3, random.between(1, 4));
            var map = Shape.of(random.between(1, 9), groups * inputs, random.between(7, 14), random.between(7, 20));
            var result = Shape.of(
                    map.batch(),
                    weight.dim(0),
                    map.height() + 2 * window.top() - 2,
                    map.width() + 2 * window.left() - weight.dim(3) + 1);
            var chain = TaskChain.named("weight");
            var x = chain.input("x", map, random.normal(Math.toIntExact(map.elements())));
            var g = chain.input("g", result, random.normal(Math.toIntExact(result.elements())));
            var y = ConvolutionBackward.weight(chain, "w", x, g, window, weight);
            chain.output(y);
            boolean fewer =
                    chain.cost().steps().stream().anyMatch(step -> step.task().equals("w.points"));
            seen.merge(fewer, 1, Integer::sum);
            var of = List.of(Value.input("x", map), Value.input("g", result));
            var expected = new Interpreter(false)
                    .with(of.get(0), new Array(map, ConvolutionBackwardTest.doubles(x.array())))
                    .with(of.get(1), new Array(result, ConvolutionBackwardTest.doubles(g.array())))
                    .valueOf(Value.of(new ConvolveWeightTask(window, weight), of))
                    .values();
            try (var plan = chain.plan()) {
                plan.run(x.array(), g.array());
                assertClose(plan.read(plan.outputs().getFirst()), expected);
            }
        });
        assertThat(seen.get(true)).isGreaterThan(10);
        assertThat(seen.get(false)).isGreaterThan(2);
    }

    @Test
    void convolutionsOfOnePaddedCopyMayDifferInHowTheyAreDone() {
        RandomCases.repeat(8, random -> {
            var layers = List.of(
                    layer(random, 32, 8, 1, 1, Window.same(1)),
                    layer(random, 32, 24, 3, 3, Window.same(3)),
                    layer(random, 32, 16, 7, 7, Window.same(7)),
                    layer(random, 1, 32, 5, 5, Window.same(5).grouped(32)));
            var shape = Shape.of(1, 32, random.between(14, 21), random.between(9, 21));
            var chain = TaskChain.named("shared");
            var x = chain.input("x", shape);
            var padded = PaddedMap.of(chain, "pad", x, layers);
            var partial = Convolution.partial(chain, "conv", padded, layers);
            chain.output(Convolution.crop(chain, "crop", partial, Activation.RELU));
            // pad, crop, two with one kernel, two with three
            assertThat(chain.cost().kernels()).isEqualTo(2 + 2 + 2 * 3);
            var input = random.normal(x.elements());
            try (var plan = chain.plan()) {
                plan.run(input);
                var all = plan.read(plan.outputs().getFirst());
                int at = 0;
                for (var layer : layers) {
                    var expected = relu(input, shape, layer, shape.height(), shape.width());
                    var actual = new float[expected.length];
                    System.arraycopy(all, at, actual, 0, actual.length);
                    assertClose(actual, expected);
                    at += actual.length;
                }
            }
        });
    }

    @Test
    void itIsChosenWhereItPays() {
        var map = Shape.of(1, 64, 56, 56);
        assertThat(chosen(64, 64, 3, Window.same(3), map)).isTrue();
        assertThat(chosen(64, 64, 5, Window.same(5), map)).isTrue();
        assertThat(chosen(64, 64, 7, Window.same(7), map)).isTrue();
        assertThat(chosen(64, 64, 9, Window.same(9), map)).isFalse();
        assertThat(chosen(64, 64, 3, Window.same(3).strided(2), map)).isFalse();
        assertThat(chosen(64, 64, 3, Window.same(3).dilated(2), map)).isFalse();
        assertThat(chosen(1, 64, 7, Window.same(7).grouped(64), map)).isFalse();
        // one row of a tile of four; a map so small that two more kernels cost more than they save
        assertThat(chosen(64, 64, 3, Window.same(3), Shape.of(1, 64, 1, 56))).isFalse();
        assertThat(chosen(8, 8, 3, Window.same(3), Shape.of(1, 8, 8, 8))).isFalse();
    }

    private static boolean chosen(int inputs, int outputs, int kernel, Window window, Shape map) {
        var shape = Shape.of(outputs, inputs, kernel, kernel);
        var layer = new Layer(
                new Weight("w", shape, new FloatArray(Math.toIntExact(shape.elements()))), null, null, window);
        return Winograd.of(layer, map, DeviceProfile.portable()).isPresent();
    }
}
