package tornado.attention.report;

import tornado.attention.report.statistics.Interval;

/**
 * A baseline's median end-to-end time over ours: above 1 is faster than the baseline.
 *
 * @param value the ratio
 * @param interval its 95 % interval
 * @param pValue of the rank test between the rounds of both
 */
public record Ratio(double value, Interval interval, double pValue) {
    /** Whether the baseline is faster, by interval and rank test. */
    public boolean slower() {
        return interval.high() < 1 && pValue < 0.05;
    }
}
