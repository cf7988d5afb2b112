package tornado.attention.bench.compare;

import java.util.concurrent.TimeUnit;
import tornado.attention.bench.cli.UsageException;

/**
 * How much time is spent on certainty.
 *
 * @param name as it stands in results
 * @param forks JVMs that measure each case, one after the other; 0 for this JVM alone
 * @param lasting whether those JVMs last for the whole run, warm of the cases before; else each case has new ones
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
        boolean lasting,
        int rounds,
        long sliceNanos,
        int mostRuns,
        long warmupNanos,
        long totalNanos,
        long referenceWork,
        boolean compiledPeer) {
    /** A first look: everything in about two and a half minutes, in three JVMs that last. */
    static final Effort QUICK = new Effort(
            "quick", 3, true, 5, millis(20), 100, millis(4000), TimeUnit.SECONDS.toNanos(145), 200_000_000L, false);

    /** The default: seconds a case and contender. */
    static final Effort STANDARD =
            new Effort("standard", 0, false, 10, millis(200), 200, millis(5000), 0, 2_000_000_000L, true);

    /** For publication: five JVMs a case, since one JVM's compilation decides for all its runs. */
    static final Effort RIGOROUS =
            new Effort("rigorous", 5, false, 10, millis(200), 200, millis(8000), 0, 20_000_000_000L, true);

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
     * The same for a time that all cases share, as typed: {@code 90s}, {@code 8m}, {@code 1h}.
     *
     * @param budget null for the time the effort has by itself
     * @throws UsageException if it is no time
     */
    Effort sharing(String budget) {
        if (budget == null) {
            return this;
        }
        if (!budget.matches("[1-9]\\d{0,4}[smh]")) {
            throw new UsageException("'" + budget + "' is no time; write 90s, 8m or 1h.");
        }
        long count = Long.parseLong(budget.substring(0, budget.length() - 1));
        var unit = switch (budget.charAt(budget.length() - 1)) {
            case 's' -> TimeUnit.SECONDS;
            case 'm' -> TimeUnit.MINUTES;
            default -> TimeUnit.HOURS;
        };
        return new Effort(
                name,
                forks,
                lasting,
                rounds,
                sliceNanos,
                mostRuns,
                warmupNanos,
                unit.toNanos(count),
                referenceWork,
                compiledPeer);
    }

    /** How often a case is measured: once in each JVM. */
    int turns() {
        return Math.max(1, forks);
    }

    /**
     * The same, cut to a time for one case in one JVM: three quarters of it to warm up, the rest for the rounds.
     *
     * @param nanos time that is left for the case in this JVM
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
                lasting,
                rounds,
                Math.clamp(each / 4 / rounds, millis(1), sliceNanos),
                mostRuns,
                Math.clamp(each / 4 * 3, millis(5), warmupNanos),
                totalNanos,
                referenceWork,
                compiledPeer);
    }
}
