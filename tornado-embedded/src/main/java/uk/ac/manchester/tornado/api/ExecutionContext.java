package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/** What a kernel of explicit work-items can ask for: barriers, arrays its group shares, atomic additions. */
public interface ExecutionContext {

    /** Waits for all work-items of the group; what they wrote to local arrays is then seen by all of them. */
    void localBarrier();

    /** Waits for all work-items of the group; what they wrote to any array is then seen by all of them. */
    void globalBarrier();

    /** An array of so many ints that the work-items of a group share. */
    int[] allocateIntLocalArray(int size);

    /** An array of so many longs that the work-items of a group share. */
    long[] allocateLongLocalArray(int size);

    /** An array of so many floats that the work-items of a group share. */
    float[] allocateFloatLocalArray(int size);

    /** An array of so many doubles that the work-items of a group share. */
    double[] allocateDoubleLocalArray(int size);

    /** An array of so many bytes that the work-items of a group share. */
    byte[] allocateByteLocalArray(int size);

    /** An array of so many 16-bit floats that the work-items of a group share. */
    HalfFloat[] allocateHalfFloatLocalArray(int size);

    /** Adds to an element of an array, as one step. */
    void atomicAdd(IntArray array, int index, int val);

    /** Adds to an element of an array, as one step. */
    void atomicAdd(int[] array, int index, int val);

    /** Adds to an element of an array, as one step. */
    void atomicAdd(LongArray array, int index, long val);

    /** Adds to an element of an array, as one step. */
    void atomicAdd(FloatArray array, int index, float val);

    /** Adds to an element of an array, as one step. */
    void atomicAdd(DoubleArray array, int index, double val);
}
