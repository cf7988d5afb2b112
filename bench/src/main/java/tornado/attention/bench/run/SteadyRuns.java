package tornado.attention.bench.run;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import tornado.attention.bench.cli.Waiting;
import tornado.attention.tasks.Plan;

/** Runs of a plan until its time is known: longer where the first run shows that much has to be compiled, and while HotSpot still compiles. */
public final class SteadyRuns {
    private static final long STEADY_NANOS = 1_500_000_000L;
    private static final long LONGEST_NANOS = 8_000_000_000L;
    private static final int FIRST_RUNS = 4;

    /** Compilers are busy that have worked for this share of so much time. */
    private static final double BUSY = 0.15;

    private static final long WINDOW_NANOS = 400_000_000;

    private static final int LEAST_RUNS = 4;
    private static final int MOST_RUNS = 2_000;

    private SteadyRuns() {}

    /**
     * Times of runs.
     *
     * @param firstNanos how long the run before them took
     * @param waiting where a person may be told
     */
    public static long[] of(Plan plan, long firstNanos, Waiting waiting) {
        var times = new long[MOST_RUNS];
        long end = System.nanoTime() + Math.clamp(FIRST_RUNS * firstNanos, STEADY_NANOS, LONGEST_NANOS);
        waiting.now("timing", Math.max(end, System.nanoTime() + LEAST_RUNS * firstNanos));
        int n = 0;
        long latest = System.nanoTime() + LONGEST_NANOS;
        var compilers = new Compilers();
        while (n < MOST_RUNS
                && (n < LEAST_RUNS || System.nanoTime() < end || System.nanoTime() < latest && compilers.areBusy())) {
            long before = System.nanoTime();
            plan.run();
            times[n++] = System.nanoTime() - before;
            waiting.now("timing", Math.max(end, System.nanoTime() + (LEAST_RUNS - n) * times[n - 1]));
        }
        return Arrays.copyOf(times, n);
    }

    /** The median of the later half of some times; 0 without any. */
    public static long median(long[] times) {
        if (times.length == 0) {
            return 0;
        }
        var later = Arrays.copyOfRange(times, times.length / 2, times.length);
        Arrays.sort(later);
        return later[later.length / 2];
    }

    /** What HotSpot's compilers do, by the time that they have taken. */
    private static final class Compilers {
        private long since = System.nanoTime();
        private long taken = taken();
        private boolean busy = true;

        /** Whether they worked for a share of the latest time; asked again and again. */
        boolean areBusy() {
            long now = System.nanoTime();
            if (now - since > WINDOW_NANOS) {
                long all = taken();
                busy = all - taken > BUSY * (now - since);
                taken = all;
                since = now;
            }
            return busy;
        }

        private static long taken() {
            var bean = ManagementFactory.getCompilationMXBean();
            return bean == null || !bean.isCompilationTimeMonitoringSupported()
                    ? 0
                    : bean.getTotalCompilationTime() * 1_000_000;
        }
    }
}
