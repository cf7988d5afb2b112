package tornado.attention.bench.compare;

import java.lang.management.ManagementFactory;
import java.util.List;
import tornado.attention.report.internal.text.Numbers;

/** Memory of JVMs that are there at the same time. */
final class Heap {
    private static final String SHARE = "-XX:MaxRAMPercentage=";

    /** Of a JVM that was told nothing. */
    private static final double STANDARD_SHARE = 25;

    private Heap() {}

    /**
     * Options of one of several JVMs that together take what this one may take: none for a single one, and none where
     * this JVM was given a size ({@code -Xmx}), which each of them then inherits.
     */
    static List<String> shared(int sharers) {
        return shared(ManagementFactory.getRuntimeMXBean().getInputArguments(), sharers);
    }

    static List<String> shared(List<String> arguments, int sharers) {
        if (sharers < 2 || arguments.stream().anyMatch(a -> a.startsWith("-Xmx") || a.startsWith("-XX:MaxHeapSize="))) {
            return List.of();
        }
        double all = arguments.stream()
                .filter(a -> a.startsWith(SHARE))
                .reduce((first, second) -> second) // the last one counts
                .map(a -> Double.parseDouble(a.substring(SHARE.length())))
                .orElse(STANDARD_SHARE);
        return List.of(SHARE + Numbers.fixed(all / sharers, 1));
    }
}
