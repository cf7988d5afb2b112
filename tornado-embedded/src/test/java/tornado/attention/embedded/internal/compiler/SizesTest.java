package tornado.attention.embedded.internal.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import tornado.attention.embedded.internal.compiler.lanes.LaneOptions;
import tornado.attention.embedded.internal.compiler.runtime.Heat;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** One class serves many sizes, in whichever order they come: none, one, around a vector, and many. */
class SizesTest {
    private static final List<Integer> SIZES = List.of(0, 1, 7, 15, 16, 17, 31, 32, 33, 47, 48, 49, 100, 259, 1000);

    /** One iteration, the most vectors side by side, half as many, and each number of vectors that covers a short loop at once. */
    private static final int MOST_CLASSES = 8;

    private static final float TOLERANCE = 1e-5f;

    @Test
    void smallThenLarge() {
        Task7<FloatArray, FloatArray, FloatArray, FloatArray, Integer, Integer, Integer> conv = LaneKernels::conv1x1;
        check(conv, SIZES, n -> new Object[] {
            Engine.floats(1, 20 * n), Engine.floats(2, 180), Engine.floats(3, 9), new FloatArray(9 * n), 9, 20, n
        });
        Task5<FloatArray, FloatArray, FloatArray, Integer, Integer> gate = LaneKernels::gate;
        check(gate, SIZES, n ->
                new Object[] {Engine.floats(4, 5 * n), Engine.floats(5, 5), new FloatArray(5 * n), 5, n});
    }

    @Test
    void largeThenSmall() {
        Task7<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer, Integer> product = LaneKernels::product;
        check(product, SIZES.reversed(), n -> new Object[] {
            Engine.floats(6, 2 * 10 * 12), Engine.floats(7, 2 * 12 * n), new FloatArray(2 * 10 * n), 2, 10, n, 12
        });
        Task6<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer> linear = LaneKernels::linear;
        check(linear, SIZES.reversed(), n ->
                new Object[] {Engine.floats(8, 3 * 30), Engine.floats(9, 30 * n), new FloatArray(3 * n), 3, 30, n});
    }

    /** Results of sums are made in a method of their own, whatever is left over beside them. */
    @Test
    void aLongEndRunsByItself() {
        Task6<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer> end = LaneKernels::longEnd;
        for (int outputs : new int[] {1, 2, 7, 8, 20}) {
            check(end, SIZES, n -> new Object[] {
                Engine.floats(1, 11 * n),
                Engine.floats(2, 11 * outputs),
                new FloatArray(2 * outputs * n),
                outputs,
                11,
                n
            });
        }
        var args = new Object[] {Engine.floats(1, 1100), Engine.floats(2, 220), new FloatArray(4000), 20, 11, 100};
        assertThat(Engine.compile(end, args, LaneOptions.AUTO).explain()).contains("results made of sums one by one");
    }

    @Test
    void aLongEndOfRowsThatRunOneByOneIsRightToo() {
        Task5<FloatArray, FloatArray, Integer, Integer, Integer> end = LaneKernels::longEndOfLoneRows;
        for (int rows : new int[] {1, 2, 9}) {
            check(end, List.of(2, 16, 40, 131), n ->
                    new Object[] {Engine.floats(1, rows * 11 * n), new FloatArray(rows * n), rows, 11, n});
        }
        var args = new Object[] {Engine.floats(1, 9 * 11 * 128), new FloatArray(9 * 128), 9, 11, 128};
        assertThat(Engine.compile(end, args, LaneOptions.AUTO).explain())
                .contains("x 1 row", "results made of sums one by one");
    }

    @Test
    void aLongEndThatCannotBeCutIsRightToo() {
        Task6<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer> end = LaneKernels::longEndInDisorder;
        check(end, SIZES, n ->
                new Object[] {Engine.floats(1, 11 * n), Engine.floats(2, 11 * 9), new FloatArray(2 * 9 * n), 9, 11, n});
    }

    @Test
    void aStrideOfTwoInABranchIsRightToo() {
        Task5<FloatArray, FloatArray, Integer, Integer, Integer> second = LaneKernels::secondInABranch;
        check(second, SIZES, n -> {
            int width = Math.max(1, 2 * n - 5);
            int rows = 5;
            int size = Math.max(rows * width, rows * n + 1);
            return new Object[] {Engine.floats(3, size), new FloatArray(rows * n), rows, n, width};
        });
    }

