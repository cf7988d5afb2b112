package tornado.attention.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.ConvolveInputTask;
import tornado.attention.tasks.graph.Interpreter;
import tornado.attention.tasks.graph.Value;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Gradients of strided convolutions on either side of the longest row whose positions a reciprocal divides. */
class ConvolutionBackwardTest {
    @ParameterizedTest
    @CsvSource({"2, 1025", "3, 1000", "2, 32766", "2, 32768", "7, 9361", "7, 9364"})
    void aStridedRowIsTheDefinition(int stride, int width) {
        var window = new Window(stride, 0, 1, 1, 1);
        var target = Shape.of(1, 1, 1, width);
        var g = Shape.of(1, 1, 1, (width - 1) / stride + 1);
        var w = Shape.of(1, 1, 1, 3);
        var random = new Random(width);
        var elements = new FloatArray(g.elementsOf("g"));
        for (int i = 0; i < elements.getSize(); i++) {
            elements.set(i, (float) random.nextGaussian());
        }
        var taps = FloatArray.fromElements(0.5f, -1.25f, 2f);
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
        for (int i = 0; i < width; i++) {
            assertThat((double) out.array().get(i)).describedAs("element %d", i).isCloseTo(expected[i], within(1e-5));
        }
    }

    private static double[] doubles(FloatArray values) {
        var all = new double[values.getSize()];
        for (int i = 0; i < all.length; i++) {
            all[i] = values.get(i);
        }
        return all;
    }
}
