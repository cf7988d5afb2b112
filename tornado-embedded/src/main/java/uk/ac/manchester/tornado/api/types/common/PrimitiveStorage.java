package uk.ac.manchester.tornado.api.types.common;

import java.io.Serializable;
import java.nio.Buffer;

/** Something made of primitive elements. */
public interface PrimitiveStorage<T extends Buffer> extends Serializable {

    /** Copies the buffer's remaining elements into {@link #asBuffer()}. */
    void loadFromBuffer(T buffer);

    /** The elements as a buffer. */
    T asBuffer();

    /** Number of elements. */
    int size();
}
