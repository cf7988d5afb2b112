package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;

/** What all arrays of task graphs have in common: a size and their bytes. */
public abstract sealed class TornadoNativeArray
        permits ByteArray, CharArray, DoubleArray, FloatArray, HalfFloatArray, IntArray, LongArray, ShortArray {

    /**
     * Bytes of the header in front of an array's elements on a TornadoVM device. The arrays of this engine have none;
     * sizes "with header" count it so that they equal TornadoVM's. Not a compile-time constant, because TornadoVM's
     * value depends on the JVM's settings and must not be copied into class files.
     */
    public static final long ARRAY_HEADER = Long.valueOf(16);

    /** For the arrays of this package. */
    public TornadoNativeArray() {}

    static int checkedSize(int numberOfElements) {
        if (numberOfElements < 0) {
            throw new IllegalArgumentException(
                    "An array cannot have " + numberOfElements + " elements; give a size of 0 or more.");
        }
        return numberOfElements;
    }

    static int elementsOf(MemorySegment segment, int elementBytes) {
        long bytes = segment.byteSize();
        if (bytes % elementBytes != 0) {
            throw new IllegalArgumentException("A segment of " + bytes + " bytes is no multiple of the element size of "
                    + elementBytes + " bytes; cut it before making an array of it.");
        }
        if (bytes / elementBytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("A segment of " + bytes + " bytes has more than " + Integer.MAX_VALUE
                    + " elements; split it over several arrays.");
        }
        return (int) (bytes / elementBytes);
    }

    static void checkSlice(int offset, int length, int size) {
        if (offset < 0 || length < 0 || offset > size - length) {
            throw new IllegalArgumentException("A slice of " + length + " elements from element " + offset
                    + " does not lie inside an array of " + size + " elements.");
        }
    }

    /** Number of elements. */
    public abstract int getSize();

    /** The elements as a segment: a view, not a copy. */
    public abstract MemorySegment getSegment();

    /** Bytes of the elements plus {@link #ARRAY_HEADER}. */
    public abstract long getNumBytesOfSegmentWithHeader();

    /** Bytes of the elements. */
    public abstract long getNumBytesOfSegment();

    /** Sets every byte to zero. */
    protected void clear() {
        getSegment().fill((byte) 0);
    }

    /** Bytes of one element. */
    public abstract int getElementSize();
}
