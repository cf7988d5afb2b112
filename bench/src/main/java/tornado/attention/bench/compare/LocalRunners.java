package tornado.attention.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Devices;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.machine.MachineInfo;
import tornado.attention.report.Ceiling;
import tornado.attention.tasks.VariantChoice;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/** The contenders inside this JVM: the devices of its engine and, if wanted, plain Java. */
final class LocalRunners {
    private final Engine engine;
    private final List<Device> devices;

    private LocalRunners(Engine engine, List<Device> devices) {
        this.engine = engine;
        this.devices = devices;
    }

    /**
     * The devices of this JVM's engine.
     *
     * @param wanted ids, ids with the engine before them, or kinds; empty for all
     * @param variant which kernels they use
     */
    static LocalRunners of(List<String> wanted, VariantChoice variant) {
        var engine = Engine.current();
        var chosen = Devices.all().stream()
                .filter(d -> wanted.isEmpty() || wanted.stream().anyMatch(w -> matches(engine, d, w)))
                .map(d -> d.using(variant))
                .toList();
        return new LocalRunners(engine, chosen);
    }

    private static boolean matches(Engine engine, Device device, String wanted) {
        return wanted.equals(device.id())
                || wanted.equalsIgnoreCase(key(engine, device))
                || wanted.toUpperCase(Locale.ROOT)
                        .equals(device.profile().kind().name());
    }

    private static String key(Engine engine, Device device) {
        return engine.name() + ":" + device.id();
    }

    /** The devices that were chosen. */
    List<Device> devices() {
        return devices;
    }

    /** Fresh runners. */
    List<Runner> runners(boolean sequential) {
        var compiled = PlanRunner.nothingCompiled();
        var runners = new ArrayList<Runner>();
        devices.forEach(d -> runners.add(new PlanRunner(engine, d, compiled)));
        if (sequential) {
            runners.add(new SequentialRunner(MachineInfo.processor()));
        }
        return runners;
    }

    /** What the devices reach at best. */
    Map<String, Ceiling> ceilings(long nanos) {
        var ceilings = new LinkedHashMap<String, Ceiling>();
        for (var device : devices) {
            try {
                ceilings.put(key(engine, device), new CeilingProbe(device, nanos).measure());
            } catch (TornadoOutOfMemoryException _) {
                // A device that has no room for the probe has no ceilings in the report.
            }
        }
        if (devices.size() > 1 && ceilings.containsKey(key(engine, devices.getFirst()))) {
            // The first device had to wait for the compiler, which the others then found warm.
            var first = devices.getFirst();
            ceilings.merge(key(engine, first), new CeilingProbe(first, nanos).measure(), Ceiling::better);
        }
        return ceilings;
    }
}
