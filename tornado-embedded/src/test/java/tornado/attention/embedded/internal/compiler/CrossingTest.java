package tornado.attention.embedded.internal.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tornado.attention.embedded.internal.compiler.lanes.LaneOptions;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;
import uk.ac.manchester.tornado.api.types.vectors.Float4;

/**
 * Kernels whose values cross from one loop, nest or iteration to another: in all modes and for any number of threads they give
 * what plain Java gives, or are refused. What can only run in order says so.
 */
class CrossingTest {
    private static final int MANY = 40_000;

    /** A kernel with how it is expected to run. */
    enum Case {
        LAST_ONE((Task3<FloatArray, FloatArray, Integer>) Kernels::lastOne, "is read after the loop"),
        LAST_AS_BOUND((Task3<FloatArray, FloatArray, Integer>) Kernels::lastAsBound, "is read after the loop"),
        FIRST((Task3<FloatArray, FloatArray, Integer>) Kernels::first, "reads an array that they write"),
        SCRATCH((Task3<FloatArray, FloatArray, Integer>) Kernels::scratch, "made outside the @Parallel loop"),
        MINUS_FIRST((Task3<FloatArray, FloatArray, Integer>) Kernels::minusFirst, "reads an array that they write"),
        NORMALISE((Task3<FloatArray, FloatArray, Integer>) Kernels::normalise, "reads an array that they write"),
        ROW_MINUS_FIRST((Task3<FloatArray, FloatArray, Integer>) Kernels::rowMinusFirst, "lanes over"),
        ROW_SCRATCH((Task3<FloatArray, FloatArray, Integer>) Kernels::rowScratch, "own bytecode"),
        SUM_BETWEEN((Task3<FloatArray, FloatArray, Integer>) Kernels::sumBetween, "lanes over the parallel loop"),
        START_MOVES((Task3<FloatArray, FloatArray, Integer>) Kernels::startMoves, "reads an array that they write");

        private final Task3<FloatArray, FloatArray, Integer> kernel;
        private final String expected;

        Case(Task3<FloatArray, FloatArray, Integer> kernel, String expected) {
            this.kernel = kernel;
            this.expected = expected;
        }
    }

    @SuppressWarnings("unused")
    static final class Kernels {
        static void lastOne(FloatArray x, FloatArray y, int n) {
            float last = 5f;
            for (@Parallel int i = 0; i < n; i++) {
                last = x.get(i);
                y.set(i, last * 2);
            }
            for (@Parallel int j = 0; j < 1; j++) {
                y.set(j, last);
            }
        }

        static void lastAsBound(FloatArray x, FloatArray y, int n) {
            int end = 3;
            for (@Parallel int i = 0; i < n; i++) {
                end = i;
                y.set(i, x.get(i) * 2);
            }
            for (@Parallel int j = 0; j < end; j++) {
                y.set(j, x.get(j));
            }
        }

        static void first(FloatArray x, FloatArray y, int n) {
            float first = y.get(0);
            for (@Parallel int i = 0; i < n; i++) {
                y.set(i, x.get(i) * 2);
            }
            for (@Parallel int i = 0; i < n; i++) {
                y.set(i + n, first);
            }
        }

        static void scratch(FloatArray x, FloatArray y, int n) {
            float[] t = new float[4];
            for (@Parallel int i = 0; i < n; i++) {
                t[i % 4] += x.get(i);
                y.set(i, t[i % 4]);
            }
        }

        static void minusFirst(FloatArray x, FloatArray y, int n) {
            float v = y.get(0);
            for (@Parallel int i = 0; i < n; i++) {
                y.set(i, y.get(i) - v);
            }
        }

        private static float total(FloatArray y, int n) {
            float sum = 0;
            for (int j = 0; j < n; j++) {
                sum += y.get(j);
            }
            return sum;
        }

        static void normalise(FloatArray x, FloatArray y, int n) {
            float sum = total(y, n);
            for (@Parallel int i = 0; i < n; i++) {
                y.set(i, y.get(i) / sum);
            }
        }

        static void rowMinusFirst(FloatArray x, FloatArray y, int n) {
            for (@Parallel int i = 0; i < 4; i++) {
                float v = y.get(i * (n / 4));
                for (@Parallel int j = 0; j < n / 4; j++) {
                    y.set(i * (n / 4) + j, y.get(i * (n / 4) + j) - v);
                }
            }
        }

        static void rowScratch(FloatArray x, FloatArray y, int n) {
            for (@Parallel int i = 0; i < 4; i++) {
                float[] t = new float[2];
                for (@Parallel int j = 0; j < n / 4; j++) {
                    t[j % 2] += x.get(j);
                    y.set(i * (n / 4) + j, t[j % 2]);
                }
            }
        }

        static void sumBetween(FloatArray x, FloatArray y, int n) {
            for (@Parallel int i = 0; i < n; i++) {
                x.set(i, x.get(i) * 0.5f);
            }
            float sum = x.get(1) + x.get(n - 1);
            for (@Parallel int i = 0; i < n; i++) {
                y.set(i, sum - i);
            }
        }

