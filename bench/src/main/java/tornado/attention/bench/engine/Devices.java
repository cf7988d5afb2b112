package tornado.attention.bench.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tornado.attention.tasks.DeviceProfile;
import uk.ac.manchester.tornado.api.TornadoRuntime;
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
            var backend = runtime.getBackend(b);
            for (int d = 0; d < backend.getNumDevices(); d++) {
                found.add(describe(runtime, b, d, backend.getDevice(d)));
            }
        }
        return List.copyOf(found);
    }

    private static Device describe(TornadoRuntime runtime, int backend, int index, TornadoDevice device) {
        var physical = device.getPhysicalDevice();
        var hardware = physical == null ? device.getDeviceName() : physical.getDeviceName();
        boolean standard = backend == 0 && runtime.getBackend(0).getDefaultDevice() == device;
        return new Device(backend + ":" + index, device, DeviceProfile.of(device), hardware.strip(), standard);
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
