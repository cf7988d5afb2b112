package tornado.attention.embedded.internal.compiler;

/** A compiled kernel with its arrays. Not thread-safe: one run at a time. */
public interface BoundKernel {
    /**
     * Runs all iterations and returns when they are done. Allocates nothing.
     *
     * @param workers the threads to use
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException naming kernel and task if an iteration
     *     fails, for example by an index out of bounds
     */
    void run(Workers workers);
}
