package tornado.attention.bench.device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tornado.attention.bench.device.RememberedDevices.Fastest;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Devices;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.text.Sentences;
import tornado.attention.report.internal.text.Numbers;

/** The device that {@code --device fastest} means: measured once for a module, its shapes and this machine, then remembered. */
public final class DeviceChoice {
    private static final String FASTEST = "fastest";

    private final List<Device> devices;
    private final String machine;
    private final RememberedDevices remembered;

    /**
     * A choice among devices.
     *
     * @param devices of this engine, at least one
     * @param engine that runs on them
     * @param file where the fastest ones are remembered; made when there is one to remember
     */
    DeviceChoice(List<Device> devices, Engine engine, Path file) {
        this.devices = List.copyOf(devices);
        this.machine = identity(devices, engine);
        this.remembered = new RememberedDevices(file);
    }

    /**
     * A choice among the devices of this JVM's engine, remembered in the user's data folder.
     *
     * @throws IllegalArgumentException if the engine found no device
     */
    public static DeviceChoice here() {
        Devices.choose(null);
        return new DeviceChoice(
                Devices.all(), Engine.current(), file(System::getenv, Path.of(System.getProperty("user.home"))));
    }

    /** Whether a word names the device on which a module runs fastest. */
    public static boolean isFastest(String word) {
        return word != null && word.strip().equalsIgnoreCase(FASTEST);
    }

    static Path file(UnaryOperator<String> environment, Path home) {
        var data = environment.apply("XDG_DATA_HOME");
        var folder = data == null || data.isBlank() ? home.resolve(".local/share") : Path.of(data);
        return folder.resolve("tornado-attention").resolve("fastest.json");
    }

    /** What must be the same for a remembered device to hold: engine and version, hardware, threads. */
    private static String identity(List<Device> devices, Engine engine) {
        return engine + " on " + System.getProperty("os.arch") + ": "
                + devices.stream()
                        .map(d -> d.profile().backend() + " " + d.describe())
                        .collect(Collectors.joining("; "));
    }

    /**
     * The device on which something runs fastest.
     *
     * @param work what is measured, unless it was before or there is only one device
     * @throws IllegalArgumentException if the work runs on none
     */
    public ChosenDevice fastest(Measurement work) {
        if (devices.size() == 1) {
            return new ChosenDevice(devices.getFirst(), "the only device, not measured");
        }
        var key = work.key();
        return remembered.find(machine, key).flatMap(this::known).orElseGet(() -> measure(key, work));
    }

    private String fastestAt(long nanos) {
        return "fastest of " + devices.size() + ": " + Numbers.millis(nanos) + ", measured ";
    }

    private Optional<ChosenDevice> known(Fastest fastest) {
        return devices.stream()
                .filter(d -> d.id().equals(fastest.device()))
                .findFirst()
                .map(d -> new ChosenDevice(d, fastestAt(fastest.nanos()) + "earlier"));
    }

    private ChosenDevice measure(String key, Measurement work) {
        Device fastest = null;
        long best = Long.MAX_VALUE;
        Map<String, String> reasons = new LinkedHashMap<>();
        for (var device : devices) {
            try {
                long nanos = work.nanos(device);
                if (nanos < best) {
                    best = nanos;
                    fastest = device;
                }
            } catch (RuntimeException e) {
                // A device that cannot run the module is not the fastest; the reasons are told.
                reasons.put(device.id(), Sentences.of(e));
            }
        }
        var failed = reasons.entrySet().stream()
                .map(r -> "not on " + r.getKey() + ": " + r.getValue())
                .collect(Collectors.joining(" "));
        if (fastest == null) {
            throw new IllegalArgumentException("No device runs " + key + ": " + failed);
        }
        var reason = fastestAt(best) + "now" + (remember(key, fastest, best) ? " and remembered" : "");
        return new ChosenDevice(fastest, failed.isEmpty() ? reason : reason + "; " + failed);
    }

    private boolean remember(String key, Device device, long nanos) {
        try {
            remembered.put(machine, key, new Fastest(device.id(), nanos));
            return true;
        } catch (IOException e) {
            System.getLogger(DeviceChoice.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "The fastest device could not be remembered, it will be measured again: "
                                    + Sentences.of(e));
            return false;
        }
    }
}
