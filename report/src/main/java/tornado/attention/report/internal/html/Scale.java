package tornado.attention.report.internal.html;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * From values to coordinates, linear or logarithmic.
 *
 * @param logarithmic whether equal ratios are equal lengths
 * @param low value at {@code from}
 * @param high value at {@code to}
 * @param from coordinate of the lower end
 * @param to coordinate of the upper end
 */
record Scale(boolean logarithmic, double low, double high, double from, double to) {
    private static final double[] STEPS = {1, 2, 5, 10};

    /** A logarithmic scale around positive values, with a little room, at least a factor of ten wide. */
    static Scale log(double[] values, double from, double to) {
        return log(values, from, to, 10);
    }

    /** The same, at least so wide. */
    static Scale log(double[] values, double from, double to, double least) {
        double low = Double.MAX_VALUE;
        double high = 0;
        for (double value : values) {
            if (value > 0 && Double.isFinite(value)) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
        }
        if (high == 0) {
            low = 1;
            high = 10;
        }
        double room = least < 10 ? 1.12 : 1.3;
        low /= room;
        high *= room;
        double widen = Math.sqrt(Math.max(1, least / (high / low)));
        return new Scale(true, low / widen, high * widen, from, to);
    }

    /** A linear scale from 0. */
    static Scale linear(double highest, double from, double to) {
        return new Scale(false, 0, highest > 0 ? highest * 1.05 : 1, from, to);
    }

    /** A linear scale around values, with a little room. */
    static Scale around(double[] values, double from, double to) {
        double low = Arrays.stream(values).filter(Double::isFinite).min().orElse(0);
        double high = Arrays.stream(values).filter(Double::isFinite).max().orElse(1);
        double room = high > low ? 0.06 * (high - low) : Math.max(Math.abs(high), 1) / 2;
        return new Scale(false, low - room, high + room, from, to);
    }

    /** The coordinate; a value beyond an end lies at the end. */
    double at(double value) {
        double share = logarithmic
                ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
                : (value - low) / (high - low);
        return from + Math.clamp(share, 0, 1) * (to - from);
    }

    /**
     * Values for ticks: powers of ten, with 2 and 5 between them where there is room; round steps on a linear scale.
     */
    List<Double> ticks() {
        return logarithmic ? logTicks() : linearTicks();
    }

    private List<Double> logTicks() {
        double decades = Math.log10(high / low);
        int every = (int) Math.ceil(decades / 7);
        double[] factors =
                decades <= 1.6 ? new double[] {1, 2, 5} : decades <= 2.6 ? new double[] {1, 3} : new double[] {1};
        var ticks = new ArrayList<Double>();
        for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
            if (Math.floorMod(power, every) != 0) {
                continue;
            }
            for (double factor : factors) {
                double tick = factor * Math.pow(10, power);
                if (tick >= low && tick <= high) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    private List<Double> linearTicks() {
        double rough = (high - low) / 5;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = 10 * power;
        for (double candidate : STEPS) {
            if (candidate * power >= rough) {
                step = candidate * power;
                break;
            }
        }
        var ticks = new ArrayList<Double>();
        for (long i = (long) Math.ceil(low / step); i * step <= high; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }
}
