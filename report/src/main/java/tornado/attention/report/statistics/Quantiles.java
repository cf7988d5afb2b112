package tornado.attention.report.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.descriptive.Quantile.EstimationMethod;

/**
 * Quantiles by linear interpolation between order statistics (type 7 of Hyndman and Fan, the default of NumPy and R).
 */
public final class Quantiles {
    private static final Quantile TYPE_7 = Quantile.withDefaults().with(EstimationMethod.HF7);

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
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("A quantile lies between 0 and 1, not at " + p + ".");
        }
        return TYPE_7.withCopy(true).evaluate(values, p);
    }
}
