package tornado.attention.report;

import java.util.Arrays;
import java.util.List;

/**
 * Timings of one contender in one JVM, in nanoseconds.
 *
 * @param warmup medians of the slices of the warm-up, in order
 * @param warmupRuns runs of the warm-up
 * @param steady whether the warm-up ended because the series was steady, not because its time was over
 * @param rounds the timed runs, one array for each turn of this contender
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Series(long[] warmup, int warmupRuns, boolean steady, List<long[]> rounds) {
    /** Copies the list. */
    public Series {
        rounds = List.copyOf(rounds);
    }

    /** The rounds as doubles, as statistics want them. */
    public List<double[]> asDoubles() {
        return rounds.stream()
                .map(r -> Arrays.stream(r).asDoubleStream().toArray())
                .toList();
    }
}
