package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Array of {@code byte} that task graphs transfer between host and device.
 *
 * <p>Stored in a Java array: {@link #getSegment()} is a view of it, without the header that TornadoVM's off-heap
 * arrays carry.
 */
public final class ByteArray extends TornadoNativeArray {

    private static final int ELEMENT_BYTES = 1;

    private final byte[] values;
    private final MemorySegment segment;

    /**
     * An array of zeros.
     *
     * @param numberOfElements length, 0 or more
     */
    public ByteArray(int numberOfElements) {
        this(new byte[checkedSize(numberOfElements)]);
    }

    private ByteArray(byte[] values) {
        this.values = values;
        this.segment = MemorySegment.ofArray(values);
    }

    /** A new array with a copy of {@code values}. */
    public static ByteArray fromArray(byte[] values) {
        return new ByteArray(values.clone());
    }

    /** A new array of the given elements. */
    public static ByteArray fromElements(byte... values) {
        return new ByteArray(values.clone());
    }

    /**
     * A new array with a copy of the bytes of a segment, in native byte order.
     *
     * @throws IllegalArgumentException if the segment is larger than a Java array can be
     */
    public static ByteArray fromSegment(MemorySegment segment) {
        var array = new ByteArray(elementsOf(segment, ELEMENT_BYTES));
        array.segment.copyFrom(segment);
        return array;
    }

    /** A new array with the remaining elements of a buffer, whose position stays where it is. */
    public static ByteArray fromByteBuffer(ByteBuffer buffer) {
        var array = new ByteArray(buffer.remaining());
        buffer.duplicate().get(array.values);
        return array;
    }

    /** Sets every element of {@code array} to {@code value}. */
    public static void initialize(ByteArray array, byte value) {
        array.init(value);
    }

    /** A new array with the elements of all given arrays, in order. */
    public static ByteArray concat(ByteArray... arrays) {
        int size = 0;
        for (var array : arrays) {
            size = Math.addExact(size, array.values.length);
        }
        var result = new ByteArray(size);
        int at = 0;
        for (var array : arrays) {
            System.arraycopy(array.values, 0, result.values, at, array.values.length);
            at += array.values.length;
        }
        return result;
    }

    /** A copy of the elements as a Java array. */
    public byte[] toHeapArray() {
        return values.clone();
    }

    /** Sets one element. */
    public void set(int index, byte value) {
        values[index] = value;
    }

    /** One element. */
    public byte get(int index) {
        return values[index];
    }

    /** Sets every element to zero. */
    @Override
    public void clear() {
        init((byte) 0);
    }

    @Override
    public int getElementSize() {
        return ELEMENT_BYTES;
    }

    /** Sets every element to {@code value}. */
    public void init(byte value) {
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
    public ByteArray slice(int offset, int length) {
        checkSlice(offset, length, values.length);
        return new ByteArray(Arrays.copyOfRange(values, offset, offset + length));
    }
}
