package tornado.attention.report.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryTest {
    @Test
    void summarisesAllForks() {
        var summary = Summary.of(List.of(List.of(new double[] {1, 2}, new double[] {3}), List.of(new double[] {4, 5})));
        assertThat(summary.runs()).isEqualTo(5);
        assertThat(summary.forks()).isEqualTo(2);
        assertThat(summary.median()).isEqualTo(3);
        assertThat(summary.min()).isEqualTo(1);
        assertThat(summary.mean()).isEqualTo(3);
        assertThat(summary.p95()).isCloseTo(4.8, within(1e-12));
        assertThat(summary.interval().contains(3)).isTrue();
    }

    @Test
    void callsASpreadOfMoreThanATenthUnstable() {
        assertThat(Summary.of(List.of(List.of(new double[] {100, 101, 102, 103, 104})))
                        .stable())
                .isTrue();
        assertThat(Summary.of(List.of(List.of(new double[] {100, 110, 120, 130, 140})))
                        .stable())
                .isFalse();
    }

    @Test
    void refusesNothing() {
        assertThatThrownBy(() -> Summary.of(List.of(List.of()))).hasMessageContaining("nothing to summarise");
    }

    @Test
    void geometricMeanIsGivenForCompleteSetsOnly() {
        assertThat(GeometricMean.of(Map.of("a", 2.0, "b", 8.0)).value()).hasValueCloseTo(4.0, within(1e-12));
        var holey = new LinkedHashMap<String, Double>();
        holey.put("a", 2.0);
        holey.put("b", null);
        holey.put("c", Double.NaN);
        var mean = GeometricMean.of(holey);
        assertThat(mean.value()).isEmpty();
        assertThat(mean.count()).isEqualTo(1);
        assertThat(mean.missing()).containsExactly("b", "c");
        assertThat(GeometricMean.of(Map.of()).value()).isEmpty();
    }
}
