package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.ConvolveInputTask;
import tornado.attention.tasks.graph.Interpreter;
import tornado.attention.tasks.graph.Value;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Gradients of strided convolutions on either side of the longest row whose positions a reciprocal divides. */
class ConvolutionBackwardTest {
    @ParameterizedTest
    @CsvSource({"2, 1025", "3, 1000", "2, 32766", "2, 32768", "7, 9361", "7, 9364"})
    void aStridedRowIsTheDefinition(int stride, int width) {
        var window = new Window(stride, 0, 1, 1, 1);
        var target = Shape.of(1, 1, 1, width);
        assertDefinition(Shape.of(1, 1, 1, 3), window, target, (width - 1) / stride + 1);
    }

    @Test
    void aStridedMapIsTheDefinition() {
        var kinds = new HashSet<String>();
        RandomCases.repeat(150, random -> {
            int stride = random.oneOf(2, 2, 3, 4);
            int groups = random.oneOf(1, 1, 3);
            var w = Shape.of(
                    groups * random.between(1, 4), random.between(1, 3), random.between(1, 7), random.between(1, 7));
            var window = new Window(
                    stride,
                    random.between(0, w.dim(2) / 2),
                    random.between(0, w.dim(3) / 2),
                    random.between(0, w.dim(2) / 2),
                    random.between(0, w.dim(3) / 2),
                    random.oneOf(1, 1, 1, 2),
                    groups);
            int reach = 6 * window.dilation() + 1;
            var target = Shape.of(
                    random.between(1, 2),
                    groups * w.dim(1),
                    random.between(reach, reach + 6),
                    random.between(reach, reach + 9));
            kinds.add(assertDefinition(w, window, target, 0));
        });
        assertThat(kinds).contains("x.whole", "x.spread", "x");
    }

    /** Returns the last step's name. */
    private static String assertDefinition(Shape w, Window window, Shape target, int width) {
        var g = Shape.of(
                target.batch(),
                w.dim(0),
                results(target.height() + window.top() + window.bottom(), w.dim(2), window),
                width > 0 ? width : results(target.width() + window.left() + window.right(), w.dim(3), window));
        var random = new Random(target.width());
        var elements = normals(random, g);
        var taps = normals(random, w);
        var chain = TaskChain.named("strided");
        var out = ConvolutionBackward.input(
                chain, "x", chain.input("g", g, elements), chain.input("w", w, taps), window, target);
        chain.output(out);
        var of = List.of(Value.input("g", g), Value.input("w", w));
        var expected = new Interpreter(false)
                .with(of.get(0), new Array(g, doubles(elements)))
                .with(of.get(1), new Array(w, doubles(taps)))
                .valueOf(Value.of(new ConvolveInputTask(window, target), of))
                .values();
        chain.sequential().run();
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) out.array().get(i)).describedAs("element %d", i).isCloseTo(expected[i], within(1e-4));
        }
        return chain.cost().steps().getLast().task();
    }

    private static int results(int padded, int kernel, Window window) {
        return (padded - (kernel - 1) * window.dilation() - 1) / window.stride() + 1;
    }

    private static FloatArray normals(Random random, Shape shape) {
        var values = new FloatArray(shape.elementsOf("values"));
        for (int i = 0; i < values.getSize(); i++) {
            values.set(i, (float) random.nextGaussian());
        }
        return values;
    }

    /** The same elements. */
    static double[] doubles(FloatArray values) {
        var all = new double[values.getSize()];
        Arrays.setAll(all, values::get);
        return all;
    }
}
