package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Array of {@code float} that task graphs transfer between host and device.
 *
 * <p>Stored in a Java array: {@link #getSegment()} is a view of it, without the header that TornadoVM's off-heap
 * arrays carry.
 */
public final class FloatArray extends TornadoNativeArray {

    private static final int ELEMENT_BYTES = 4;

    private final float[] values;
    private final MemorySegment segment;

    /**
     * An array of zeros.
     *
     * @param numberOfElements length, 0 or more
     */
    public FloatArray(int numberOfElements) {
        this(new float[checkedSize(numberOfElements)]);
    }

    private FloatArray(float[] values) {
        this.values = values;
        this.segment = MemorySegment.ofArray(values);
    }

    /** A new array with a copy of {@code values}. */
    public static FloatArray fromArray(float[] values) {
        return new FloatArray(values.clone());
    }

    /** A new array of the given elements. */
    public static FloatArray fromElements(float... values) {
        return new FloatArray(values.clone());
    }

    /**
     * A new array with a copy of the bytes of a segment, in native byte order.
     *
     * @throws IllegalArgumentException if the segment's size is no multiple of 4 bytes
     */
    public static FloatArray fromSegment(MemorySegment segment) {
        var array = new FloatArray(elementsOf(segment, ELEMENT_BYTES));
        array.segment.copyFrom(segment);
        return array;
    }

    /** A new array with the remaining elements of a buffer, whose position stays where it is. */
    public static FloatArray fromFloatBuffer(FloatBuffer buffer) {
        var array = new FloatArray(buffer.remaining());
        buffer.duplicate().get(array.values);
        return array;
    }

    /** Sets every element of {@code array} to {@code value}. */
    public static void initialize(FloatArray array, float value) {
        array.init(value);
    }

    /** A new array with the elements of all given arrays, in order. */
    public static FloatArray concat(FloatArray... arrays) {
        int size = 0;
        for (var array : arrays) {
            size = Math.addExact(size, array.values.length);
        }
        var result = new FloatArray(size);
        int at = 0;
        for (var array : arrays) {
            System.arraycopy(array.values, 0, result.values, at, array.values.length);
            at += array.values.length;
        }
        return result;
    }

    /** A copy of the elements as a Java array. */
    public float[] toHeapArray() {
        return values.clone();
    }

    /** Sets one element. */
    public void set(int index, float value) {
        values[index] = value;
    }

    /** One element. */
    public float get(int index) {
        return values[index];
    }

    /** Sets every element to zero. */
    @Override
    public void clear() {
        init(0.0f);
    }

    @Override
    public int getElementSize() {
        return ELEMENT_BYTES;
    }

    /** Sets every element to {@code value}. */
    public void init(float value) {
        Arrays.fill(values, value);
    }

    @Override
    public int getSize() {
        return values.length;
    }

    @Override
    public MemorySegment getSegment() {
        return segment;
    }

    @Override
    public long getNumBytesOfSegmentWithHeader() {
        return getNumBytesOfSegment() + ARRAY_HEADER;
    }

    @Override
    public long getNumBytesOfSegment() {
        return (long) values.length * ELEMENT_BYTES;
    }

    /**
     * A new array with a copy of part of this one.
     *
     * @param offset first element
     * @param length number of elements
     * @throws IllegalArgumentException if the part does not lie inside this array
     */
    public FloatArray slice(int offset, int length) {
        checkSlice(offset, length, values.length);
        return new FloatArray(Arrays.copyOfRange(values, offset, offset + length));
    }
}
