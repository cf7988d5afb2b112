package tornado.attention.bench.text;

import java.util.Locale;

/** Numbers for people, the same on every machine. */
public final class Numbers {
    private static final String[] BYTES = {"B", "KB", "MB", "GB", "TB"};

    private Numbers() {}

    /** {@code 1,234,567}. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** {@code 12.9 MB}, decimal units. */
    public static String bytes(long value) {
        double scaled = value;
        int unit = 0;
        while (Math.abs(scaled) >= 1000 && unit < BYTES.length - 1) {
            scaled /= 1000;
            unit++;
        }
        return unit == 0 ? value + " B" : String.format(Locale.ROOT, "%.1f %s", scaled, BYTES[unit]);
    }

    /** {@code 3.2e-07}. */
    public static String error(double value) {
        return String.format(Locale.ROOT, "%.1e", value);
    }

    /** Milliseconds with three significant digits: {@code 0.0123 ms}, {@code 45.6 ms}. */
    public static String millis(long nanos) {
        double ms = nanos / 1e6;
        int digits = ms <= 0 ? 0 : Math.clamp(2 - (int) Math.floor(Math.log10(ms)), 0, 6);
        return String.format(Locale.ROOT, "%." + digits + "f ms", ms);
    }

    /** Four significant digits. */
    public static String value(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
