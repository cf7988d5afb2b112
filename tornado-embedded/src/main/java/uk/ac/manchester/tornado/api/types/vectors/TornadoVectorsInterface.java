package uk.ac.manchester.tornado.api.types.vectors;

import java.nio.Buffer;
import uk.ac.manchester.tornado.api.types.common.PrimitiveStorage;

/** A short vector that a device holds in one register. */
public interface TornadoVectorsInterface<T extends Buffer> extends PrimitiveStorage<T> {

    /** Bytes of the elements. */
    long getNumBytes();
}