        static void startMoves(FloatArray x, FloatArray y, int n) {
            for (@Parallel int i = (int) y.get(0); i < n; i++) {
                y.set(i, x.get(i));
                y.set(0, 3f);
            }
        }

        static void vectorOutside(VectorFloat4 v, FloatArray y, int n) {
            Float4 sum = v.get(0);
            for (@Parallel int i = 0; i < n; i++) {
                sum.setX(sum.getX() + v.get(i).getY());
                y.set(i, sum.getX());
            }
        }

        static void vectorInside(VectorFloat4 v, FloatArray y, int n) {
            Float4 first = v.get(0);
            for (@Parallel int i = 0; i < n; i++) {
                Float4 sum = Float4.add(first, v.get(i));
                sum.setX(sum.getX() + 1);
                y.set(i, sum.getX());
            }
        }

        static void shiftBoth(FloatArray x, FloatArray y, int n) {
            float v = x.get(0);
            for (@Parallel int i = 0; i < n; i++) {
                y.set(i, y.get(i) - v);
            }
        }

        static void endMoves(IntArray c, FloatArray y) {
            for (@Parallel int i = 0; i < c.get(0); i++) {
                y.set(i, 1f);
                c.set(0, 5);
            }
        }

        static void innerEndMoves(IntArray c, FloatArray y) {
            for (@Parallel int i = 0; i < 4; i++) {
                for (@Parallel int j = 0; j < c.get(i); j++) {
                    c.set(i, 2);
                    y.set(i * 4 + j, 1f);
                }
            }
        }

        static void between(FloatArray y, int from, int to) {
            for (@Parallel int i = from; i <= to; i++) {
                y.set(i & 15, 1f);
            }
        }

        static void cubes(FloatArray y, int n) {
            for (@Parallel int i = 0; i < n; i++) {
                for (@Parallel int j = 0; j < n; j++) {
                    for (@Parallel int k = 0; k < n; k++) {
                        y.set(0, 1f);
                    }
                }
            }
        }

        static void discriminant(FloatArray x, FloatArray y, int n) {
            for (@Parallel int i = 0; i < n; i++) {
                float a = x.get(i);
                float b = 2 * a;
                y.set(i, TornadoMath.sqrt(b * b - 4 * a * a));
            }
        }

        static void zero(FloatArray x, FloatArray y, int n) {
            for (@Parallel int i = 0; i < n; i++) {
                float v = x.get(i);
                float d = v * v;
                for (int k = 0; k < 3; k++) {
                    float e = x.get(i) * v;
                    e -= d;
                    y.set(i * 3 + k, e + (d - v * x.get(i)));
                }
            }
        }

        static void lessAProduct(FloatArray x, FloatArray y, int n) {
            for (@Parallel int i = 0; i < n; i++) {
                float v = x.get(i) * 0.1f;
                float s = v * v;
                for (int k = 0; k < 1; k++) {
                    s -= v * v;
                }
                y.set(i, s);
            }
        }

        static void products(FloatArray x, FloatArray y, int n) {
            for (@Parallel int i = 0; i < n; i++) {
                float sum = 0;
                for (int k = 0; k < 32; k++) {
                    sum += x.get(k) * x.get(i);
                }
                y.set(i, sum);
            }
        }
    }

    private static Object[] arguments(int n) {
        var x = Engine.floats(1, 2 * n);
        var y = new FloatArray(3 * n);
        for (int i = 0; i < y.getSize(); i++) {
            y.set(i, 7 + i % 13);
        }
        return new Object[] {x, y, n};
    }

    private static byte[][] run(Serializable kernel, Object[] args, LaneOptions lanes, int threads) {
        var copy = Engine.copy(args);
        Engine.run(kernel, copy, lanes, threads);
        return Engine.bytes(copy);
    }

    @ParameterizedTest
    @EnumSource(Case.class)
    void asPlainJava(Case kernel) {
        for (int n : new int[] {100, MANY}) {
            var args = arguments(n);
            var expected = Engine.copy(args);
            kernel.kernel.apply((FloatArray) expected[0], (FloatArray) expected[1], n);
            for (var lanes : new LaneOptions[] {LaneOptions.AUTO, LaneOptions.OFF, LaneOptions.JAVA}) {
                for (int threads = 1; threads <= 3; threads++) {
                    assertThat(run(kernel.kernel, args, lanes, threads))
                            .as("%s, n=%d, %s, %d threads", kernel, n, lanes, threads)
                            .isDeepEqualTo(Engine.bytes(expected));
                }
            }
            assertThat(Engine.compile(kernel.kernel, args, LaneOptions.AUTO).explain())
                    .contains(kernel.expected);
        }
    }

