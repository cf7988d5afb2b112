package tornado.attention.bench.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tornado.attention.tasks.DeviceProfile;
import tornado.attention.tasks.VariantChoice;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** The devices of this JVM's engine. */
public final class Devices {
    private Devices() {}

    /** All of them, backend by backend. */
    public static List<Device> all() {
        var runtime = TornadoRuntimeProvider.getTornadoRuntime();
        var found = new ArrayList<Device>();
        for (int b = 0; b < runtime.getNumBackends(); b++) {
            found.addAll(of(b, runtime.getBackend(b)));
        }
        return preferring(found);
    }

    /** TornadoVM 5.2 counts devices of a kind that it does not know, and then has none of them: Oclgrind's, for example. */
    private static List<Device> of(int number, TornadoBackend backend) {
        var found = new ArrayList<Device>();
        try {
            int standard = number == 0 && backend.getNumDevices() > 0 ? standard(backend) : -1;
            for (int d = 0; d < backend.getNumDevices(); d++) {
                found.add(describe(number + ":" + d, backend.getDevice(d), d == standard));
            }
        } catch (IndexOutOfBoundsException _) {
            found.clear();
        }
        return found;
    }

    /** Later versions take OpenCL first where there is CUDA as well, which is faster on the same card: that one is the default then. */
    static List<Device> preferring(List<Device> devices) {
        var cuda = devices.stream()
                .filter(Device::standard)
                .filter(d -> d.profile().backend().equals("OPENCL"))
                .flatMap(d -> devices.stream()
                        .filter(o -> o.profile().backend().equals("CUDA")
                                && o.hardware().equals(d.hardware())))
                .findFirst();
        return devices.stream()
                .map(d -> cuda.isEmpty() ? d : d.asStandard(d == cuda.get()))
                .toList();
    }

    /** TornadoVM 5.2 makes a new handle at each call, and SPIR-V's know no equality; its default device is then the first. */
    private static int standard(TornadoBackend backend) {
        var standard = backend.getDefaultDevice();
        return IntStream.range(0, backend.getNumDevices())
                .filter(d -> backend.getDevice(d).equals(standard))
                .findFirst()
                .orElse(0);
    }

    private static Device describe(String id, TornadoDevice device, boolean standard) {
        var physical = device.getPhysicalDevice();
        var hardware = physical == null ? device.getDeviceName() : physical.getDeviceName();
        return new Device(id, device, DeviceProfile.of(device), hardware.strip(), standard, VariantChoice.standard());
    }

    /**
     * The device that a user means.
     *
     * @param wanted {@code backend:device} such as {@code 0:1}; {@code cpu}, {@code gpu} or {@code fpga} for the first of that
     *     kind; null for the default one
     * @throws IllegalArgumentException if there is none; the sentence lists those there are
     */
    public static Device choose(String wanted) {
        return choose(all(), wanted);
    }

    static Device choose(List<Device> devices, String wanted) {
        if (devices.isEmpty()) {
            throw new IllegalArgumentException("The engine found no device; 'attn doctor' says what is missing.");
        }
        if (wanted == null) {
            return devices.stream().filter(Device::standard).findFirst().orElse(devices.getFirst());
        }
        var text = wanted.strip().toUpperCase(Locale.ROOT);
        return devices.stream()
                .filter(d -> d.id().equals(text) || d.profile().kind().name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no device '" + wanted + "'; there are "
                        + devices.stream().map(Device::describe).collect(Collectors.joining("; "))
                        + "; name one by its id, or cpu, gpu or fpga for the first of that kind."));
    }
}
