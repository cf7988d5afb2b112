package tornado.attention.report.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds where a series of timings becomes steady, by its change points: the series is split where the ranks before and
 * behind differ most, again and again while the difference is significant; what counts as steady is the last segment
 * and those before it whose median is the same but for {@value #TOLERANCE}. A fixed number of warm-up runs would be too
 * few for one kernel and a waste for another.
 */
public final class SteadyState {
    /**
     * Segments whose medians differ by less, relative to the last one, count as one: below what other programs disturb.
     */
    static final double TOLERANCE = 0.04;

    /** Fewer values show no trend. */
    private static final int SHORTEST = 4;

    private SteadyState() {}

    /**
     * Critical value of the rank statistic's maximum over all splits, at about 1 %: fitted to a simulation of random
     * orders of 8 to 1,000 values.
     */
    private static double critical(int n) {
        return 3.6 - 10.4 / n;
    }

    /** The change points: indices at which a new segment begins, ascending. */
    public static int[] changePoints(double[] series) {
        var found = new ArrayList<Integer>();
        split(series, 0, series.length, found);
        return found.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    private static void split(double[] series, int from, int to, List<Integer> found) {
        int n = to - from;
        if (n < 2 * SHORTEST) {
            return;
        }
        var ranks = ranks(Arrays.copyOfRange(series, from, to));
        double best = 0;
        int at = -1;
        double sum = 0;
        for (int k = 1; k < n; k++) {
            sum += ranks[k - 1];
            if (k < SHORTEST || n - k < SHORTEST) {
                continue;
            }
            double deviation = Math.abs(sum - k * (n + 1) / 2.0);
            double statistic = deviation / Math.sqrt(k * (double) (n - k) * (n + 1) / 12);
            if (statistic > best) {
                best = statistic;
                at = k;
            }
        }
        if (best > critical(n)) {
            found.add(from + at);
            split(series, from, from + at, found);
            split(series, from + at, to, found);
        }
    }

    /** Ranks from 1, ties sharing theirs. */
    private static double[] ranks(double[] values) {
        var order = new Integer[values.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(values[a], values[b]));
        var ranks = new double[values.length];
        for (int i = 0; i < order.length; ) {
            int j = i;
            while (j < order.length && values[order[j]] == values[order[i]]) {
                j++;
            }
            for (int k = i; k < j; k++) {
                ranks[order[k]] = (i + 1 + j) / 2.0;
            }
            i = j;
        }
        return ranks;
    }

    /** Index of the first steady value; 0 for a series that is steady from the start or too short to say. */
    public static int start(double[] series) {
        var points = changePoints(series);
        int end = series.length;
        int start = points.length == 0 ? 0 : points[points.length - 1];
        double last = Quantiles.median(Arrays.copyOfRange(series, start, end));
        for (int i = points.length - 2; i >= -1; i--) {
            int from = i < 0 ? 0 : points[i];
            double median = Quantiles.median(Arrays.copyOfRange(series, from, start));
            if (start == 0 || Math.abs(median - last) > TOLERANCE * last) {
                break;
            }
            start = from;
        }
        return start;
    }

    /**
     * Whether a warm-up may end: the last values are steady, and there are enough of them to see it.
     *
     * @param series one value a slice of the warm-up, such as its median
     * @param needed how many steady values are asked for, at least {@code 4}
     */
    public static boolean reached(double[] series, int needed) {
        int wanted = Math.max(SHORTEST, needed);
        if (series.length < wanted) {
            return false;
        }
        if (series.length - start(series) < wanted) {
            return false;
        }
        // Change points need many values to see a slow descent: compare the halves of the last ones as well.
        var tail = Arrays.copyOfRange(series, series.length - wanted, series.length);
        double before = Quantiles.median(Arrays.copyOfRange(tail, 0, wanted / 2));
        double behind = Quantiles.median(Arrays.copyOfRange(tail, wanted - wanted / 2, wanted));
        return Math.abs(before - behind) <= TOLERANCE * behind;
    }
}
