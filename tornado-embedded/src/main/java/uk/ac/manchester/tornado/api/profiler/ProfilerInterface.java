package uk.ac.manchester.tornado.api.profiler;

/** What a profile tells; times in nanoseconds, sizes in bytes. */
public interface ProfilerInterface {

    /** Time of the whole run. */
    long getTotalTime();

    /** Time of all compilation. */
    long getCompileTime();

    /** Time of TornadoVM's part of the compilation. */
    long getTornadoCompilerTime();

    /** Time of the driver's part of the compilation. */
    long getDriverInstallTime();

    /** Time of all copies. */
    long getDataTransfersTime();

    /** Time of the copies to the device. */
    long getDeviceWriteTime();

    /** Time of the copies to the host. */
    long getDeviceReadTime();

    /** Time to dispatch copies. */
    long getDataTransferDispatchTime();

    /** Time to dispatch kernels. */
    long getKernelDispatchTime();

    /** Time of all kernels. */
    long getDeviceKernelTime();

    /** The profile as JSON. */
    String getProfileLog();

    /** Bytes copied to the device. */
    long getTotalBytesCopyIn();

    /** Bytes copied to the host. */
    long getTotalBytesCopyOut();

    /** Bytes copied either way. */
    long getTotalBytesTransferred();

    /** Bytes held on the device. */
    long getTotalDeviceMemoryUsage();
}
