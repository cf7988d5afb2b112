package uk.ac.manchester.tornado.api;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.IntFunction;
import tornado.attention.embedded.internal.workgroup.WorkItem;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/**
 * The place of a work-item in its grid, and what its group shares.
 *
 * <p>A context that a program makes stands for a single work-item with index 0: it is what a task is given, and what a
 * kernel sees that is called as an ordinary method. When a task runs, every work-item sees a context of its own.
 */
public class KernelContext implements ExecutionContext {

    private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle FLOATS = MethodHandles.arrayElementVarHandle(float[].class);
    private static final VarHandle DOUBLES = MethodHandles.arrayElementVarHandle(double[].class);

    /** Index among all work-items, dimension x. */
    public final Integer globalIdx;

    /** Index among all work-items, dimension y. */
    public final Integer globalIdy;

    /** Index among all work-items, dimension z. */
    public final Integer globalIdz;

    /** Index of the group, dimension x. */
    public final Integer groupIdx;

    /** Index of the group, dimension y. */
    public final Integer groupIdy;

    /** Index of the group, dimension z. */
    public final Integer groupIdz;

    /** Index in the group, dimension x. */
    public final Integer localIdx;

    /** Index in the group, dimension y. */
    public final Integer localIdy;

    /** Index in the group, dimension z. */
    public final Integer localIdz;

    /** Number of all work-items, dimension x. */
    public final Integer globalGroupSizeX;

    /** Number of all work-items, dimension y. */
    public final Integer globalGroupSizeY;

    /** Number of all work-items, dimension z. */
    public final Integer globalGroupSizeZ;

    /** Number of work-items of a group, dimension x. */
    public final Integer localGroupSizeX;

    /** Number of work-items of a group, dimension y. */
    public final Integer localGroupSizeY;

    /** Number of work-items of a group, dimension z. */
    public final Integer localGroupSizeZ;

    // The emulated work-item; null for a context that a program made.
    private final WorkItem item;

    /** A context for a task, or for one call of a kernel as an ordinary method. */
    public KernelContext() {
        this(null);
    }

    KernelContext(WorkItem item) {
        this.item = item;
        globalIdx = item == null ? 0 : item.global(0);
        globalIdy = item == null ? 0 : item.global(1);
        globalIdz = item == null ? 0 : item.global(2);
        groupIdx = item == null ? 0 : item.group(0);
        groupIdy = item == null ? 0 : item.group(1);
        groupIdz = item == null ? 0 : item.group(2);
        localIdx = item == null ? 0 : item.local(0);
        localIdy = item == null ? 0 : item.local(1);
        localIdz = item == null ? 0 : item.local(2);
        globalGroupSizeX = item == null ? 0 : item.globalSize(0);
        globalGroupSizeY = item == null ? 0 : item.globalSize(1);
        globalGroupSizeZ = item == null ? 0 : item.globalSize(2);
        localGroupSizeX = item == null ? 0 : item.localSize(0);
        localGroupSizeY = item == null ? 0 : item.localSize(1);
        localGroupSizeZ = item == null ? 0 : item.localSize(2);
    }

    @Override
    public void localBarrier() {
        if (item != null) {
            item.barrier();
        }
    }

    @Override
    public void globalBarrier() {
        localBarrier();
    }

    private <T> T local(Class<T> type, int size, IntFunction<T> allocator) {
        return item == null ? allocator.apply(size) : item.localArray(type, size, allocator);
    }

    @Override
    public int[] allocateIntLocalArray(int size) {
        return local(int[].class, size, int[]::new);
    }

    @Override
    public long[] allocateLongLocalArray(int size) {
        return local(long[].class, size, long[]::new);
    }

    @Override
    public float[] allocateFloatLocalArray(int size) {
        return local(float[].class, size, float[]::new);
    }

    @Override
    public double[] allocateDoubleLocalArray(int size) {
        return local(double[].class, size, double[]::new);
    }

    @Override
    public byte[] allocateByteLocalArray(int size) {
        return local(byte[].class, size, byte[]::new);
    }

    @Override
    public HalfFloat[] allocateHalfFloatLocalArray(int size) {
        return local(HalfFloat[].class, size, HalfFloat[]::new);
    }

    /**
     * The value that the work-item {@code delta} lanes ahead in the SIMD group of 32 gives; its own where there is none. All lanes of a
     * SIMD group call it. On CUDA, PTX and Metal; OpenCL and SPIR-V of TornadoVM 5.2 give {@code val} back without an error.
     */
    public float simdShuffleDown(float val, int delta) {
        return item == null ? val : item.shuffleDown(val, delta);
    }

    /** The value that the first lane of the SIMD group gives; as {@link #simdShuffleDown}. */
    public float simdBroadcastFirst(float val) {
        return item == null ? val : item.broadcastFirst(val);
    }

    @Override
    public void atomicAdd(IntArray array, int index, int val) {
        INTS.getAndAdd((int[]) array.getSegment().heapBase().orElseThrow(), index, val);
    }

    @Override
    public void atomicAdd(int[] array, int index, int val) {
        INTS.getAndAdd(array, index, val);
    }

    @Override
    public void atomicAdd(LongArray array, int index, long val) {
        LONGS.getAndAdd((long[]) array.getSegment().heapBase().orElseThrow(), index, val);
    }

    @Override
    public void atomicAdd(FloatArray array, int index, float val) {
        FLOATS.getAndAdd((float[]) array.getSegment().heapBase().orElseThrow(), index, val);
    }

    @Override
    public void atomicAdd(DoubleArray array, int index, double val) {
        DOUBLES.getAndAdd((double[]) array.getSegment().heapBase().orElseThrow(), index, val);
    }
}
