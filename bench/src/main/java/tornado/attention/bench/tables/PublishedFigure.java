package tornado.attention.bench.tables;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * A number as it was published.
 *
 * @param digits as printed, such as {@code 24.37}
 * @param unit what the printed number has to be multiplied with
 * @param source who published it
 */
record PublishedFigure(String digits, Unit unit, Source source) {
    /** Checks that the digits are a number. */
    PublishedFigure {
        if (!digits.matches("\\d+(\\.\\d+)?")) {
            throw new IllegalArgumentException("'" + digits + "' is not a published number; write digits and a point.");
        }
    }

    /** Whether a count is this number when it is rounded as the number was. */
    Agreement verdict(long count) {
        var printed = new BigDecimal(digits);
        var difference = inUnit(count).subtract(printed).unscaledValue().abs().longValueExact();
        return difference == 0 ? Agreement.EXACT : difference == 1 ? Agreement.LAST_DIGIT : Agreement.DIFFERS;
    }

    /** A count in this figure's unit with as many decimals. */
    BigDecimal inUnit(long count) {
        return rounded(count, new BigDecimal(digits).scale());
    }

    /** A count in this figure's unit with this many decimals. */
    BigDecimal rounded(long count, int decimals) {
        return BigDecimal.valueOf(count)
                .divide(unit.size(), MathContext.DECIMAL128)
                .setScale(decimals, RoundingMode.HALF_UP);
    }

    /** {@code 24.37 Mi}. */
    String text() {
        return withUnit(digits);
    }

    /** A count in this figure's unit, such as {@code 24.373 Mi}: one decimal more than was printed, whole pieces as they are. */
    String text(long count) {
        return withUnit(rounded(count, unit == Unit.ONE ? 0 : new BigDecimal(digits).scale() + 1)
                .toPlainString());
    }

    private String withUnit(String number) {
        return unit == Unit.ONE ? number : number + " " + unit.symbol();
    }
}
