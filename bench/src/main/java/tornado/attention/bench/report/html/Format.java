package tornado.attention.bench.report.html;

import java.util.Locale;

/** Numbers as people read them, the same on every machine. */
public final class Format {
    private static final String[] UNITS = {"", " k", " M", " G", " T"};

    private Format() {}

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
        if (size < 1e-4 || size >= 1e6) {
            return String.format(Locale.ROOT, "%.2e", value);
        }
        int digits = Math.clamp(2 - (int) Math.floor(Math.log10(size)), 0, 7);
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** A tick of an axis: {@code 0.01}, {@code 1}, {@code 2 k}. */
    static String tick(double value) {
        if (value == 0) {
            return "0";
        }
        if (Math.abs(value) < 1e-3) {
            return String.format(Locale.ROOT, "%.0e", value).replace("e-0", "e-");
        }
        int unit = 0;
        double scaled = value;
        while (Math.abs(scaled) >= 1000 && unit < UNITS.length - 1) {
            scaled /= 1000;
            unit++;
        }
        var text =
                String.format(Locale.ROOT, "%.4f", scaled).replaceAll("0+$", "").replaceAll("\\.$", "");
        return text + UNITS[unit];
    }

    /** {@code 1,234,567}. */
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** {@code 12.9 M}, decimal. */
    public static String scaled(long value) {
        double scaled = value;
        int unit = 0;
        while (Math.abs(scaled) >= 1000 && unit < UNITS.length - 1) {
            scaled /= 1000;
            unit++;
        }
        return unit == 0 ? Long.toString(value) : String.format(Locale.ROOT, "%.1f%s", scaled, UNITS[unit]);
    }

    /** An error: {@code 3.2e-07}. */
    static String error(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1e", value) : "not a number";
    }

    /** {@code 12 %}. */
    static String percent(double fraction) {
        return Double.isFinite(fraction) ? significant(100 * fraction) + " %" : "n/a";
    }

    /** A coordinate of an SVG. */
    static String coordinate(double value) {
        return String.format(Locale.ROOT, "%.1f", value).replaceAll("\\.0$", "");
    }
}
