package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** Part of an array, for transfers of less than the whole. */
public class DataRange {

    private final TornadoNativeArray array;
    private long offset;
    private long size;
    private long byteOffset = -1;
    private long byteSize;

    /** The whole array. */
    public DataRange(TornadoNativeArray tornadoNativeArray) {
        array = tornadoNativeArray;
    }

    /** Starts at this element. */
    public DataRange withOffset(long offset) {
        this.offset = offset;
        return this;
    }

    /** Takes so many elements; 0: all. */
    public DataRange withSize(long size) {
        this.size = size;
        return this;
    }

    /** Offset in bytes, the array's header included, once {@link #materialize()} was called. */
    public long getOffset() {
        checkMaterialized();
        return byteOffset;
    }

    /** Size in bytes, once {@link #materialize()} was called. */
    public long getPartialSize() {
        checkMaterialized();
        return byteSize;
    }

    private void checkMaterialized() {
        if (byteOffset < 0) {
            throw new TornadoRuntimeException("A data range has no size in bytes yet: call materialize() first.");
        }
    }

    /**
     * Computes the range in bytes.
     *
     * @throws TornadoRuntimeException if it does not lie inside the array
     */
    public void materialize() {
        long elements = size == 0 ? array.getSize() : size;
        if (offset < 0 || elements < 0 || offset > array.getSize() - elements) {
            throw new TornadoRuntimeException("A range of " + elements + " elements from element " + offset
                    + " does not lie inside an array of " + array.getSize()
                    + " elements; change withOffset or withSize.");
        }
        byteOffset = TornadoNativeArray.ARRAY_HEADER + offset * array.getElementSize();
        byteSize = elements * array.getElementSize();
    }

    /** The array. */
    public TornadoNativeArray getArray() {
        return array;
    }
}
