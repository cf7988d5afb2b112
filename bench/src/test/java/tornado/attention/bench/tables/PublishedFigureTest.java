package tornado.attention.bench.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PublishedFigureTest {
    private static PublishedFigure figure(String digits, Unit unit) {
        return new PublishedFigure(digits, unit, Source.ECA);
    }

    @Test
    void theUnitDecides() {
        long resNet50 = 25_557_032;
        assertThat(figure("24.37", Unit.MI).verdict(resNet50)).isEqualTo(Agreement.EXACT);
        assertThat(figure("25.56", Unit.M).verdict(resNet50)).isEqualTo(Agreement.EXACT);
        assertThat(figure("24.37", Unit.M).verdict(resNet50)).isEqualTo(Agreement.DIFFERS);
    }

    @Test
    void halvesAreRoundedUp() {
        assertThat(figure("0.2", Unit.K).verdict(149)).isEqualTo(Agreement.LAST_DIGIT);
        assertThat(figure("0.2", Unit.K).verdict(150)).isEqualTo(Agreement.EXACT);
        assertThat(figure("0.2", Unit.K).verdict(249)).isEqualTo(Agreement.EXACT);
        assertThat(figure("0.2", Unit.K).verdict(250)).isEqualTo(Agreement.LAST_DIGIT);
        assertThat(figure("0.2", Unit.K).verdict(350)).isEqualTo(Agreement.DIFFERS);
        assertThat(figure("80", Unit.ONE).verdict(81)).isEqualTo(Agreement.LAST_DIGIT);
    }

    @Test
    void countsGetOneDecimalMore() {
        assertThat(figure("24.37", Unit.MI).text()).isEqualTo("24.37 Mi");
        assertThat(figure("24.37", Unit.MI).text(25_557_032)).isEqualTo("24.373 Mi");
        assertThat(figure("80", Unit.ONE).text(80)).isEqualTo("80");
        assertThat(figure("3.86", Unit.G).text(3_857_973_248L)).isEqualTo("3.858 G");
    }

    @Test
    void onlyNumbersAreFigures() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> figure("24,37", Unit.M))
                .withMessageContaining("'24,37'");
    }
}