    /** What a call makes counts as what {@code new} makes. */
    @Test
    void aVectorThatIterationsShareIsUpdatedInOrder() {
        int n = 4_000;
        var v = new VectorFloat4(Engine.floats(3, 4 * n));
        Task3<VectorFloat4, FloatArray, Integer> outside = Kernels::vectorOutside;
        Task3<VectorFloat4, FloatArray, Integer> inside = Kernels::vectorInside;
        for (var kernel : List.of(outside, inside)) {
            var expected = new FloatArray(n);
            kernel.apply(v, expected, n);
            for (int threads = 1; threads <= 3; threads++) {
                var y = new FloatArray(n);
                Engine.run(kernel, new Object[] {v, y, n}, LaneOptions.AUTO, threads);
                assertThat(y.toHeapArray()).isEqualTo(expected.toHeapArray());
            }
        }
        Object[] args = {v, new FloatArray(n), n};
        assertThat(Engine.compile(outside, args, LaneOptions.AUTO).explain()).contains("sequential");
        assertThat(Engine.compile(inside, args, LaneOptions.AUTO).explain()).contains("scalar tiles");
    }

    @Test
    void anArrayGivenTwiceCountsAsOne() {
        Task3<FloatArray, FloatArray, Integer> f = Kernels::shiftBoth;
        var y = Engine.floats(2, MANY);
        var expected = Engine.copy(new Object[] {y, y, MANY});
        Kernels.shiftBoth((FloatArray) expected[0], (FloatArray) expected[0], MANY);
        Engine.run(f, new Object[] {y, y, MANY}, LaneOptions.AUTO, 2);
        assertThat(Engine.bytes(new Object[] {y})[0]).isEqualTo(Engine.bytes(expected)[0]);
        assertThat(Engine.compile(f, new Object[] {y, y, MANY}, LaneOptions.AUTO)
                        .explain())
                .contains("sequential");
        assertThat(Engine.compile(f, new Object[] {y, new FloatArray(MANY), MANY}, LaneOptions.AUTO)
                        .explain())
                .contains("lanes over the parallel loop");
    }

    @Test
    void anEndThatItsLoopMovesIsRefused() {
        Task2<IntArray, FloatArray> end = Kernels::endMoves;
        Task2<IntArray, FloatArray> inner = Kernels::innerEndMoves;
        Object[] args = {new IntArray(4), new FloatArray(16)};
        for (var kernel : new Serializable[] {end, inner}) {
            assertThatThrownBy(() -> Engine.compile(kernel, args, LaneOptions.AUTO))
                    .isInstanceOf(TornadoBailoutRuntimeException.class)
                    .hasMessageMatching(
                            "Kernel Kernels\\.\\w+, line \\d+: the end of a @Parallel loop must not change.*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off", "java"})
    void moreIterationsThanCanBeCountedAreRefused(String lanes) {
        var options = LaneOptions.parse(lanes);
        var y = new FloatArray(16);
        Task3<FloatArray, Integer, Integer> between = Kernels::between;
        assertThatThrownBy(() -> Engine.run(between, new Object[] {y, -1_200_000_000, 1_200_000_000}, options, 2))
                .hasMessageContaining("has 2400000001 iterations");
        assertThatThrownBy(() -> Engine.run(between, new Object[] {y, 2147483640, Integer.MAX_VALUE}, options, 2))
                .hasMessageContaining("its index may exceed");
        Task2<FloatArray, Integer> cubes = Kernels::cubes;
        assertThatThrownBy(() -> Engine.run(cubes, new Object[] {y, 2_147_000_000}, options, 2))
                .hasMessageContaining("overflow");
        assertThat(y.get(0)).isZero();
        Engine.run(between, new Object[] {y, 2_000_000_000, 2_000_000_003}, options, 2);
        assertThat(y.get(2_000_000_001 & 15)).isEqualTo(1f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "off", "128"})
    void differencesOfProductsAreThoseOfJava(String lanes) {
        var options = LaneOptions.parse(lanes);
        int n = 1000;
        var x = new FloatArray(n);
        for (int i = 0; i < n; i++) {
            x.set(i, 0.1f + i * 0.01f);
        }
        for (var kernel : new Serializable[] {
            (Task3<FloatArray, FloatArray, Integer>) Kernels::discriminant,
            (Task3<FloatArray, FloatArray, Integer>) Kernels::zero,
            (Task3<FloatArray, FloatArray, Integer>) Kernels::lessAProduct
        }) {
            var y = new FloatArray(3 * n);
            Engine.run(kernel, new Object[] {x, y, n}, options, 2);
            for (int i = 0; i < n; i++) {
                assertThat(y.get(i)).isZero();
            }
        }
    }

    @Test
    void sumsOfProductsAreFusedAlikeWithLanesAndWithout() {
        Task3<FloatArray, FloatArray, Integer> f = Kernels::products;
        var args = arguments(500);
        var fused = run(f, args, LaneOptions.AUTO, 2);
        assertThat(run(f, args, LaneOptions.OFF, 1)).isDeepEqualTo(fused);
        var plain = run(f, args, LaneOptions.JAVA, 1);
        assertThat(run(f, args, LaneOptions.AUTO.contracting(false), 2)).isDeepEqualTo(plain);
        assertThat(run(f, args, LaneOptions.OFF.contracting(false), 2)).isDeepEqualTo(plain);
        assertThat(plain[1]).isNotEqualTo(fused[1]);
    }
}
