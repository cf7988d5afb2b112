package tornado.attention.report.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void theNearestNameNeedsFewChanges() {
        var names = List.of("SEAttention", "SKAttention", "ECA", "GlobalContext");
        assertThat(Nearest.of("seatention", names)).contains("SEAttention");
        assertThat(Nearest.of("GlobalContxet", names)).contains("GlobalContext");
        assertThat(Nearest.of("global", names)).contains("GlobalContext");
        assertThat(Nearest.of("Transformer", names)).isEmpty();
        assertThat(Nearest.of("x", List.of())).isEmpty();
    }

    @Test
    void distanceCountsASwapOnce() {
        assertThat(Nearest.distance("abcd", "abdc")).isEqualTo(1);
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    }

    @Test
    void numbersReadTheSameEverywhere() {
        assertThat(Numbers.count(1234567)).isEqualTo("1,234,567");
        assertThat(Numbers.bytes(999)).isEqualTo("999 B");
        assertThat(Numbers.bytes(12_900_000)).isEqualTo("12.9 MB");
        assertThat(Numbers.millis(12_345_678)).isEqualTo("12.3 ms");
        assertThat(Numbers.millis(1_234)).isEqualTo("0.00123 ms");
        assertThat(Numbers.millis(0)).isEqualTo("0 ms");
        assertThat(Numbers.percent(0.87314, 2)).isEqualTo("87.31 %");
        assertThat(Numbers.percent(0.12)).isEqualTo("12.0 %");
        assertThat(Numbers.error(3.21e-7)).isEqualTo("3.2e-07");
        assertThat(Numbers.significant(1.23456e6)).isEqualTo("1.23e+06");
        assertThat(Numbers.significant(Double.NaN)).isEqualTo("n/a");
        assertThat(Numbers.shortest(0.5)).isEqualTo("0.5");
        assertThat(Numbers.shortest(2.5e-7)).isEqualTo("2.5e-7");
        assertThat(Numbers.tick(2000)).isEqualTo("2 k");
    }

    @Test
    void columnsOfATableAreAligned() {
        var table = new TextTable("name", ">n").row("a", "1").row("longer", "100");
        assertThat(table.lines()).containsExactly("name      n", "a         1", "longer  100");
    }
}
