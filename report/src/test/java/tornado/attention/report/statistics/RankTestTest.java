package tornado.attention.report.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RankTestTest {
    @Test
    void countsSmallGroupsExactly() {
        // All of 4 before all of 4: 2 of 70 arrangements.
        assertThat(RankTest.pValue(new double[] {1, 2, 3, 4}, new double[] {5, 6, 7, 8}))
                .isCloseTo(2.0 / 70, within(1e-12));
        // 3 and 3, apart: 2 of 20.
        assertThat(RankTest.pValue(new double[] {1, 2, 3}, new double[] {4, 5, 6}))
                .isCloseTo(0.1, within(1e-12));
        // One exchange more: U = 1, so 2 (1 + 1) of 20.
        assertThat(RankTest.pValue(new double[] {1, 2, 4}, new double[] {3, 5, 6}))
                .isCloseTo(0.2, within(1e-12));
    }

    @Test
    void agreesWithItsApproximationWhereBothApply() {
        var random = new SplittableRandom(5);
        var a = random.doubles(20).toArray();
        var b = random.doubles(20).map(v -> v + 0.25).toArray();
        double exact = RankTest.pValue(a, b);
        // A 21st value makes it use the normal approximation; one in the middle of both moves little.
        var longer = Arrays.copyOf(a, 21);
        longer[20] = 0.6;
        assertThat(RankTest.pValue(longer, b)).isCloseTo(exact, within(0.02));
    }

    @Test
    void doesNotDependOnTheOrderOfTheGroups() {
        double[] a = {3, 1, 2, 2};
        double[] b = {2, 5, 4, 9, 7};
        assertThat(RankTest.pValue(a, b)).isCloseTo(RankTest.pValue(b, a), within(1e-12));
    }

    @Test
    void findsNothingInEqualOrEmptyGroups() {
        assertThat(RankTest.pValue(new double[] {1, 1, 1}, new double[] {1, 1, 1}))
                .isEqualTo(1);
        assertThat(RankTest.pValue(new double[0], new double[] {1})).isEqualTo(1);
    }
}
