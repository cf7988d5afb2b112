package tornado.attention.embedded.internal.runtime;

/** Where the arrays of a plan live. */
public enum MemoryMode {
    /** Kernels work on the host's arrays. Transfers move nothing, but are counted as if they did. */
    SHARED,
    /**
     * Kernels work on copies with TornadoVM's transfer rules. New copies are filled with NaN, so that a transfer that
     * is missing shows in the result.
     */
    ISOLATED
}
