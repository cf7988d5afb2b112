package tornado.attention.bench.compare;

import java.util.concurrent.TimeUnit;
import tornado.attention.bench.cli.UsageException;

/**
 * How much time is spent on certainty.
 *
 * @param name as it stands in results
 * @param forks JVMs that measure each case anew; 0 for this JVM alone
 * @param rounds turns of each contender
 * @param sliceNanos time of one turn
 * @param mostRuns runs kept of one turn
 * @param warmupNanos how long the warm-up of a contender may take on average
 * @param totalNanos time for all cases together, which then share it; 0 for no limit
 * @param referenceWork multiply-accumulates up to which float64 checks all images of a batch
 * @param compiledPeer whether PyTorch takes part compiled as well: compiling takes many seconds a case
 */
record Effort(
        String name,
        int forks,
        int rounds,
        long sliceNanos,
        int mostRuns,
        long warmupNanos,
        long totalNanos,
        long referenceWork,
        boolean compiledPeer) {
    /** A first look: everything in about a minute and a half. */
    static final Effort QUICK =
            new Effort("quick", 0, 5, millis(60), 100, millis(800), TimeUnit.SECONDS.toNanos(72), 200_000_000L, false);

    /** The default: seconds a case and contender. */
    static final Effort STANDARD =
            new Effort("standard", 0, 10, millis(200), 200, millis(5000), 0, 2_000_000_000L, true);

    /** For publication: five JVMs a case, since one JVM's compilation decides for all its runs. */
    static final Effort RIGOROUS =
            new Effort("rigorous", 5, 10, millis(200), 200, millis(8000), 0, 20_000_000_000L, true);

    private static long millis(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }

    /** The effort of a name. */
    static Effort named(String name) {
        return switch (name) {
            case "quick" -> QUICK;
            case "standard" -> STANDARD;
            case "rigorous" -> RIGOROUS;
            default -> throw new UsageException("There is no effort '" + name + "'; use quick, standard or rigorous.");
        };
    }

    /**
     * The same, cut to a time for one case.
     *
     * @param nanos time that is left for the case
     * @param contenders who share it
     */
    Effort within(long nanos, int contenders) {
        if (totalNanos == 0) {
            return this;
        }
        long each = Math.max(nanos, 0) / Math.max(contenders, 1);
        return new Effort(
                name,
                forks,
                rounds,
                Math.clamp(each / 2 / rounds, millis(1), sliceNanos),
                mostRuns,
                Math.clamp(each / 2, millis(5), warmupNanos),
                totalNanos,
                referenceWork,
                compiledPeer);
    }
}
