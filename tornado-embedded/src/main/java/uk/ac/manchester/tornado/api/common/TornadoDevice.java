package uk.ac.manchester.tornado.api.common;

import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** A device of a backend; sizes in bytes. */
public interface TornadoDevice {

    /** Name: backend and index. */
    String getDeviceName();

    /** A line about the device. */
    String getDescription();

    /** Name of the platform. */
    String getPlatformName();

    /** The hardware. */
    TornadoTargetDevice getPhysicalDevice();

    /** Kind of the device. */
    TornadoDeviceType getDeviceType();

    /** Largest array. */
    long getMaxAllocMemory();

    /** Memory. */
    long getMaxGlobalMemory();

    /** Memory of one work-group. */
    long getDeviceLocalMemorySize();

    /** Most work-items of a group in each dimension. */
    long[] getDeviceMaxWorkgroupDimensions();

    /** Version of OpenCL C, where there is one. */
    String getDeviceOpenCLCVersion();

    /** The driver's own description of the device. */
    Object getDeviceInfo();

    /** Index of its backend. */
    int getBackendIndex();

    /** Threads that run kernels. */
    default int getAvailableProcessors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Kind of its backend. */
    TornadoVMBackendType getTornadoVMBackend();

    /** Whether it runs SPIR-V. */
    boolean isSPIRVSupported();
}
