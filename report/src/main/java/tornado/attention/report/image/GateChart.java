package tornado.attention.report.image;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import tornado.attention.report.image.PixelMap.Range;
import tornado.attention.report.image.Typography.Align;
import tornado.attention.report.image.Typography.Style;
import tornado.attention.report.internal.text.Numbers;

/**
 * Draws a channel gate as bars: above in the order of the channels, below sorted from the largest. Bars have the
 * colours of their values; a dashed line shows the mean. Where there are more channels than pixels, a column shows the
 * smallest and largest of its channels.
 */
public final class GateChart {
    private static final int WIDTH = 960;
    private static final int PLOT = 210;
    private static final int GAP = 84;
    private static final int LEFT = 64;
    private static final int WIDEST = 64;
    private static final Color MEAN = new Color(0xc2410c);

    private GateChart() {}

    /**
     * Draws.
     *
     * @param gate the gate of one image, one value a channel, at least one; values that are not finite have no bar
     * @param title head of the picture, such as the module's name
     * @return the picture
     * @throws IllegalArgumentException if there is no channel
     */
    public static BufferedImage draw(float[] gate, String title) {
        return draw(gate, title, Typography.find());
    }

    static BufferedImage draw(float[] gate, String title, Typography type) {
        if (gate.length == 0) {
            throw new IllegalArgumentException("There is no gate to draw; give at least one channel.");
        }
        var range = Range.of(gate);
        var ticks = Ticks.covering(Math.min(0, range.low()), range.high() > 0 ? range.high() : 0);
        double mean = mean(gate);
        int top = Figure.MARGIN + Figure.HEAD + 20;
        try (var figure = new Figure(WIDTH, top + 2 * PLOT + GAP + 56, type)) {
            String channels = gate.length == 1 ? "1 channel" : gate.length + " channels";
            figure.head(
                    title,
                    "channel gate: " + channels + ", " + Typography.number(range.low()) + " to "
                            + Typography.number(range.high()));
            plot(figure, gate, ticks, range, mean, top, "by channel", "channel");
            plot(figure, sorted(gate), ticks, range, mean, top + PLOT + GAP, "sorted, largest first", "rank");
            return figure.image();
        }
    }

    private static void plot(
            Figure figure, float[] gate, Ticks ticks, Range range, double mean, int top, String name, String axis) {
        int right = WIDTH - Figure.MARGIN;
        int bottom = top + PLOT;
        figure.text(name, Style.BODY, Figure.INK, Align.LEFT, LEFT, top - 10);
        figure.text("gate", Style.SMALL, Figure.SOFT, Align.RIGHT, LEFT - 10, top - 10);
        if (figure.type.hasText()) {
            String key = "mean " + Typography.number(mean);
            double left = right - figure.type.width(key, Style.SMALL) - 8;
            figure.text(key, Style.SMALL, MEAN, Align.RIGHT, right, top - 10);
            dashed(figure, left - 26, left, top - 14);
        }
        for (int i = 0; i < ticks.count(); i++) {
            double y = bottom - ticks.position(ticks.value(i)) * PLOT;
            figure.line(Figure.LINE, 1, LEFT, y, right, y);
            figure.text(ticks.text(i), Style.SMALL, Figure.SOFT, Align.RIGHT, LEFT - 10, y + 4);
        }
        bars(figure, gate, ticks, range, right, bottom);
        double zero = bottom - ticks.position(0) * PLOT;
        figure.line(Figure.SOFT, 1, LEFT, zero, right, zero);
        dashed(figure, LEFT, right, bottom - ticks.position(mean) * PLOT);
        channelAxis(figure, gate.length, right, bottom, axis);
    }

