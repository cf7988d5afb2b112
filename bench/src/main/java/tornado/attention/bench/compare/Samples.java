package tornado.attention.bench.compare;

import java.util.Arrays;

/** Times runs. */
final class Samples {
    /**
     * Runs at the start of a slice that are not kept: caches are cold and threads asleep after others had their turn.
     */
    private static final int SETTLING = 2;

    private Samples() {}

    /** See {@link Runner#slice}. */
    static long[] take(Runnable run, long nanos, int most) {
        var times = new long[most];
        long start = System.nanoTime();
        long end = start + nanos;
        int settling = SETTLING;
        int n = 0;
        while (n < most && (n == 0 || System.nanoTime() < end)) {
            long before = System.nanoTime();
            run.run();
            long time = System.nanoTime() - before;
            boolean shortRun = time < nanos / (10 * SETTLING);
            if (settling > 0 && shortRun) {
                settling--;
            } else {
                times[n++] = time;
            }
        }
        return Arrays.copyOf(times, n);
    }

    /** At most so many of the times, evenly chosen. */
    static long[] thinned(long[] times, int most) {
        if (times.length <= most) {
            return times;
        }
        var kept = new long[most];
        for (int i = 0; i < most; i++) {
            kept[i] = times[(int) ((long) i * times.length / most)];
        }
        return kept;
    }
}
