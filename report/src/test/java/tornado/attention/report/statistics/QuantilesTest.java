package tornado.attention.report.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class QuantilesTest {
    @Test
    void interpolatesBetweenOrderStatisticsAsNumPyDoes() {
        double[] values = {9, 1, 4, 2};
        assertThat(Quantiles.median(values)).isEqualTo(3);
        assertThat(Quantiles.quantile(values, 0)).isEqualTo(1);
        assertThat(Quantiles.quantile(values, 1)).isEqualTo(9);
        // numpy.quantile([9, 1, 4, 2], 0.95)
        assertThat(Quantiles.quantile(values, 0.95)).isCloseTo(8.25, within(1e-12));
    }

    @Test
    void leavesItsArgumentInOrder() {
        double[] values = {3, 1, 2};
        Quantiles.median(values);
        assertThat(values).containsExactly(3, 1, 2);
    }

    @Test
    void hasNoMedianOfNothing() {
        assertThat(Quantiles.median(new double[0])).isNaN();
        assertThat(Quantiles.median(new long[0])).isNaN();
        assertThat(Quantiles.median(5L, 7L)).isEqualTo(6);
    }

    @Test
    void refusesWhatIsNoShare() {
        assertThatThrownBy(() -> Quantiles.quantile(new double[] {1}, 1.5)).hasMessageContaining("between 0 and 1");
    }
}
