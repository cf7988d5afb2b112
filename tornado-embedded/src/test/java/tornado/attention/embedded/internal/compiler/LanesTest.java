package tornado.attention.embedded.internal.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tornado.attention.embedded.internal.compiler.Engine.copy;
import static tornado.attention.embedded.internal.compiler.Engine.floats;
import static tornado.attention.embedded.internal.compiler.Engine.ints;

import java.io.Serializable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tornado.attention.embedded.internal.compiler.lanes.LaneOptions;
import tornado.attention.embedded.internal.compiler.runtime.Heat;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Kernels in lanes of every width against the same method as plain Java. Sums may differ by the order of their terms, so
 * the tolerance grows with the number of terms; the same kernel must give the same bytes for any number of threads and
 * whether it begins in lanes or with its scalar fallback.
 */
class LanesTest {
    private static final int[] WIDTHS = {128, 256, 512};

    /** Rounding of one operation, relative; 4 for the handful of operations around each term. */
    private static final double ROUNDING = 4 * Math.scalb(1.0, -23);

    private static final String PARALLEL = "lanes over the parallel loop";
    private static final String SERIAL = "serial loop";

    private static void check(Serializable function, Object[] args, int terms, String mode) {
        var expected = copy(args);
        Engine.asJava(function, expected);
        for (int width : WIDTHS) {
            var options = new LaneOptions(width);
            assertThat(Engine.compile(function, args, options).explain()).contains(mode);
            byte[][] first = null;
            for (var start : Heat.Start.values()) {
                for (int threads = 1; threads <= 3; threads++) {
                    var actual = copy(args);
                    Engine.run(function, actual, options.with(start), threads);
                    compare(actual, expected, terms, width);
                    var bytes = Engine.bytes(actual);
                    if (first == null) {
                        first = bytes;
                    }
                    assertThat(bytes)
                            .as("%d threads, %d bits, start %s", threads, width, start)
                            .isDeepEqualTo(first);
                }
            }
        }
    }

