package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.utils.FloatOps;

/** A vector of any length over a {@link FloatArray}. */
public final class VectorFloat implements TornadoCollectionInterface<FloatBuffer> {

    private static final long serialVersionUID = 1L;

    private final int numElements;
    private final transient FloatArray storage;

    /** The first {@code numElements} elements of an array: a view, not a copy. */
    public VectorFloat(int numElements, FloatArray array) {
        this.numElements = numElements;
        this.storage = array;
    }

    /** A vector of zeros. */
    public VectorFloat(int numElements) {
        this(numElements, new FloatArray(numElements));
    }

    /** All elements of an array: a view, not a copy. */
    public VectorFloat(FloatArray storage) {
        this(storage.getSize(), storage);
    }

    /** Smallest element; positive infinity if there is none. */
    public static float min(VectorFloat v) {
        float result = Float.POSITIVE_INFINITY;
        for (int i = 0; i < v.numElements; i++) {
            result = Math.min(v.get(i), result);
        }
        return result;
    }

    /** Largest element; negative infinity if there is none. */
    public static float max(VectorFloat v) {
        float result = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < v.numElements; i++) {
            result = Math.max(v.get(i), result);
        }
        return result;
    }

    /** Dot product. */
    public static float dot(VectorFloat a, VectorFloat b) {
        float sum = 0;
        for (int i = 0; i < a.size(); i++) {
            sum += a.get(i) * b.get(i);
        }
        return sum;
    }

    /** The array behind this vector. */
    public FloatArray getArray() {
        return storage;
    }

    /** One element. */
    public float get(int index) {
        return storage.get(index);
    }

    /** Sets one element. */
    public void set(int index, float value) {
        storage.set(index, value);
    }

    /** Copies all elements of another vector. */
    public void set(VectorFloat values) {
        for (int i = 0; i < values.numElements; i++) {
            storage.set(i, values.get(i));
        }
    }

    /** Copies all elements of a Java array. */
    public void set(float[] values) {
        for (int i = 0; i < values.length; i++) {
            storage.set(i, values[i]);
        }
    }

    /** Sets every element. */
    public void fill(float value) {
        storage.init(value);
    }

    /** A copy of {@code length} elements from {@code start} on. */
    public VectorFloat subVector(int start, int length) {
        return new VectorFloat(storage.slice(start, length));
    }

    /** A copy. */
    public VectorFloat duplicate() {
        return new VectorFloat(numElements, FloatArray.fromArray(storage.toHeapArray()));
    }

    /** Whether all elements have equal bits. */
    public boolean isEqual(VectorFloat vector) {
        return TornadoMath.isEqual(storage, vector.storage);
    }

    /** The elements, each through a format. */
    public String toString(String fmt) {
        var text = new StringBuilder("[ ");
        for (int i = 0; i < numElements; i++) {
            text.append(String.format(fmt, get(i))).append(' ');
        }
        return text.append(']').toString();
    }

    @Override
    public String toString() {
        // A long vector in a log or a debugger would hide everything else.
        var head = "VectorFloat <" + numElements + ">";
        return numElements < 32 ? head + toString(FloatOps.FMT) : head;
    }

    /** Copies the buffer's remaining elements to the start. */
    @Override
    public void loadFromBuffer(FloatBuffer buffer) {
        for (int i = 0; buffer.hasRemaining(); i++) {
            storage.set(i, buffer.get());
        }
    }

    /** A copy of the elements. */
    @Override
    public FloatBuffer asBuffer() {
        return FloatBuffer.wrap(storage.toHeapArray());
    }

    @Override
    public int size() {
        return numElements;
    }

    /** Number of elements. */
    public int getLength() {
        return numElements;
    }

    /** Sets every element to zero. */
    public void clear() {
        storage.clear();
    }

    @Override
    public long getNumBytes() {
        return storage.getNumBytesOfSegment();
    }

    @Override
    public long getNumBytesWithHeader() {
        return storage.getNumBytesOfSegmentWithHeader();
    }

    @Override
    public MemorySegment getSegment() {
        return storage.getSegment();
    }
}
