package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import uk.ac.manchester.tornado.api.types.common.PrimitiveStorage;

/** An array of numbers or short vectors over a native array. */
public interface TornadoCollectionInterface<T extends Buffer> extends PrimitiveStorage<T> {

    /** Bytes of the elements. */
    long getNumBytes();

    /** Bytes of the elements and of the native array's header. */
    long getNumBytesWithHeader();

    /** The elements as a segment: a view, not a copy. */
    MemorySegment getSegment();
}