    private static void bars(Figure figure, float[] gate, Ticks ticks, Range range, int right, int bottom) {
        double step = (double) (right - LEFT) / gate.length;
        if (step >= 1) {
            double gap = step >= 4 ? Math.max(Math.min(0.2 * step, 6), step - WIDEST) : 0;
            for (int c = 0; c < gate.length; c++) {
                bar(figure, gate[c], 0, ticks, range, bottom, LEFT + c * step + gap / 2, step - gap);
            }
        } else {
            for (int x = LEFT; x < right; x++) {
                int from = (int) ((long) (x - LEFT) * gate.length / (right - LEFT));
                int to = (int) ((long) (x + 1 - LEFT) * gate.length / (right - LEFT));
                var column = Range.of(Arrays.copyOfRange(gate, from, to));
                bar(figure, column.high(), 0, ticks, range, bottom, x, 1);
                bar(figure, column.low(), 0, ticks, range, bottom, x, 1);
            }
        }
    }

    private static void bar(
            Figure figure, float value, double from, Ticks ticks, Range range, int bottom, double x, double width) {
        if (Float.isFinite(value)) {
            double end = bottom - ticks.position(value) * PLOT;
            double start = bottom - ticks.position(from) * PLOT;
            // The lightest yellows do not stand out from white paper: bars stop before them.
            var colour = ColourMap.standard().colour(0.88 * range.position(value));
            figure.fill(colour, x, Math.min(start, end), width, Math.abs(end - start));
        }
    }

    private static void dashed(Figure figure, double from, double to, double y) {
        figure.graphics.setColor(MEAN);
        figure.graphics.setStroke(
                new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {6, 4}, 0));
        figure.graphics.draw(new Line2D.Double(from, y, to, y));
    }

    private static void channelAxis(Figure figure, int channels, int right, int bottom, String name) {
        double step = (double) (right - LEFT) / channels;
        int every = (int) Math.max(1, Ticks.niceStep(channels / 12.0));
        for (int c = 0; c < channels; c += every) {
            double x = LEFT + (c + 0.5) * step;
            figure.line(Figure.SOFT, 1, x, bottom + 1, x, bottom + 5);
            figure.text(String.valueOf(c), Style.SMALL, Figure.SOFT, Align.CENTRE, x, bottom + 19);
        }
        figure.text(name, Style.BODY, Figure.SOFT, Align.CENTRE, (LEFT + right) / 2.0, bottom + 40);
    }

    private static double mean(float[] gate) {
        double sum = 0;
        int count = 0;
        for (float value : gate) {
            if (Float.isFinite(value)) {
                sum += value;
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    /** From the largest to the smallest; values that are not finite at the end. */
    private static float[] sorted(float[] gate) {
        var ascending = new float[gate.length];
        int count = 0;
        for (float value : gate) {
            if (Float.isFinite(value)) {
                ascending[count++] = value;
            }
        }
        Arrays.sort(ascending, 0, count);
        var descending = new float[gate.length];
        Arrays.fill(descending, Float.NaN);
        for (int i = 0; i < count; i++) {
            descending[i] = ascending[count - 1 - i];
        }
        return descending;
    }

    /** Round numbers along an axis, from one at or below the data to one at or above. */
    record Ticks(double step, long first, long last) {
        static Ticks covering(double low, double high) {
            double span = high > low ? high - low : 1;
            double step = niceStep(span / 5);
            // A little less than the step, so that 1.0000001 does not ask for another line.
            long first = (long) Math.floor(low / step + 1e-4);
            long last = (long) Math.ceil(high / step - 1e-4);
            return new Ticks(step, first, Math.max(last, first + 1));
        }

        /** The next number of 1, 2 or 5 times a power of ten. */
        static double niceStep(double least) {
            double power = Math.pow(10, Math.floor(Math.log10(least)));
            double lead = least / power;
            return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
        }

        int count() {
            return (int) (last - first) + 1;
        }

        double value(int index) {
            return (first + index) * step;
        }

        /** 0 at the lowest tick, 1 at the highest. */
        double position(double value) {
            return (value / step - first) / (last - first);
        }

        String text(int index) {
            int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
            String text = decimals > 5 || step >= 1e5
                    ? Typography.number(value(index))
                    : Numbers.fixed(value(index), decimals);
            return text.replace('-', '\u2212');
        }
    }
}
