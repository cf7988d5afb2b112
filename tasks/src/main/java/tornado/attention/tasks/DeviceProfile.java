package tornado.attention.tasks;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/**
 * What a device can do, as data: kernel variants are chosen by it, never by a piece of a device's name.
 *
 * @param kind what it is
 * @param backend name of the backend, such as {@code OPENCL}, {@code PTX}, {@code JAVA}
 * @param name as the driver gives it
 * @param localMemoryBytes work-group local memory; 0 where there is none
 * @param maxWorkGroup largest number of work-items in a group
 * @param globalMemoryBytes device memory
 * @param processors compute units
 */
public record DeviceProfile(
        Kind kind,
        String backend,
        String name,
        long localMemoryBytes,
        long maxWorkGroup,
        long globalMemoryBytes,
        int processors) {
    /** Work-items of a SIMD group on the cards of NVIDIA and Apple. */
    private static final int SIMD_LANES = 32;

    /** What a device is. */
    public enum Kind {
        /** A processor, through a driver or the embedded engine. */
        CPU,
        /** A graphics processor. */
        GPU,
        /** A field-programmable gate array. */
        FPGA,
        /** Anything else. */
        OTHER
    }

    /** A profile for which every kernel is the portable one. */
    public static DeviceProfile portable() {
        return new DeviceProfile(Kind.OTHER, "any", "any", 0, 1, Long.MAX_VALUE, 1);
    }

    /** The profile that a device declares. */
    public static DeviceProfile of(TornadoDevice device) {
        var physical = device.getPhysicalDevice();
        // On OpenCL the second call answers from what the first one read (TornadoVM 5.2); on PTX the first one is the
        // grid's limit.
        physical.getDeviceMaxWorkGroupSize();
        int group = physical.getMaxThreadsPerBlock();
        var kind = kind(device.getDeviceType());
        return new DeviceProfile(
                kind,
                device.getTornadoVMBackend().name(),
                device.getDeviceName(),
                device.getDeviceLocalMemorySize(),
                group,
                device.getMaxGlobalMemory(),
                // For anything but a processor the first call answers with those of the host (TornadoVM 5.2).
                kind == Kind.CPU ? device.getAvailableProcessors() : physical.getDeviceMaxComputeUnits());
    }

    /** Device types are compared by name: later TornadoVM versions drop the FPGA constant. */
    private static Kind kind(TornadoDeviceType type) {
        return switch (type.name()) {
            case "CPU" -> Kind.CPU;
            case "GPU" -> Kind.GPU;
            case "FPGA", "ACCELERATOR" -> Kind.FPGA;
            default -> Kind.OTHER;
        };
    }

    /**
     * Whether work-group kernels are right here: of several (pooling, softmax, covariance, attention pooling) TornadoVM 5.2 makes SPIR-V
     * that is not valid.
     */
    public boolean takesWorkGroups() {
        return !backend.equals("SPIRV");
    }

    /** Whether work-group kernels with local memory are worth it here. */
    public boolean prefersWorkGroups() {
        return kind == Kind.GPU && localMemoryBytes > 0 && takesWorkGroups();
    }

    /**
     * Work-items that exchange values from register to register ({@code KernelContext.simdShuffleDown}); 1 where TornadoVM has no such
     * exchange: OpenCL and SPIR-V give back what an item had, without an error.
     */
    public int simdLanes() {
        boolean exchanges = backend.equals("CUDA") || backend.equals("PTX") || backend.equals("METAL");
        return exchanges && kind == Kind.GPU ? SIMD_LANES : 1;
    }
}
