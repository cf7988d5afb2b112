package tornado.attention.report.internal.text;

import java.util.Locale;

/** Numbers for people, the same on every machine: the only place where they are written. */
public final class Numbers {
    private static final String[] BYTES = {" B", " KB", " MB", " GB", " TB"};
    private static final String[] DECIMAL = {"", " k", " M", " G", " T"};
    private static final int STEP = 1000;

    private Numbers() {}

    /** {@code 1,234,567}. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** {@code 12.9 MB}, decimal units. */
    public static String bytes(long value) {
        return scaled(value, BYTES);
    }

    /** {@code 12.9 M}, decimal. */
    public static String scaled(long value) {
        return scaled(value, DECIMAL);
    }

    private static String scaled(long value, String[] units) {
        double scaled = value;
        int unit = 0;
        while (Math.abs(scaled) >= STEP && unit < units.length - 1) {
            scaled /= STEP;
            unit++;
        }
        return (unit == 0 ? Long.toString(value) : fixed(scaled, 1)) + units[unit];
    }

    /** So many digits after the point: {@code 87.31}. */
    public static String fixed(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** A share as {@code 87.31 %}. */
    public static String percent(double fraction, int digits) {
        return fixed(100 * fraction, digits) + " %";
    }

    /** Three significant digits of a share, as {@code 12.0 %}. */
    public static String percent(double fraction) {
        return Double.isFinite(fraction) ? significant(100 * fraction) + " %" : "n/a";
    }

    /** An error: {@code 3.2e-07}. */
    public static String error(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1e", value) : "not a number";
    }

    /** Milliseconds with three significant digits: {@code 0.0123 ms}, {@code 45.6 ms}. */
    public static String millis(long nanos) {
        double ms = nanos / 1e6;
        return fixed(ms, ms <= 0 ? 0 : decimals(ms, 6)) + " ms";
    }

    /** Four significant digits, with {@code NaN} and {@code Infinity} as they are. */
    public static String value(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    /**
     * Three significant digits, without an exponent between 0.0001 and a million; {@code n/a} for what is no number.
     */
    public static String significant(double value) {
        if (!Double.isFinite(value)) {
            return "n/a";
        }
        if (value == 0) {
            return "0";
        }
        double size = Math.abs(value);
        return size < 1e-4 || size >= 1e6 ? String.format(Locale.ROOT, "%.2e", value) : fixed(value, decimals(size, 7));
    }

    /** The same without zeros at its end: {@code 0.5}, {@code 1e6}. */
    public static String shortest(double value) {
        var text = significant(value);
        return text.contains("e") ? text.replaceAll("\\.?0*e([+-])0*", "e$1").replace("e+", "e") : withoutZeros(text);
    }

    /** A tick of an axis: {@code 0.01}, {@code 1}, {@code 2 k}. */
    public static String tick(double value) {
        if (value == 0) {
            return "0";
        }
        if (Math.abs(value) < 1e-3) {
            return String.format(Locale.ROOT, "%.0e", value).replace("e-0", "e-");
        }
        int unit = 0;
        double scaled = value;
        while (Math.abs(scaled) >= STEP && unit < DECIMAL.length - 1) {
            scaled /= STEP;
            unit++;
        }
        return withoutZeros(fixed(scaled, 4)) + DECIMAL[unit];
    }

    private static String withoutZeros(String text) {
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }

    /** Digits after the point that make three significant ones. */
    private static int decimals(double size, int most) {
        return Math.clamp(2 - (int) Math.floor(Math.log10(size)), 0, most);
    }
}
