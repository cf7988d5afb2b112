package uk.ac.manchester.tornado.api;

/** What a device is and can do; sizes in bytes. */
public interface TornadoTargetDevice {

    /** Name of the hardware. */
    String getDeviceName();

    /** Memory. */
    long getDeviceGlobalMemorySize();

    /** Memory of one work-group. */
    long getDeviceLocalMemorySize();

    /** Compute units: on a processor, threads. */
    int getDeviceMaxComputeUnits();

    /** Most work-items of a group in each dimension. */
    long[] getDeviceMaxWorkItemSizes();

    /** Most work-items of a group, all dimensions together. */
    long[] getDeviceMaxWorkGroupSize();

    /** Most work-items of a group, all dimensions together. */
    int getMaxThreadsPerBlock();

    /** Clock in MHz; -1 if unknown. */
    int getDeviceMaxClockFrequency();

    /** Largest constant buffer. */
    long getDeviceMaxConstantBufferSize();

    /** Largest array. */
    long getDeviceMaxAllocationSize();

    /** A line about the device. */
    String getDeviceInfo();
}
