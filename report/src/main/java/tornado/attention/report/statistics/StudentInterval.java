package tornado.attention.report.statistics;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The mean of a few numbers, such as one a seed, with its 95 % interval after Student.
 *
 * @param mean of all
 * @param low lower end; NaN of fewer than two numbers
 * @param high upper end; NaN of fewer than two numbers
 * @param count how many
 */
public record StudentInterval(double mean, double low, double high, int count) {
    private static final double UPPER = 0.975;

    /** Of these numbers, at least one. */
    public static StudentInterval of(List<Double> numbers) {
        if (numbers.isEmpty()) {
            throw new IllegalArgumentException("There is no mean of no numbers.");
        }
        var values = numbers.stream().mapToDouble(Double::doubleValue).toArray();
        int n = values.length;
        double mean = Arrays.stream(values).average().orElseThrow();
        if (n == 1) {
            return new StudentInterval(mean, Double.NaN, Double.NaN, n);
        }
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        double half = TDistribution.of(n - 1).inverseCumulativeProbability(UPPER) * Math.sqrt(squares / (n - 1) / n);
        return new StudentInterval(mean, mean - half, mean + half, n);
    }

    /** Half its width; NaN where there is none. */
    public double half() {
        return (high - low) / 2;
    }

    /** Whether it leaves out 0. */
    public boolean excludesZero() {
        return low > 0 || high < 0;
    }
}
