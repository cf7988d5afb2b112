package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.types.HalfFloat;

/**
 * Array of 16-bit floating-point numbers (IEEE 754 binary16) that task graphs transfer between host and device.
 *
 * <p>Stored as the bits of the numbers in a {@code short[]}.
 */
public final class HalfFloatArray extends TornadoNativeArray {

    private static final int ELEMENT_BYTES = 2;

    private final short[] values;
    private final MemorySegment segment;

    /**
     * An array of zeros.
     *
     * @param numberOfElements length, 0 or more
     */
    public HalfFloatArray(int numberOfElements) {
        this(new short[checkedSize(numberOfElements)]);
    }

    private HalfFloatArray(short[] values) {
        this.values = values;
        this.segment = MemorySegment.ofArray(values);
    }

    /** A new array with the given numbers. */
    public static HalfFloatArray fromArray(HalfFloat[] values) {
        var array = new HalfFloatArray(values.length);
        for (int i = 0; i < values.length; i++) {
            array.set(i, values[i]);
        }
        return array;
    }

    /** A new array of the given elements. */
    public static HalfFloatArray fromElements(HalfFloat... values) {
        return fromArray(values);
    }

    /**
     * A new array with a copy of the bytes of a segment, in native byte order.
     *
     * @throws IllegalArgumentException if the segment's size is no multiple of 2 bytes
     */
    public static HalfFloatArray fromSegment(MemorySegment segment) {
        var array = new HalfFloatArray(elementsOf(segment, ELEMENT_BYTES));
        array.segment.copyFrom(segment);
        return array;
    }

    /** Sets every element of {@code array} to {@code value}. */
    public static void initialize(HalfFloatArray array, HalfFloat value) {
        array.init(value);
    }

    /** A new array with the elements of all given arrays, in order. */
    public static HalfFloatArray concat(HalfFloatArray... arrays) {
        int size = 0;
        for (var array : arrays) {
            size = Math.addExact(size, array.values.length);
        }
        var result = new HalfFloatArray(size);
        int at = 0;
        for (var array : arrays) {
            System.arraycopy(array.values, 0, result.values, at, array.values.length);
            at += array.values.length;
        }
        return result;
    }

    /** The elements as new objects. */
    public HalfFloat[] toHeapArray() {
        var result = new HalfFloat[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = get(i);
        }
        return result;
    }

    /** A copy of the bits of all elements. */
    public short[] toShortArray() {
        return values.clone();
    }

    /** Sets one element. */
    public void set(int index, HalfFloat value) {
        values[index] = value.getHalfFloatValue();
    }

    /** One element. */
    public HalfFloat get(int index) {
        return new HalfFloat(values[index]);
    }

    /** Sets every element to zero. */
    @Override
    public void clear() {
        Arrays.fill(values, (short) 0);
    }

    @Override
    public int getElementSize() {
        return ELEMENT_BYTES;
    }

    /** Sets every element to {@code value}. */
    public void init(HalfFloat value) {
        Arrays.fill(values, value.getHalfFloatValue());
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
    public HalfFloatArray slice(int offset, int length) {
        checkSlice(offset, length, values.length);
        return new HalfFloatArray(Arrays.copyOfRange(values, offset, offset + length));
    }
}
