package tornado.attention.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Energy that the processor's packages have used, by the counters of Linux's powercap (RAPL). */
public final class EnergyMeter {
    private static final Path POWERCAP = Path.of("/sys/class/powercap");

    private final List<Path> packages;

    private EnergyMeter(List<Path> packages) {
        this.packages = packages;
    }

    /** The meter of this machine; one without counters where they are missing or only for the administrator. */
    public static EnergyMeter ofThisMachine() {
        return in(POWERCAP);
    }

    /** The same for another folder of counters. */
    public static EnergyMeter in(Path folder) {
        if (!Files.isDirectory(folder)) {
            return new EnergyMeter(List.of());
        }
        try (var zones = Files.list(folder)) {
            return new EnergyMeter(zones.filter(z -> z.getFileName().toString().matches("intel-rapl:\\d+"))
                    .filter(z -> Files.isReadable(z.resolve("energy_uj")))
                    .sorted()
                    .toList());
        } catch (IOException _) {
            return new EnergyMeter(List.of());
        }
    }

    /** Whether it can measure. */
    public boolean available() {
        return !packages.isEmpty();
    }

    /** How it measures, or why it cannot. */
    public String method() {
        return available()
                ? "RAPL counters of " + packages.size() + " processor package(s), everything on the machine included"
                : "not measured: the system has no powercap counters that this user may read";
    }

    /** The counters in microjoules. */
    public long[] read() {
        return packages.stream().mapToLong(p -> number(p.resolve("energy_uj"))).toArray();
    }

    /** Joules between two readings; a counter that wrapped around is unwrapped. */
    public double joules(long[] before, long[] after) {
        double sum = 0;
        for (int i = 0; i < packages.size(); i++) {
            long used = after[i] - before[i];
            sum += used >= 0 ? used : used + number(packages.get(i).resolve("max_energy_range_uj"));
        }
        return sum / 1e6;
    }

    private static long number(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException | NumberFormatException e) {
            throw new IllegalStateException("The energy counter " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