    private static void compare(Object[] actual, Object[] expected, int terms, int width) {
        for (int i = 0; i < actual.length; i++) {
            if (actual[i] instanceof FloatArray a) {
                var e = (FloatArray) expected[i];
                for (int j = 0; j < a.getSize(); j++) {
                    double tolerance = ROUNDING * terms * Math.max(1, Math.abs(e.get(j)));
                    assertThat(Math.abs((double) a.get(j) - e.get(j)))
                            .as(
                                    "argument %d, element %d of %d: %s, not %s (%d bits)",
                                    i, j, a.getSize(), a.get(j), e.get(j), width)
                            .isLessThanOrEqualTo(tolerance);
                }
            } else if (actual[i] instanceof IntArray a) {
                assertThat(a.toHeapArray()).isEqualTo(((IntArray) expected[i]).toHeapArray());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 7, 8, 13, 16, 17, 31, 33, 64, 100, 259, 1000})
    void rowReductions(int n) {
        Task4<FloatArray, FloatArray, Integer, Integer> pool = LaneKernels::pool;
        check(pool, new Object[] {floats(1, 5 * n), new FloatArray(5), 5, n}, n, n < 8 ? "" : SERIAL);
        Task4<FloatArray, FloatArray, Integer, Integer> softmax = LaneKernels::softmax;
        check(softmax, new Object[] {floats(2, 5 * n), new FloatArray(5 * n), 5, n}, n, n < 9 ? "" : SERIAL);
        Task7<FloatArray, FloatArray, FloatArray, FloatArray, Integer, Integer, Float> norm = LaneKernels::layerNorm;
        Object[] args = {floats(3, 4 * n), floats(4, n), floats(5, n), new FloatArray(4 * n), 4, n, 0.1f};
        check(norm, args, 4 * n, n < 8 ? "" : SERIAL);
        Task4<FloatArray, FloatArray, Integer, Integer> extremes = LaneKernels::extremes;
        check(extremes, new Object[] {floats(6, 5 * n), new FloatArray(20), 5, n}, n, n < 8 ? "" : SERIAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 8, 13, 16, 17, 31, 33, 64, 100, 333})
    void elementwise(int n) {
        Task5<FloatArray, FloatArray, FloatArray, Integer, Integer> gate = LaneKernels::gate;
        var mode = n == 1 ? "" : PARALLEL;
        check(gate, new Object[] {floats(1, 3 * n), floats(2, 3), new FloatArray(3 * n), 3, n}, 4, mode);
        Task3<FloatArray, Integer, Integer> inPlace = LaneKernels::inPlace;
        check(inPlace, new Object[] {floats(3, 4 * n), 4, n}, 1, mode);
        Task4<IntArray, IntArray, IntArray, Integer> integers = LaneKernels::integers;
        check(integers, new Object[] {ints(4, n, 1 << 20), ints(5, n, 1000), new IntArray(n), n}, 1, mode);
        for (int kind = 0; kind < 7; kind++) {
            Task4<FloatArray, FloatArray, Integer, Integer> f = LaneKernels::activations;
            check(f, new Object[] {floats(6, n), new FloatArray(n), n, kind}, 4, mode);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 16, 19, 40, 70, 200})
    void products(int n) {
        var mode = n == 1 ? "" : PARALLEL;
        Task7<FloatArray, FloatArray, FloatArray, FloatArray, Integer, Integer, Integer> conv = LaneKernels::conv1x1;
        for (int out : new int[] {1, 5, 8, 17}) {
            Object[] args = {floats(1, 9 * n), floats(2, out * 9), floats(3, out), new FloatArray(out * n), out, 9, n};
            check(conv, args, 9, mode);
        }
        Object[] linear = {floats(4, 3 * 21), floats(5, 21 * n), new FloatArray(3 * n), 3, 21, n};
        Task6<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer> f = LaneKernels::linear;
        check(f, linear, 21, mode);
        Task7<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer, Integer> product = LaneKernels::product;
        Object[] args = {floats(6, 2 * 11 * 13), floats(7, 2 * 13 * n), new FloatArray(2 * 11 * n), 2, 11, n, 13};
        check(product, args, 13, mode);
        Task7<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer, Integer> dots = LaneKernels::dots;
        Object[] other = {floats(6, 2 * 11 * 33), floats(7, 2 * 33 * n), new FloatArray(2 * 11 * n), 2, 11, n, 33};
        check(dots, other, 33, SERIAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 16, 35, 70})
    void convolutions(int n) {
        Task7<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer, Integer> padded = LaneKernels::padded;
        Object[] args = {floats(1, 3 * 6 * n), floats(2, 27), new FloatArray(3 * 6 * n), 3, 6, n, 3};
        check(padded, args, 9, PARALLEL);
        var offsets = new IntArray(9);
        for (int t = 0; t < 9; t++) {
            offsets.set(t, t / 3 * n + t % 3);
        }
        Task9<FloatArray, FloatArray, IntArray, FloatArray, Integer, Integer, Integer, Integer, Integer> taps =
                LaneKernels::taps;
        int stride = 4 * n;
        for (int out : new int[] {1, 10}) {
            Object[] more = {
                floats(3, 2 * stride + 3),
                floats(4, 2 * out * 9),
                offsets,
                new FloatArray(2 * out * n),
                2,
                out,
                9,
                stride,
                n
            };
            check(taps, more, 9, PARALLEL);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, 17, 40, 131})
    void branchesThatDifferBetweenLanes(int n) {
        Task3<FloatArray, FloatArray, Integer> neighbours = LaneKernels::neighbours;
        check(neighbours, new Object[] {floats(1, n), new FloatArray(n), n}, 2, "masked branches");
        Task3<FloatArray, FloatArray, Integer> diverging = LaneKernels::diverging;
        check(diverging, new Object[] {floats(2, n), floats(3, n), n}, 4, "");
        Task4<FloatArray, FloatArray, Integer, Integer> channels = LaneKernels::channelSoftmax;
        check(channels, new Object[] {floats(4, 7 * n), new FloatArray(7 * n), 7, n}, 8, PARALLEL);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 5, 8, 16, 23, 40, 131})
    void loadsInBranchesReadNothingOutsideTheArray(int n) {
        Task4<FloatArray, IntArray, FloatArray, Integer> around = LaneKernels::around;
        check(around, new Object[] {floats(1, n), ints(2, n, 9), new FloatArray(n), n}, 10 * 9, "masked branches");
        Task3<FloatArray, FloatArray, Integer> tooFar = LaneKernels::tooFar;
        var x = floats(3, n);
        x.set(n - 1, -1f);
        check(tooFar, new Object[] {x, new FloatArray(n), n}, 1, "masked branches");
        x.set(n - 1, 1f);
        for (int width : WIDTHS) {
            Object[] args = {x, new FloatArray(n), n};
            assertThatThrownBy(() -> Engine.run(tooFar, args, new LaneOptions(width), 1))
                    .hasRootCauseInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void codeThatIsNeverCompiledIsNotMade() {
        Task3<FloatArray, FloatArray, Integer> tooLong = LaneKernels::tooLong;
        check(tooLong, new Object[] {floats(1, 131), new FloatArray(131), 131}, 24, "first compiler");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 16, 50, 129})
    void gathers(int n) {
        Task4<FloatArray, IntArray, FloatArray, Integer> gathered = LaneKernels::gathered;
        check(gathered, new Object[] {floats(1, n), ints(2, n, n), new FloatArray(n), n}, 4, "gathers");
        Task4<FloatArray, FloatArray, Integer, Integer> transpose = LaneKernels::transpose;
        check(transpose, new Object[] {floats(3, 5 * n), new FloatArray(5 * n), n, 5}, 1, "scalar");
    }

    @Test
    void emptyLoops() {
        Task4<FloatArray, FloatArray, Integer, Integer> pool = LaneKernels::pool;
        check(pool, new Object[] {floats(1, 1), floats(2, 1), 0, 40}, 1, "");
        check(pool, new Object[] {floats(1, 1), new FloatArray(3), 1, 1}, 1, "");
        Task3<FloatArray, Integer, Integer> inPlace = LaneKernels::inPlace;
        check(inPlace, new Object[] {floats(3, 4), 0, 40}, 1, "");
        check(inPlace, new Object[] {floats(3, 4), 40, 0}, 1, "");
    }

    @Test
    void possibleDependencesAreNotGuessed() {
        Task2<FloatArray, Integer> shifted = LaneKernels::shifted;
        Object[] args = {floats(1, 101), 100};
        var kernel = Engine.compile(shifted, args, LaneOptions.AUTO);
        assertThat(kernel.explain()).contains("scalar").contains("different lanes");
        var expected = copy(args);
        LaneKernels.shifted((FloatArray) expected[0], 100);
        kernel.bind(args).run(Workers.of(1));
        assertThat(Engine.bytes(args)).isDeepEqualTo(Engine.bytes(expected));
        Task5<FloatArray, FloatArray, FloatArray, Integer, Integer> gate = LaneKernels::gate;
        var x = floats(2, 64);
        Object[] aliased = {x, floats(3, 2), x, 2, 32};
        check(gate, aliased, 4, PARALLEL);
    }
}
