package tornado.attention.report.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class StudentIntervalTest {
    @Test
    void isAsWideAsTheTableOfTheDistributionSays() {
        // t(0.975, 2) = 4.30265, standard deviation 1, so half of it is 4.30265 / sqrt(3).
        var interval = StudentInterval.of(List.of(1.0, 2.0, 3.0));
        assertThat(interval.mean()).isEqualTo(2);
        assertThat(interval.half()).isCloseTo(2.48414, within(1e-5));
        assertThat(interval.excludesZero()).isFalse();
        assertThat(StudentInterval.of(List.of(5.0, 5.5, 6.0)).excludesZero()).isTrue();
    }

    @Test
    void ofOneNumberThereIsNone() {
        assertThat(StudentInterval.of(List.of(0.5)).half()).isNaN();
        assertThatThrownBy(() -> StudentInterval.of(List.of())).hasMessageContaining("no numbers");
    }
}
