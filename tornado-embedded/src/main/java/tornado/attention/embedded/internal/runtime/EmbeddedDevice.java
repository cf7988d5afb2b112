package tornado.attention.embedded.internal.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tornado.attention.embedded.internal.workgroup.GroupKernel;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/**
 * A device of the embedded engine: the processor, with all threads (index 0) or with one (index 1).
 *
 * @param index 0 or 1
 */
public record EmbeddedDevice(int index) implements TornadoDevice {

    // What most GPUs offer a group at least, so that a kernel that fits here fits there.
    private static final long LOCAL_MEMORY = 48 * 1024;

    private static final EmbeddedDevice ALL = new EmbeddedDevice(0);
    private static final EmbeddedDevice ONE = new EmbeddedDevice(1);

    static EmbeddedDevice of(int index) {
        return index == 0 ? ALL : ONE;
    }

    /** Threads that run the kernels of a plan made now. */
    public int threads() {
        return index == 0 ? EmbeddedOptions.current().threads() : 1;
    }

    @Override
    public String getDeviceName() {
        return "embedded-0-" + index;
    }

    @Override
    public String getDescription() {
        return getPhysicalDevice().getDeviceInfo();
    }

    @Override
    public String getPlatformName() {
        return "tornado-attention embedded engine";
    }

    @Override
    public TornadoTargetDevice getPhysicalDevice() {
        return new Processor(threads());
    }

    @Override
    public TornadoDeviceType getDeviceType() {
        return TornadoDeviceType.CPU;
    }

    @Override
    public long getMaxAllocMemory() {
        return getPhysicalDevice().getDeviceMaxAllocationSize();
    }

    @Override
    public long getMaxGlobalMemory() {
        return getPhysicalDevice().getDeviceGlobalMemorySize();
    }

    @Override
    public long getDeviceLocalMemorySize() {
        return LOCAL_MEMORY;
    }

    @Override
    public long[] getDeviceMaxWorkgroupDimensions() {
        return getPhysicalDevice().getDeviceMaxWorkItemSizes();
    }

    @Override
    public String getDeviceOpenCLCVersion() {
        return "";
    }

    @Override
    public Object getDeviceInfo() {
        return getPhysicalDevice().getDeviceInfo();
    }

    @Override
    public int getBackendIndex() {
        return 0;
    }

    @Override
    public int getAvailableProcessors() {
        return threads();
    }

    @Override
    public TornadoVMBackendType getTornadoVMBackend() {
        return TornadoVMBackendType.JAVA;
    }

    @Override
    public boolean isSPIRVSupported() {
        return false;
    }

    @Override
    public String toString() {
        return "[" + getPlatformName() + "] -- " + getDeviceName();
    }

    /** The processor, as far as so many threads use it. */
    private record Processor(int threads) implements TornadoTargetDevice {

        @Override
        public String getDeviceName() {
            return ProcessorName.VALUE;
        }

        @Override
        public long getDeviceGlobalMemorySize() {
            return Runtime.getRuntime().maxMemory();
        }

        @Override
        public long getDeviceLocalMemorySize() {
            return LOCAL_MEMORY;
        }

        @Override
        public int getDeviceMaxComputeUnits() {
            return threads;
        }

        @Override
        public long[] getDeviceMaxWorkItemSizes() {
            return new long[] {GroupKernel.MAX_GROUP, GroupKernel.MAX_GROUP, GroupKernel.MAX_GROUP};
        }

        @Override
        public long[] getDeviceMaxWorkGroupSize() {
            return new long[] {GroupKernel.MAX_GROUP};
        }

        @Override
        public int getMaxThreadsPerBlock() {
            return GroupKernel.MAX_GROUP;
        }

        @Override
        public int getDeviceMaxClockFrequency() {
            return -1;
        }

        @Override
        public long getDeviceMaxConstantBufferSize() {
            return getDeviceMaxAllocationSize();
        }

        @Override
        public long getDeviceMaxAllocationSize() {
            // One Java array of floats.
            return Math.min(getDeviceGlobalMemorySize(), (long) Integer.MAX_VALUE * Float.BYTES);
        }

        @Override
        public String getDeviceInfo() {
            return getDeviceName() + ", " + threads + (threads == 1 ? " thread" : " threads") + ", JVM "
                    + Runtime.version();
        }
    }

    /** Read once, when first asked for. */
    private static final class ProcessorName {
        static final String VALUE = read();

        private static String read() {
            try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
                return lines.filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElseGet(ProcessorName::architecture);
            } catch (IOException | RuntimeException e) {
                // Not a Linux, or not readable: the architecture has to do.
                return architecture();
            }
        }

        private static String architecture() {
            return "CPU (" + System.getProperty("os.arch") + ")";
        }
    }
}
