package tornado.attention.embedded.internal.workgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tornado.attention.embedded.internal.runtime.EmbeddedOptions;
import tornado.attention.embedded.internal.runtime.MemoryMode;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.WorkerGrid3D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/** Kernels with a context run as groups with real barriers and shared arrays. */
@Timeout(120)
class WorkGroupTest {

    private static final long SEED = Long.getLong("tornado.attention.seed", 20261120L);

    /** Runs a graph of one task in isolated memory. */
    private static void run(TaskGraph graph, String task, WorkerGrid grid) {
        new EmbeddedOptions(2, MemoryMode.ISOLATED).run(() -> {
            try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
                plan.withGridScheduler(new GridScheduler(graph.getTaskGraphName() + "." + task, grid))
                        .execute();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError("Closing the plan failed.", e);
            }
        });
    }

    private static WorkerGrid1D grid(int global, int local) {
        var grid = new WorkerGrid1D(global);
        grid.setLocalWork(local, 1, 1);
        return grid;
    }

    private static FloatArray random(int size) {
        var random = new Random(SEED);
        var array = new FloatArray(size);
        for (int i = 0; i < size; i++) {
            array.set(i, random.nextFloat() - 0.5f);
        }
        return array;
    }

    /** Sum of each group by a tree in local memory: wrong as soon as one barrier does not hold. */
    private static void sums(KernelContext context, FloatArray in, FloatArray out) {
        float[] shared = context.allocateFloatLocalArray(256);
        int local = context.localIdx;
        shared[local] = in.get(context.globalIdx);
        for (int stride = context.localGroupSizeX / 2; stride > 0; stride /= 2) {
            context.localBarrier();
            if (local < stride) {
                shared[local] += shared[local + stride];
            }
        }
        if (local == 0) {
            out.set(context.groupIdx, shared[0]);
        }
    }

    @ParameterizedTest(name = "{0} work-items in groups of {1}")
    @CsvSource({"64,64", "1024,64", "2048,256", "6,2", "5,1"})
    void reducesThroughLocalMemory(int global, int local) {
        var in = random(global);
        var out = new FloatArray(global / local);
        var graph = new TaskGraph("g")
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                .task("sums", WorkGroupTest::sums, new KernelContext(), in, out)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
        run(graph, "sums", grid(global, local));

        for (int g = 0; g < out.getSize(); g++) {
            double sum = 0;
            for (int i = 0; i < local; i++) {
                sum += in.get(g * local + i);
            }
            assertThat((double) out.get(g))
                    .as("group %d, seed %d", g, SEED)
                    // At most 8 rounded additions of numbers below 0.5 * 256 deep.
                    .isCloseTo(sum, org.assertj.core.data.Offset.offset(1e-5));
        }
    }

    /** The first of every SIMD group writes the sum of its lanes, all write what the first one had. */
    private static void simdSums(KernelContext context, FloatArray in, FloatArray out, FloatArray first) {
        float sum = in.get(context.globalIdx);
        first.set(context.globalIdx, context.simdBroadcastFirst(sum));
        for (int delta = 16; delta > 0; delta /= 2) {
            sum += context.simdShuffleDown(sum, delta);
        }
        if (context.localIdx % 32 == 0) {
            out.set(context.globalIdx / 32, sum);
        }
    }

    @ParameterizedTest(name = "{0} work-items in groups of {1}")
    @CsvSource({"32,32", "1024,64", "512,256"})
    void simdGroupsExchangeValues(int global, int local) {
        var in = random(global);
        var out = new FloatArray(global / 32);
        var first = new FloatArray(global);
        var graph = new TaskGraph("g")
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                .task("sums", WorkGroupTest::simdSums, new KernelContext(), in, out, first)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, out, first);
        run(graph, "sums", grid(global, local));

        for (int g = 0; g < out.getSize(); g++) {
            var values = new float[32];
            for (int i = 0; i < 32; i++) {
                values[i] = in.get(32 * g + i);
                assertThat(first.get(32 * g + i)).isEqualTo(values[0]);
            }
            for (int half = 16; half > 0; half /= 2) {
                for (int i = 0; i < half; i++) {
                    values[i] += values[i + half];
                }
            }
            assertThat(out.get(g)).as("SIMD group %d, seed %d", g, SEED).isEqualTo(values[0]);
        }
    }

    /** Whose neighbour is not in the SIMD group keeps its own value. */
    private static void neighbours(KernelContext context, FloatArray in, FloatArray out) {
        out.set(context.globalIdx, context.simdShuffleDown(in.get(context.globalIdx), 1));
    }

    @Test
    void lastLanesKeepTheirOwn() {
        var in = random(80);
        var out = new FloatArray(80);
        var graph = new TaskGraph("g")
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                .task("t", WorkGroupTest::neighbours, new KernelContext(), in, out)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
        run(graph, "t", grid(80, 40));

        for (int i = 0; i < 80; i++) {
            boolean last = i % 40 == 31 || i % 40 == 39;
            assertThat(out.get(i)).as("item %d", i).isEqualTo(in.get(last ? i : i + 1));
        }
    }

    /** Only the first SIMD group exchanges, and goes no further until all of it has. */
    private static void firstGroupOnly(KernelContext context, FloatArray in, FloatArray out) {
        float value = in.get(context.globalIdx);
        if (context.localIdx < 32) {
            value = context.simdShuffleDown(value, 16);
        }
        out.set(context.globalIdx, value);
    }

    private static void halfExchanges(KernelContext context, FloatArray in, FloatArray out) {
        if (context.localIdx % 2 == 0) {
            out.set(context.globalIdx, context.simdShuffleDown(in.get(context.globalIdx), 1));
        }
    }

    @Test
    void exchangeWaitsForItsSimdGroupOnly() {
        var in = random(64);
        var out = new FloatArray(64);
        run(
                new TaskGraph("g").task("t", WorkGroupTest::firstGroupOnly, new KernelContext(), in, out),
                "t",
                grid(64, 64));
        var half = new TaskGraph("g").task("t", WorkGroupTest::halfExchanges, new KernelContext(), in, out);

        assertThatThrownBy(() -> run(half, "t", grid(64, 64)))
                .isInstanceOf(TornadoBailoutRuntimeException.class)
                .hasMessageContaining("not reached by all work-items");
    }

    private static final int TILE = 8;

    /** Transposes tile by tile through local memory. */
    private static void transpose(KernelContext context, FloatArray in, FloatArray out, int rows, int columns) {
        float[] tile = context.allocateFloatLocalArray(TILE * TILE);
        tile[context.localIdy * TILE + context.localIdx] = in.get(context.globalIdy * columns + context.globalIdx);
        context.globalBarrier();
        int x = context.groupIdy * TILE + context.localIdx;
        int y = context.groupIdx * TILE + context.localIdy;
        out.set(y * rows + x, tile[context.localIdx * TILE + context.localIdy]);
    }

    @Test
    void transposesThroughLocalMemory() {
        int rows = 24;
        int columns = 16;
        var in = random(rows * columns);
        var out = new FloatArray(rows * columns);
        var graph = new TaskGraph("g")
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
                .task("transpose", WorkGroupTest::transpose, new KernelContext(), in, out, rows, columns)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
        var grid = new WorkerGrid2D(columns, rows);
        grid.setLocalWork(TILE, TILE, 1);
        run(graph, "transpose", grid);

        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                assertThat(out.get(j * rows + i)).as("row %d, column %d", i, j).isEqualTo(in.get(i * columns + j));
            }
        }
    }

    /** Writes where each work-item is. */
    private static void places(KernelContext c, IntArray out) {
        int at = (c.globalIdz * c.globalGroupSizeY + c.globalIdy) * c.globalGroupSizeX + c.globalIdx;
        out.set(at * 2, c.groupIdx + 10 * c.groupIdy + 100 * c.groupIdz);
        out.set(at * 2 + 1, c.localIdx + 10 * c.localIdy + 100 * c.localIdz + 1000 * c.localGroupSizeX);
    }

    @Test
    void indicesInThreeDimensions() {
        var out = new IntArray(4 * 6 * 2 * 2);
        var graph = new TaskGraph("g")
                .task("places", WorkGroupTest::places, new KernelContext(), out)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
        var grid = new WorkerGrid3D(4, 6, 2);
        grid.setLocalWork(2, 3, 1);
        run(graph, "places", grid);

        int at = ((1 * 6) + 4) * 4 + 3;
        assertThat(out.get(at * 2)).as("group of (3, 4, 1)").isEqualTo(1 + 10 + 100);
        assertThat(out.get(at * 2 + 1)).as("place of (3, 4, 1)").isEqualTo(1 + 10 + 2000);
        assertThat(grid.getNumberOfWorkgroups()).containsExactly(2, 2, 2);
    }

    @ParameterizedTest(name = "{0} x {1} x {2}")
    @CsvSource({"1000,1,1", "97,1,1", "1,1,1", "30,50,7", "16,16,16"})
    void localSizeIsChosen(int x, int y, int z) {
        var grid = new WorkerGrid3D(x, y, z);
        var shape = GroupShape.of("g.t", grid);

        assertThat(shape.itemsOfGroup()).isBetween(1, 64);
        for (int d = 0; d < 3; d++) {
            assertThat(shape.global(d) % shape.local(d)).isZero();
        }
        assertThat((long) shape.groups() * shape.itemsOfGroup()).isEqualTo((long) x * y * z);
    }

    private static void count(KernelContext context, IntArray i, LongArray l, FloatArray f, DoubleArray d) {
        int[] shared = context.allocateIntLocalArray(1);
        context.atomicAdd(shared, 0, 1);
        context.localBarrier();
        if (context.localIdx == 0) {
            context.atomicAdd(i, 0, shared[0]);
        }
        context.atomicAdd(l, 1, 2L);
        context.atomicAdd(f, 0, 0.5f);
        context.atomicAdd(d, 0, 0.25);
    }

    @Test
    void atomicAdditionsLoseNothing() {
        var i = new IntArray(1);
        var l = new LongArray(2);
        var f = new FloatArray(1);
        var d = new DoubleArray(1);
        var graph = new TaskGraph("g")
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, i, l, f, d)
                .task("count", WorkGroupTest::count, new KernelContext(), i, l, f, d)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, i, l, f, d);
        run(graph, "count", grid(512, 32));

        assertThat(i.get(0)).isEqualTo(512);
        assertThat(l.get(1)).isEqualTo(1024);
        assertThat(f.get(0)).isEqualTo(256);
        assertThat(d.get(0)).isEqualTo(128);
    }

    @Test
    void offsetMovesGlobalIndices() {
        var out = new IntArray(8);
        int poison = 0xDEADBEEF;
        var graph = new TaskGraph("g")
                .task("mark", WorkGroupTest::mark, new KernelContext(), out)
                .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
        var grid = grid(4, 2);
        grid.setGlobalOffset(3, 0, 0);
        run(graph, "mark", grid);

        assertThat(out.toHeapArray()).containsExactly(poison, poison, poison, 1, 1, 1, 1, poison);
    }

    private static void mark(KernelContext context, IntArray out) {
        out.set(context.globalIdx, 1);
    }

    private static void halfWaits(KernelContext context, IntArray out) {
        if (context.localIdx < 16) {
            context.localBarrier();
        }
        out.set(context.globalIdx, 1);
    }

    private static void fails(KernelContext context, IntArray out) {
        if (context.globalIdx == 37) {
            out.set(-1, 0);
        }
        context.localBarrier();
        context.localBarrier();
    }

    private static void overflows(KernelContext context, IntArray out) {
        if (context.globalIdx == 1) {
            throw new StackOverflowError();
        }
        context.localBarrier();
    }

    private static void disagrees(KernelContext context, IntArray out) {
        float[] shared = context.allocateFloatLocalArray(context.localIdx + 1);
        out.set(0, shared.length);
    }

    @Test
    void barrierThatSomeNeverReachIsAnError() {
        var out = new IntArray(64);
        var graph = new TaskGraph("g").task("half", WorkGroupTest::halfWaits, new KernelContext(), out);

        assertThatThrownBy(() -> run(graph, "half", grid(64, 32)))
                .isInstanceOf(TornadoBailoutRuntimeException.class)
                .hasMessageContaining("Task g.half failed in work-item")
                .hasMessageContaining("barrier is not reached by all work-items");
    }

    @Test
    void failureOfOneWorkItemEndsAll() {
        var out = new IntArray(64);
        var graph = new TaskGraph("g").task("fails", WorkGroupTest::fails, new KernelContext(), out);

        assertThatThrownBy(() -> run(graph, "fails", grid(64, 32)))
                .isInstanceOf(TornadoBailoutRuntimeException.class)
                .hasMessage("Task g.fails failed in work-item (5, 0, 0) of group (1, 0, 0): Index -1 out of bounds"
                        + " for length 64.")
                .hasCauseInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void errorOfOneWorkItemEndsAll() {
        var graph =
                new TaskGraph("g").task("overflows", WorkGroupTest::overflows, new KernelContext(), new IntArray(1));

        assertThatThrownBy(() -> run(graph, "overflows", grid(4, 4))).hasMessageContaining("StackOverflowError");
    }

    @Test
    void localArraysHaveToAgree() {
        var graph =
                new TaskGraph("g").task("disagrees", WorkGroupTest::disagrees, new KernelContext(), new IntArray(1));

        assertThatThrownBy(() -> run(graph, "disagrees", grid(4, 4))).hasMessageContaining("local array 1 is a float[");
    }

    @Test
    void impossibleGridsAreRefused() {
        assertThatThrownBy(() -> GroupShape.of("g.t", grid(10, 4)))
                .isInstanceOf(TornadoRuntimeException.class)
                .hasMessage("The grid of task g.t has 10 x 1 x 1 work-items in groups of 4 x 1 x 1: make each dimension"
                        + " of the global size a multiple of the local one.");
        assertThatThrownBy(() -> GroupShape.of("g.t", grid(4096, 2048)))
                .hasMessageContaining("a group has at most 1024");
        assertThatThrownBy(() -> GroupShape.of("g.t", new WorkerGrid1D(0))).hasMessageContaining("at least one");
        assertThatThrownBy(() -> GroupShape.of("g.t", grid(1 << 25, 1)))
                .hasMessageContaining("groups: make it smaller");
        var huge = new WorkerGrid1D(1);
        huge.setGlobalWork(1L << 40, 1, 1);
        assertThatThrownBy(() -> GroupShape.of("g.t", huge)).hasMessageContaining("kernels index with ints");
        assertThatThrownBy(() -> grid(4, 0)).hasMessageContaining("at least 1 in each dimension");
    }

    @Test
    void contextOfAProgramStandsForOneWorkItem() {
        var out = new FloatArray(1);
        sums(new KernelContext(), FloatArray.fromElements(3), out);

        assertThat(out.get(0)).isEqualTo(3);
    }
}
