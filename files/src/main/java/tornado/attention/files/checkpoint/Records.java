package tornado.attention.files.checkpoint;

import java.lang.foreign.MemorySegment;

/** Where the bytes of storages lie in a file of PyTorch's, and the object that refers to them. */
interface Records {
    /** The object that was saved. */
    Object saved();

    /**
     * The bytes of a storage.
     *
     * @throws PickleException if there are none of this name, or they are damaged
     */
    MemorySegment storage(Pickled.Storage storage);
}
