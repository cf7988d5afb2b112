package uk.ac.manchester.tornado.api.enums;

/** What executes kernels. This engine has one backend, {@link #JAVA}. */
public enum TornadoVMBackendType {
    /** OpenCL. */
    OPENCL,
    /** Metal. */
    METAL,
    /** NVIDIA PTX. */
    PTX,
    /** CUDA. */
    CUDA,
    /** SPIR-V. */
    SPIRV,
    /** The JVM. */
    JAVA,
    /** Nothing: code is generated only. */
    VIRTUAL
}