    @Test
    void aStrideOfTwoFromAPlaceThatMovesIsRightToo() {
        Task4<FloatArray, FloatArray, Integer, Integer> second = LaneKernels::everySecondAndOn;
        check(second, List.of(3, 16, 40, 131), n ->
                new Object[] {Engine.floats(3, 2 * n + 10), new FloatArray(3 * n), 3, n});
    }

    /** A stride of zero repeats one element, in code of its own; one that comes later takes other code. */
    @Test
    void aStrideOfZeroIsNoGather() {
        Task7<FloatArray, FloatArray, Integer, Integer, Integer, Integer, Integer> halves = LaneKernels::halves;
        for (int stride : new int[] {0, 3, 0, 1}) {
            check(
                    halves, SIZES, n -> new Object[] {
                        Engine.floats(3, 3 * (3 * n + 1)), new FloatArray(3 * n), 3, n, 3 * n + 1, stride, 0
                    });
        }
        var args = new Object[] {Engine.floats(4, 200), new FloatArray(200), 2, 100, 100, 0, 1};
        assertThat(Engine.compile(halves, args, LaneOptions.AUTO).explain())
                .contains("over the parallel loop")
                .doesNotContain("gather");
    }

    /** A stride of two reads two vectors, also where they reach beyond the array; other strides gather. */
    @Test
    void aStrideOfTwoIsNoGather() {
        Task7<FloatArray, FloatArray, Integer, Integer, Integer, Integer, Integer> halves = LaneKernels::halves;
        for (int stride : new int[] {2, 1, 3}) {
            for (int first : new int[] {-3, -2, -1, 0, 1, 5}) {
                check(halves, SIZES, n -> {
                    int width = Math.max(1, stride * n - 2);
                    return new Object[] {Engine.floats(3, 3 * width), new FloatArray(3 * n), 3, n, width, stride, first
                    };
                });
            }
        }
        Task3<FloatArray, FloatArray, Integer> second = LaneKernels::everySecond;
        check(second, SIZES, n -> new Object[] {Engine.floats(4, 2 * n), new FloatArray(n), n});
        var args = new Object[] {Engine.floats(4, 200), new FloatArray(100), 100};
        assertThat(Engine.compile(second, args, LaneOptions.AUTO).explain())
                .contains("over the parallel loop")
                .doesNotContain("gather");
    }

    private static void check(Serializable function, List<Integer> sizes, IntFunction<Object[]> arguments) {
        for (var start : List.of(Heat.Start.LANES, Heat.Start.ADAPTIVE)) {
            check(
                    function,
                    sizes,
                    arguments,
                    LaneOptions.AUTO.contracting(false).with(start));
        }
    }

    private static void check(
            Serializable function, List<Integer> sizes, IntFunction<Object[]> arguments, LaneOptions options) {
        var classes = new HashSet<String>();
        for (int n : sizes) {
            var actual = arguments.apply(n);
            var expected = Engine.copy(actual);
            Engine.asJava(function, expected);
            var kernel = Engine.compile(function, actual, options);
            classes.add(kernel.className());
            kernel.bind(actual).run(Workers.of(2));
            if (kernel.explain().contains("serial loop")) {
                // A loop of one iteration leaves the lanes to the sum, which then adds up in another order.
                assertThat(values(actual)).as("size %d", n).containsExactly(values(expected), within(TOLERANCE));
            } else {
                assertThat(Engine.bytes(actual)).as("size %d", n).isDeepEqualTo(Engine.bytes(expected));
            }
        }
        assertThat(classes).hasSizeLessThanOrEqualTo(MOST_CLASSES);
    }

    /** The elements of all float arrays. */
    private static float[] values(Object[] args) {
        int count = 0;
        for (var arg : args) {
            count += arg instanceof FloatArray a ? a.getSize() : 0;
        }
        var values = new float[count];
        for (var arg : args) {
            if (arg instanceof FloatArray a) {
                count -= a.getSize();
                System.arraycopy(a.toHeapArray(), 0, values, count, a.getSize());
            }
        }
        return values;
    }
}
