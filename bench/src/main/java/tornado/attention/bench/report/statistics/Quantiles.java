package tornado.attention.bench.report.statistics;

import java.util.Arrays;

/**
 * Quantiles by linear interpolation between order statistics (type 7 of Hyndman and Fan, the default of NumPy and R).
 */
public final class Quantiles {
    private Quantiles() {}

    /** The median; NaN without values. */
    public static double median(double... values) {
        return quantile(values, 0.5);
    }

    /** The median; NaN without values. */
    public static double median(long... values) {
        return quantile(Arrays.stream(values).asDoubleStream().toArray(), 0.5);
    }

    /**
     * A quantile of values in any order.
     *
     * @param p between 0 (the smallest) and 1 (the largest)
     * @return NaN without values
     */
    public static double quantile(double[] values, double p) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return ofSorted(sorted, p);
    }

    /** The same of values that ascend already. */
    static double ofSorted(double[] sorted, double p) {
        if (p < 0 || p > 1) {
            throw new IllegalArgumentException("A quantile lies between 0 and 1, not at " + p + ".");
        }
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double position = p * (sorted.length - 1);
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
