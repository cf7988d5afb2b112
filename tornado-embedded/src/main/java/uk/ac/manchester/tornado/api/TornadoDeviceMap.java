package uk.ac.manchester.tornado.api;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** All backends and devices of this machine. */
public class TornadoDeviceMap {

    private final List<TornadoBackend> backends;

    /** Looks at the runtime. */
    public TornadoDeviceMap() {
        var runtime = TornadoRuntimeProvider.getTornadoRuntime();
        backends = IntStream.range(0, runtime.getNumBackends())
                .mapToObj(runtime::getBackend)
                .toList();
    }

    /** Number of backends. */
    public int getNumBackends() {
        return backends.size();
    }

    /** All backends, in order of their index. */
    public List<TornadoBackend> getAllBackends() {
        return backends;
    }

    /** The backends a predicate holds for. */
    public List<TornadoBackend> getBackendsWithPredicate(Predicate<? super TornadoBackend> predicate) {
        return backends.stream().filter(predicate).toList();
    }

    /** The backends with a device that a predicate holds for. */
    public List<TornadoBackend> getBackendsWithDevicePredicate(Predicate<? super TornadoDevice> predicate) {
        return backends.stream()
                .filter(backend -> backend.getAllDevices().stream().anyMatch(predicate))
                .toList();
    }

    /** The devices whose hardware's name contains a text, in any case. */
    public Stream<TornadoDevice> getDevicesByName(String deviceName) {
        var text = deviceName.toLowerCase(Locale.ROOT);
        return devices()
                .filter(device -> device.getPhysicalDevice()
                        .getDeviceName()
                        .toLowerCase(Locale.ROOT)
                        .contains(text));
    }

    /** The devices of a kind. */
    public Stream<TornadoDevice> getDevicesByType(TornadoDeviceType deviceType) {
        return devices().filter(device -> device.getDeviceType() == deviceType);
    }

    private Stream<TornadoDevice> devices() {
        return backends.stream().flatMap(backend -> backend.getAllDevices().stream());
    }
}
