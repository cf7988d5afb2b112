package uk.ac.manchester.tornado.api.types.matrix;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import uk.ac.manchester.tornado.api.types.common.PrimitiveStorage;

/** A matrix over a native array. */
public interface TornadoMatrixInterface<T extends Buffer> extends PrimitiveStorage<T> {

    /** Bytes of the elements. */
    long getNumBytes();

    /** Bytes of the elements and of the native array's header. */
    long getNumBytesWithHeader();

    /** The elements as a segment: a view, not a copy. */
    MemorySegment getSegment();
}
