/**
 * Kernels: static methods over TornadoVM arrays with {@code @Parallel} loops, one operation a class. The kernel is the
 * definition of its operation: TornadoVM compiles it to OpenCL, PTX or SPIR-V, the embedded engine to code for the JVM.
 *
 * <p>Conventions: parameters in the order inputs, weights, outputs, sizes; tensors are row-major FP32, feature maps NCHW with
 * the pixels of a channel as one run of {@code pixels} elements; the contiguous index is the innermost parallel loop (coalesced
 * on a GPU, the lanes on a CPU); every output element is written; sizes have been checked by the task, so kernels check nothing.
 * Local arrays are not given to methods: TornadoVM 5.2 compiles that and reads beside them.
 */
package tornado.attention.kernels;
