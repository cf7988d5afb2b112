package tornado.attention.embedded.internal.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tornado.attention.embedded.internal.compiler.Engine.copy;
import static tornado.attention.embedded.internal.compiler.Engine.floats;
import static tornado.attention.embedded.internal.compiler.Engine.ints;

import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tornado.attention.embedded.internal.compiler.lanes.LaneOptions;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task1;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;
import uk.ac.manchester.tornado.api.types.vectors.Float4;

/** The scalar tile against the same method called as plain Java: equal bytes for every number of threads. */
class ScalarTileTest {
    private static void check(Serializable function, Runnable plain, Object[] expected, Object[] before) {
        var inputs = copy(before);
        plain.run();
        for (int threads = 1; threads <= 3; threads++) {
            var actual = copy(inputs);
            Engine.run(function, actual, LaneOptions.JAVA, threads);
            assertThat(Engine.bytes(actual)).as("%d threads", threads).isDeepEqualTo(Engine.bytes(expected));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 64, 1000})
    void helperMethods(int n) {
        var x = floats(1, n);
        var y = new FloatArray(n);
        Task3<FloatArray, FloatArray, Integer> f = JavaSubset::helpers;
        Object[] args = {x, y, n};
        check(f, () -> f.apply(x, y, n), args, args);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 33, 500})
    void switchBreakContinueWhile(int n) {
        var x = ints(2, n, 30);
        var y = new IntArray(n);
        Task3<IntArray, IntArray, Integer> f = JavaSubset::switches;
        Object[] args = {x, y, n};
        check(f, () -> f.apply(x, y, n), args, args);
        Task3<IntArray, IntArray, Integer> g = JavaSubset::breaks;
        var z = new IntArray(n);
        Object[] other = {x, z, n};
        check(g, () -> g.apply(x, z, n), other, other);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 50, 1001})
    void nestsInSequenceArePhases(int n) {
        var x = floats(3, n);
        var y = new FloatArray(n);
        var z = new FloatArray(n);
        Task4<FloatArray, FloatArray, FloatArray, Integer> f = JavaSubset::phases;
        Object[] args = {x, y, z, n};
        check(f, () -> f.apply(x, y, z, n), args, args);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 1 1", "3 4 5", "2 1 100", "40 3 2", "1 1 0", "5 0 4", "0 2 2", "2 2 300"})
    void threeLevels(String shape) {
        var parts = shape.split(" ");
        int a = Integer.parseInt(parts[0]);
        int b = Integer.parseInt(parts[1]);
        int c = Integer.parseInt(parts[2]);
        var x = floats(4, a * b * c);
        var y = new FloatArray(a * b * c);
        Task5<FloatArray, FloatArray, Integer, Integer, Integer> f = JavaSubset::nest3;
        Object[] args = {x, y, a, b, c};
        check(f, () -> f.apply(x, y, a, b, c), args, args);
    }

    @Test
    void imperfectAndTriangularNests() {
        var x = floats(5, 7 * 13);
        var sum = new FloatArray(7);
        var y = new FloatArray(7 * 13);
        Task5<FloatArray, FloatArray, FloatArray, Integer, Integer> f = JavaSubset::imperfect;
        Object[] args = {x, sum, y, 7, 13};
        check(f, () -> f.apply(x, sum, y, 7, 13), args, args);
        var t = new FloatArray(400);
        Task2<FloatArray, Integer> g = JavaSubset::triangle;
        Object[] other = {t, 20};
        check(g, () -> g.apply(t, 20), other, other);
    }

    @Test
    void stepsInclusiveEndsAndNegativeStarts() {
        var y = new FloatArray(40 * 17);
        Task3<FloatArray, Integer, Integer> f = JavaSubset::steps;
        Object[] args = {y, 38, 17};
        check(f, () -> f.apply(y, 38, 17), args, args);
        var z = new IntArray(5);
        Task2<IntArray, Integer> g = JavaSubset::negative;
        Object[] other = {z, 3};
        check(g, () -> g.apply(z, 3), other, other);
    }

    @Test
    void allNumberTypes() {
        int n = 50;
        var l = new LongArray(n);
        var d = new DoubleArray(n);
        d.init(0.5);
        var b = new ByteArray(n);
        b.init((byte) 7);
        JavaSubset.types(l, d, b, n, 12345678901L, 1.5, (byte) 3);
        var l2 = new LongArray(n);
        var d2 = new DoubleArray(n);
        d2.init(0.5);
        var b2 = new ByteArray(n);
        b2.init((byte) 7);
        Task7<LongArray, DoubleArray, ByteArray, Integer, Long, Double, Byte> f = JavaSubset::types;
        Engine.run(f, new Object[] {l2, d2, b2, n, 12345678901L, 1.5, (byte) 3}, LaneOptions.JAVA, 2);
        assertThat(Engine.bytes(new Object[] {l2, d2, b2})).isDeepEqualTo(Engine.bytes(new Object[] {l, d, b}));
    }

    @Test
    void privateArraysGathersAndRecords() {
        var x = floats(6, 100);
        var y = new FloatArray(100);
        Task3<FloatArray, FloatArray, Integer> f = JavaSubset::privateArrays;
        Object[] args = {x, y, 100};
        check(f, () -> f.apply(x, y, 100), args, args);
        var index = ints(7, 100, 100);
        var z = new FloatArray(100);
        Task4<FloatArray, IntArray, FloatArray, Integer> g = JavaSubset::gather;
        Object[] other = {x, index, z, 100};
        check(g, () -> g.apply(x, index, z, 100), other, other);
        var r = new IntArray(100);
        Task2<IntArray, Integer> h = JavaSubset::records;
        Object[] third = {r, 100};
        check(h, () -> h.apply(r, 100), third, third);
    }

    @Test
    void vectorTypes() {
        var x = new VectorFloat4(9);
        var y = new VectorFloat4(9);
        for (int i = 0; i < 9; i++) {
            x.set(i, new Float4(i, 2 * i, 3, -i));
        }
        Task2<VectorFloat4, VectorFloat4> f = JavaSubset::vectors;
        Engine.run(f, new Object[] {x, y}, LaneOptions.JAVA, 2);
        for (int i = 0; i < 9; i++) {
            assertThat(y.get(i).getY()).isEqualTo(4 * i);
        }
    }

    @Test
    void whatMustRunInOrderRunsInOrder() {
        var x = floats(8, 100);
        Task2<FloatArray, Integer> f = JavaSubset::noParallel;
        Object[] args = {x, 100};
        check(f, () -> f.apply(x, 100), args, copy(args));
        check2(JavaSubset::writesOutside, "code outside the @Parallel loops writes arrays");
        check2(JavaSubset::carried, "a local is carried from one iteration to the next");
        var sum = new FloatArray(1);
        Task2<FloatArray, FloatArray> r = JavaSubset::reduce;
        Object[] reduceArgs = {x, sum};
        check(r, () -> r.apply(x, sum), reduceArgs, reduceArgs);
        var y = new FloatArray(30);
        Task3<FloatArray, Integer, Integer> c = JavaSubset::conditional;
        Object[] off = {y, 30, 0};
        check(c, () -> c.apply(y, 30, 0), off, off);
        Object[] on = {y, 30, 1};
        check(c, () -> c.apply(y, 30, 1), on, copy(on));
    }

    private static void check2(Task3<FloatArray, FloatArray, Integer> f, String reason) {
        var x = floats(9, 60);
        var y = floats(10, 60);
        Object[] args = {x, y, 60};
        assertThat(Engine.compile(f, args, LaneOptions.JAVA).explain()).contains(reason);
        check(f, () -> f.apply(x, y, 60), args, copy(args));
    }

    @Test
    void boundsReadFromArraysAreReadEveryRun() {
        Task2<IntArray, FloatArray> f = JavaSubset::boundInArray;
        var bound = new IntArray(1);
        var y = new FloatArray(20);
        Object[] args = {bound, y};
        var kernel = Engine.compile(f, args, LaneOptions.JAVA).bind(args);
        bound.set(0, 20);
        kernel.run(Workers.of(2));
        bound.set(0, 10);
        kernel.run(Workers.of(2));
        assertThat(y.get(9)).isEqualTo(2);
        assertThat(y.get(10)).isEqualTo(1);
    }

    @Test
    void aFailingIterationNamesKernelAndTaskAndLeavesTheWorkersUsable() {
        Task2<FloatArray, Integer> f = JavaSubset::outOfBounds;
        for (int threads = 1; threads <= 3; threads++) {
            int n = threads;
            var y = new FloatArray(100);
            assertThatThrownBy(() -> Engine.run(f, new Object[] {y, 100}, LaneOptions.JAVA, n))
                    .isInstanceOf(TornadoRuntimeException.class)
                    .hasMessageContaining("JavaSubset.outOfBounds")
                    .hasMessageContaining("test.task")
                    .hasMessageContaining("100")
                    .hasCauseInstanceOf(IndexOutOfBoundsException.class);
            Engine.run(f, new Object[] {y, 99}, LaneOptions.JAVA, n);
            assertThat(y.get(99)).isEqualTo(98);
        }
    }

    @Test
    void severalCallersAtOnce() throws Exception {
        Task5<FloatArray, FloatArray, Integer, Integer, Integer> f = JavaSubset::nest3;
        int n = 20;
        var x = floats(11, n * n * n);
        var expected = new FloatArray(n * n * n);
        f.apply(x, expected, n, n, n);
        try (var callers = Executors.newFixedThreadPool(4)) {
            var results = new ArrayList<Future<FloatArray>>();
            for (int caller = 0; caller < 4; caller++) {
                results.add(callers.submit(() -> {
                    var y = new FloatArray(n * n * n);
                    Object[] args = {x, y, n, n, n};
                    var kernel = Engine.compile(f, args, LaneOptions.JAVA).bind(args);
                    for (int run = 0; run < 200; run++) {
                        y.init(-1);
                        kernel.run(Workers.of(2));
                        if (!java.util.Arrays.equals(y.toHeapArray(), expected.toHeapArray())) {
                            return null;
                        }
                    }
                    return y;
                }));
            }
            for (var result : results) {
                assertThat(result.get()).isNotNull();
            }
        }
    }

    @Test
    void classesAreSharedBetweenEqualTasksOnly() {
        Task3<FloatArray, FloatArray, Integer> f = JavaSubset::helpers;
        var x = floats(1, 10);
        var y = new FloatArray(10);
        var first = Engine.compile(f, new Object[] {x, y, 10}, LaneOptions.JAVA);
        var again = Engine.compile(f, new Object[] {y, x, 10}, LaneOptions.JAVA);
        var otherSize = Engine.compile(f, new Object[] {x, y, 9}, LaneOptions.JAVA);
        var aliased = Engine.compile(f, new Object[] {x, x, 10}, LaneOptions.JAVA);
        assertThat(again).isEqualTo(first);
        assertThat(otherSize).isNotEqualTo(first);
        assertThat(aliased).isNotEqualTo(first);
        assertThatThrownBy(() -> first.bind(new Object[] {x, y, 9})).hasMessageContaining("other scalars");
        assertThatThrownBy(() -> first.bind(new Object[] {x, x, 10})).hasMessageContaining("shared otherwise");
    }

    @Test
    void boundKernelsCanBeCollected() throws Exception {
        Task1<FloatArray> f = JavaSubset::one;
        Object[] args = {new FloatArray(3)};
        var reference =
                new WeakReference<>(Engine.compile(f, args, LaneOptions.JAVA).bind(args));
        for (int i = 0; i < 50 && reference.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(reference.get()).isNull();
    }
}
