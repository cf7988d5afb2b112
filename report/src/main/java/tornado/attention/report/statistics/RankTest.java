package tornado.attention.report.statistics;

import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * Mann-Whitney rank test, two-sided: how likely two groups differ as much in rank if both come from one distribution.
 * It assumes nothing of the distribution, as suits timings with their long tails.
 */
public final class RankTest {
    private RankTest() {}

    /**
     * The p-value: counted out where both groups are small and no two values are equal, else the normal approximation.
     *
     * @return 1 where a group is empty or all values are equal: there is no evidence
     */
    public static double pValue(double[] first, double[] second) {
        if (first.length == 0 || second.length == 0) {
            return 1;
        }
        double p = MannWhitneyUTest.withDefaults().test(first, second).getPValue();
        return Double.isNaN(p) ? 1 : p;
    }
}
