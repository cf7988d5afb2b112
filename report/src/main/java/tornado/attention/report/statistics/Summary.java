package tornado.attention.report.statistics;

import java.util.Arrays;
import java.util.List;

/**
 * What is said of a series of timings; all in the unit of the series.
 *
 * @param runs timed runs
 * @param forks JVMs they come from
 * @param median of all runs
 * @param interval 95 % interval of the median
 * @param p95 95th percentile
 * @param p99 99th percentile
 * @param min the fastest run
 * @param mean arithmetic mean
 * @param spread interquartile range over the median
 */
public record Summary(
        int runs,
        int forks,
        double median,
        Interval interval,
        double p95,
        double p99,
        double min,
        double mean,
        double spread) {
    /** A spread over a tenth of the median says that the machine, not the module, was measured. */
    public static final double UNSTABLE = 0.1;

    /**
     * The summary of some runs, at least one.
     *
     * @param forks for each fork its rounds, for each round its runs
     */
    public static Summary of(List<List<double[]>> forks) {
        var all = forks.stream()
                .flatMap(List::stream)
                .flatMapToDouble(Arrays::stream)
                .sorted()
                .toArray();
        if (all.length == 0) {
            throw new IllegalArgumentException("Nothing was timed, so there is nothing to summarise.");
        }
        double median = Quantiles.quantile(all, 0.5);
        return new Summary(
                all.length,
                forks.size(),
                median,
                Intervals.median(forks),
                Quantiles.quantile(all, 0.95),
                Quantiles.quantile(all, 0.99),
                all[0],
                Arrays.stream(all).average().orElseThrow(),
                (Quantiles.quantile(all, 0.75) - Quantiles.quantile(all, 0.25)) / median);
    }

    /** Whether the spread is at most {@value #UNSTABLE} of the median. */
    public boolean stable() {
        return spread <= UNSTABLE;
    }
}
