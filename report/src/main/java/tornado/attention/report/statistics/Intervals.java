package tornado.attention.report.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * 95 % intervals of times that come from one JVM or several. Within a JVM the rounds say how sure a median is, by
 * bootstrap. How JVMs differ, which compile the same code in different ways, only several of them can say: Student's t
 * over their medians, as a bootstrap of three values would never leave their range and cover the truth in three of four
 * cases. The interval spans both.
 */
public final class Intervals {
    /** Upper 2.5 % points of Student's t for 1, 2, 3 ... degrees of freedom. */
    private static final double[] STUDENT = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262};

    private static final double NORMAL = 1.959964;

    private Intervals() {}

    /**
     * Interval of the median of all runs.
     *
     * @param forks for each fork its rounds, for each round its runs
     * @return both ends NaN without runs
     */
    public static Interval median(List<List<double[]>> forks) {
        return span(Bootstrap.median(forks), student(logMedians(forks)));
    }

    /**
     * Interval of the ratio of two medians, baseline over ours. Forks of the same number took turns with each other and
     * are compared with each other.
     */
    public static Interval ratio(List<List<double[]>> baseline, List<List<double[]>> ours) {
        var above = logMedians(baseline);
        var below = logMedians(ours);
        var interval = Bootstrap.ratio(baseline, ours);
        if (above.length != below.length) {
            return interval;
        }
        var ratios = new double[above.length];
        Arrays.setAll(ratios, i -> above[i] - below[i]);
        return span(interval, student(ratios));
    }

    private static double[] logMedians(List<List<double[]>> forks) {
        var medians = new ArrayList<Double>();
        for (var fork : forks) {
            medians.add(Math.log(Quantiles.median(
                    fork.stream().flatMapToDouble(Arrays::stream).toArray())));
        }
        return medians.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** The interval of the centre of some logarithms, back on the scale of what they are of; NaN for fewer than two. */
    private static Interval student(double[] logs) {
        int freedom = logs.length - 1;
        double mean = Arrays.stream(logs).average().orElse(Double.NaN);
        double squares = Arrays.stream(logs).map(l -> (l - mean) * (l - mean)).sum();
        double reach = freedom < 1 ? Double.NaN : quantile(freedom) * Math.sqrt(squares / freedom / logs.length);
        return new Interval(Math.exp(mean - reach), Math.exp(mean + reach));
    }

    /** Beyond the table by the expansion around the normal distribution (Abramowitz and Stegun 26.7.5): right to 0.2 %. */
    private static double quantile(int freedom) {
        if (freedom <= STUDENT.length) {
            return STUDENT[freedom - 1];
        }
        double first = (Math.pow(NORMAL, 3) + NORMAL) / 4;
        double second = (5 * Math.pow(NORMAL, 5) + 16 * Math.pow(NORMAL, 3) + 3 * NORMAL) / 96;
        return NORMAL + first / freedom + second / ((double) freedom * freedom);
    }

    /** Of two intervals the range of both; of one that is none the other. */
    private static Interval span(Interval one, Interval other) {
        return Double.isNaN(other.low())
                ? one
                : new Interval(Math.min(one.low(), other.low()), Math.max(one.high(), other.high()));
    }
}
