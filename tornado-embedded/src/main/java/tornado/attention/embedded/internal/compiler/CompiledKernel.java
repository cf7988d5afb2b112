package tornado.attention.embedded.internal.compiler;

/** A kernel compiled for certain scalar arguments; arrays are bound later. Safe for use by several threads. */
public interface CompiledKernel {
    /**
     * Binds the arrays.
     *
     * @param args all arguments in the order of the kernel's parameters; scalars must equal those given at compilation,
     *     arrays must have the same types and the same aliasing
     * @return the kernel, ready to run
     * @throws IllegalArgumentException if they do not
     */
    BoundKernel bind(Object[] args);

    /**
     * Says how the kernel runs.
     *
     * @return one line: the mode chosen and why not a better one
     */
    String explain();

    /**
     * The generated class that runs it, which kernels for other sizes may share.
     *
     * @return its name
     */
    String className();
}
