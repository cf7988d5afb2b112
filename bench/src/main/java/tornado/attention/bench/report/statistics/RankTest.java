package tornado.attention.bench.report.statistics;

import java.util.Arrays;

/**
 * Mann-Whitney rank test, two-sided: how likely two groups differ as much in rank if both come from one distribution.
 * It assumes nothing of the distribution, as suits timings with their long tails.
 */
public final class RankTest {
    /**
     * Up to this many values the distribution is counted out; beyond, the normal approximation is good to three digits.
     */
    private static final int EXACT = 20;

    private RankTest() {}

    /**
     * The p-value.
     *
     * @return 1 where a group is empty: there is no evidence
     */
    public static double pValue(double[] first, double[] second) {
        int n = first.length;
        int m = second.length;
        if (n == 0 || m == 0) {
            return 1;
        }
        double u = 0;
        for (double a : first) {
            for (double b : second) {
                u += a > b ? 1 : a == b ? 0.5 : 0;
            }
        }
        boolean ties = hasTies(first, second);
        return !ties && n <= EXACT && m <= EXACT ? exact(n, m, u) : normal(first, second, u);
    }

    private static boolean hasTies(double[] first, double[] second) {
        var all = joined(first, second);
        return Arrays.stream(all).distinct().count() < all.length;
    }

    private static double[] joined(double[] first, double[] second) {
        var all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    /** Counts the arrangements of both groups by their U: the number of partitions of u into n parts of at most m. */
    private static double exact(int n, int m, double u) {
        var ways = new double[n * m + 1];
        ways[0] = 1;
        // Gaussian binomial coefficient: the product of (1 - q^(m+i)) / (1 - q^i).
        for (int i = 1; i <= n; i++) {
            for (int q = n * m; q >= m + i; q--) {
                ways[q] -= ways[q - m - i];
            }
            for (int q = i; q <= n * m; q++) {
                ways[q] += ways[q - i];
            }
        }
        double all = Arrays.stream(ways).sum();
        int smaller = (int) Math.min(u, n * m - u);
        double tail = Arrays.stream(ways, 0, smaller + 1).sum();
        return Math.min(1, 2 * tail / all);
    }

    private static double normal(double[] first, double[] second, double u) {
        double n = first.length;
        double m = second.length;
        double total = n + m;
        var all = joined(first, second);
        Arrays.sort(all);
        double ties = 0;
        for (int i = 0; i < all.length; ) {
            int j = i;
            while (j < all.length && all[j] == all[i]) {
                j++;
            }
            double t = j - i;
            ties += t * t * t - t;
            i = j;
        }
        double variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)));
        if (variance <= 0) {
            return 1; // all values are equal
        }
        double z = Math.max(0, Math.abs(u - n * m / 2) - 0.5) / Math.sqrt(variance);
        return Math.min(1, 2 * upperTail(z));
    }

    /** Upper tail of the normal distribution (Abramowitz and Stegun 7.1.26: absolute error under 1.5e-7). */
    private static double upperTail(double z) {
        double x = z / Math.sqrt(2);
        double t = 1 / (1 + 0.3275911 * x);
        double polynomial =
                t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        return 0.5 * polynomial * Math.exp(-x * x);
    }
}
