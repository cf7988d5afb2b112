package tornado.attention.bench.run;

import tornado.attention.report.internal.text.Numbers;

/**
 * What a tensor holds, in a few numbers over its finite values.
 *
 * @param min smallest
 * @param max largest
 * @param mean average
 * @param deviation standard deviation
 * @param nonFinite number of NaN and infinite values
 */
public record Statistics(double min, double max, double mean, double deviation, int nonFinite) {
    /** Of these values; no numbers where none is finite. */
    public static Statistics of(float[] values) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        int finite = 0;
        for (float value : values) {
            if (Float.isFinite(value)) {
                min = Math.min(min, value);
                max = Math.max(max, value);
                sum += value;
                finite++;
            }
        }
        if (finite == 0) {
            return new Statistics(Double.NaN, Double.NaN, Double.NaN, Double.NaN, values.length);
        }
        double mean = sum / finite;
        double squares = 0;
        for (float value : values) {
            if (Float.isFinite(value)) {
                squares += (value - mean) * (value - mean);
            }
        }
        return new Statistics(min, max, mean, Math.sqrt(squares / finite), values.length - finite);
    }

    /** {@code -1.2 to 3.4}. */
    public String range() {
        return Numbers.value(min) + " to " + Numbers.value(max);
    }

    /** {@code min -1.2  max 3.4  mean 0.1  deviation 0.9}. */
    String describe() {
        if (Double.isNaN(mean)) {
            return Numbers.count(nonFinite)
                    + (nonFinite == 1 ? " value, which is not finite" : " values, none of them finite");
        }
        return "min " + Numbers.value(min) + "  max " + Numbers.value(max) + "  mean " + Numbers.value(mean)
                + "  deviation " + Numbers.value(deviation)
                + (nonFinite == 0 ? "" : "  and " + Numbers.count(nonFinite) + " values that are not finite");
    }
}
