package tornado.attention.bench.device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Devices;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.text.Sentences;

/**
 * The device that {@code --device} means: an id such as {@code 0:1}, {@code cpu}, {@code gpu} or {@code fpga} for the first of that
 * kind, or {@code fastest}, which is measured once for a module, its shapes and this machine and then remembered.
 */
public final class DeviceChoice {
    /** The word for the device on which a module ran fastest. */
    public static final String FASTEST = "fastest";

    private final List<Device> devices;
    private final String machine;
    private final RememberedDevices remembered;

    /**
     * A choice among devices.
     *
     * @param devices of this engine
     * @param engine that runs on them
     * @param file where the fastest ones are remembered; made when there is one to remember
     */
    DeviceChoice(List<Device> devices, Engine engine, Path file) {
        this.devices = List.copyOf(devices);
        this.machine = identity(devices, engine);
        this.remembered = new RememberedDevices(file);
    }

    /** A choice among the devices of this JVM's engine, remembered in the user's data folder. */
    public static DeviceChoice here() {
        return new DeviceChoice(
                Devices.all(), Engine.current(), file(System::getenv, Path.of(System.getProperty("user.home"))));
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
     * The device that a user means.
     *
     * @param wanted an id, {@code cpu}, {@code gpu}, {@code fpga}, {@value #FASTEST}; null for the default device
     * @param work what {@value #FASTEST} is about; it is not measured for any other word
     * @throws IllegalArgumentException if there is no such device, or the work runs on none
     */
    public Device choose(String wanted, Measurement work) {
        if (wanted == null || !wanted.strip().toLowerCase(Locale.ROOT).equals(FASTEST)) {
            return Devices.choose(wanted);
        }
        if (devices.size() == 1) {
            return devices.getFirst();
        }
        var key = work.key();
        var known = remembered.find(machine, key);
        return devices.stream()
                .filter(d -> d.id().equals(known))
                .findFirst()
                .orElseGet(() -> remember(key, measure(work)));
    }

    private Device measure(Measurement work) {
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
                // A device that cannot run the module is not the fastest; the reasons are told if none can.
                reasons.put(device.id(), Sentences.of(e));
            }
        }
        if (fastest == null) {
            throw new IllegalArgumentException("No device runs " + work.key() + ": " + reasons + ".");
        }
        return fastest;
    }

    private Device remember(String key, Device device) {
        try {
            remembered.put(machine, key, device.id());
        } catch (IOException e) {
            System.getLogger(DeviceChoice.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "The fastest device could not be remembered, it will be measured again: "
                                    + Sentences.of(e));
        }
        return device;
    }
}
