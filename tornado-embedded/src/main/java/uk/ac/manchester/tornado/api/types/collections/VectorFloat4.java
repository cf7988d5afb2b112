package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float4;

/** An array of {@link Float4} over a {@link FloatArray}. */
public final class VectorFloat4 implements TornadoCollectionInterface<FloatBuffer> {

    /** This class, as kernels on devices name it. */
    public static final Class<VectorFloat4> TYPE = VectorFloat4.class;

    private static final long serialVersionUID = 1L;
    private static final int WIDTH = 4;

    private final int numElements;
    private final transient FloatArray storage;

    private VectorFloat4(int numElements, FloatArray array) {
        this.numElements = numElements;
        this.storage = array;
    }

    /** The elements of an array, four by four: a view, not a copy. */
    public VectorFloat4(FloatArray array) {
        this(array.getSize() / WIDTH, array);
    }

    /** So many vectors of zeros. */
    public VectorFloat4(int numElements) {
        this(numElements, new FloatArray(Math.multiplyExact(numElements, WIDTH)));
    }

    /** Components of one vector: 4. */
    public int vectorWidth() {
        return WIDTH;
    }

    /** The array behind this one. */
    public FloatArray getArray() {
        return storage;
    }

    /** A copy of one vector. */
    public Float4 get(int index) {
        int at = index * WIDTH;
        return new Float4(storage.get(at), storage.get(at + 1), storage.get(at + 2), storage.get(at + 3));
    }

    /** Sets one vector. */
    public void set(int index, Float4 value) {
        int at = index * WIDTH;
        storage.set(at, value.getX());
        storage.set(at + 1, value.getY());
        storage.set(at + 2, value.getZ());
        storage.set(at + 3, value.getW());
    }

    /** Copies all vectors of another array. */
    public void set(VectorFloat4 values) {
        set(values.storage);
    }

    /** Copies as many vectors as this array has. */
    public void set(FloatArray values) {
        for (int i = 0; i < numElements * WIDTH; i++) {
            storage.set(i, values.get(i));
        }
    }

    /** Sets every component of every vector. */
    public void fill(float value) {
        storage.init(value);
    }

    /** A copy. */
    public VectorFloat4 duplicate() {
        return new VectorFloat4(numElements, FloatArray.fromArray(storage.toHeapArray()));
    }

    @Override
    public String toString() {
        // A long array in a log or a debugger would hide everything else.
        if (numElements > WIDTH) {
            return "VectorFloat4 <" + numElements + ">";
        }
        var text = new StringBuilder();
        for (int i = 0; i < numElements; i++) {
            text.append(' ').append(get(i));
        }
        return text.toString();
    }

    /** Sum of all vectors. */
    public Float4 sum() {
        var result = new Float4();
        for (int i = 0; i < numElements; i++) {
            result = Float4.add(result, get(i));
        }
        return result;
    }

    /** Smallest of each component and zero, as TornadoVM computes it. */
    public Float4 min() {
        var result = new Float4();
        for (int i = 0; i < numElements; i++) {
            result = Float4.min(result, get(i));
        }
        return result;
    }

    /** Largest of each component and zero, as TornadoVM computes it. */
    public Float4 max() {
        var result = new Float4();
        for (int i = 0; i < numElements; i++) {
            result = Float4.max(result, get(i));
        }
        return result;
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

    /** Number of floats. */
    @Override
    public int size() {
        return storage.getSize();
    }

    /** Number of vectors. */
    public int getLength() {
        return numElements;
    }

    /** Sets every component to zero. */
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
