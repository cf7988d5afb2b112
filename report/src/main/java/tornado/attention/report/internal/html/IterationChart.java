package tornado.attention.report.internal.html;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import tornado.attention.report.Row;
import tornado.attention.report.SampleSet;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.report.statistics.Quantiles;

/** The series of one case on one contender, JVM by JVM: warm-up slices, then every run of every round. */
final class IterationChart {
    private static final int HEIGHT = 150;
    private static final int LEFT = 46;
    private static final int RIGHT = Svg.WIDTH - 8;
    private static final int TOP = 8;
    private static final int BOTTOM = HEIGHT - 38;

    /** Share of the width for the warm-up. */
    private static final double WARMUP = 0.2;

    /** Between the series of two JVMs. */
    private static final double GAP = 6;

    /** Points of a round that are drawn; of more, evenly chosen ones. */
    private static final int POINTS = 400;

    private IterationChart() {}

    static String of(Row row, Palette palette) {
        var runs = row.sets().stream()
                .flatMap(set -> set.series().rounds().stream())
                .flatMapToDouble(IterationChart::millis)
                .toArray();
        int jvms = row.sets().size();
        var note = row.who() + ": " + runs.length + " runs" + (jvms == 1 ? "" : " in " + jvms + " JVMs") + ", spread "
                + Numbers.percent(row.summary().spread()) + (row.steady() ? "" : ", warm-up not steady in its time")
                + (row.summary().stable() ? "" : ", unstable") + ".";
        var svg = new Svg(HEIGHT, "Runs of " + row.info().id() + " on " + row.who(), note);
        double top = Math.max(Quantiles.quantile(runs, 0.99) * 1.1, Quantiles.median(runs) * 1.5);
        var y = Scale.linear(top, BOTTOM, TOP);
        svg.leftAxis(y, LEFT, RIGHT, "ms");
        svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "base");
        double each = (RIGHT - LEFT - (jvms - 1) * GAP) / jvms;
        for (int jvm = 0; jvm < jvms; jvm++) {
            double from = LEFT + jvm * (each + GAP);
            draw(svg, y, row.sets().get(jvm), from, from + each, palette.of(row.who()) % Palette.COLOURS);
            if (jvms > 1) {
                svg.text(from + each / 2, BOTTOM + 14, "m tick", "JVM " + (jvm + 1));
            }
        }
        if (jvms == 1) {
            double split = LEFT + WARMUP * each;
            svg.text((LEFT + split) / 2, BOTTOM + 14, "m tick", "warm-up");
            svg.text((split + RIGHT) / 2, BOTTOM + 14, "m tick", "runs, one after the other");
        }
        double median = y.at(row.medianMillis());
        svg.line(LEFT, median, RIGHT, median, "reference");
        svg.text(RIGHT, BOTTOM + 30, "e tick", "median " + Numbers.significant(row.medianMillis()) + " ms");
        return Card.of(row.info().module() + " " + row.info().shape(), note, "", svg, table(row));
    }

    /** The series of one JVM: a shaded warm-up, then the runs. */
    private static void draw(Svg svg, Scale y, SampleSet set, double from, double to, int colour) {
        double split = from + WARMUP * (to - from);
        svg.rectangle(from, TOP, split - from, BOTTOM - TOP, "warmup");
        var warmup = millis(set.series().warmup()).toArray();
        var runs = set.series().rounds().stream()
                .flatMapToDouble(IterationChart::millis)
                .toArray();
        svg.series(points(warmup, y, from + 2, split - 2), colour, "medians of the warm-up's slices");
        svg.series(points(runs, y, split + 3, to - 2), colour, "time of each run");
    }

    private static DoubleStream millis(long[] nanos) {
        return Arrays.stream(nanos).mapToDouble(v -> v / 1e6);
    }

    private static double[] points(double[] values, Scale y, double from, double to) {
        int n = Math.min(values.length, POINTS);
        var points = new double[2 * n];
        for (int i = 0; i < n; i++) {
            points[2 * i] = n == 1 ? (from + to) / 2 : from + i * (to - from) / (n - 1);
            points[2 * i + 1] = y.at(values[(int) ((long) i * values.length / n)]);
        }
        return points;
    }

    private static Table table(Row row) {
        var table = new Table(">JVM", ">round", ">runs", ">median ms", ">fastest ms", ">slowest ms");
        for (var set : row.sets()) {
            int round = 0;
            for (var runs : set.series().asDoubles()) {
                table.row(
                        Integer.toString(set.fork() + 1),
                        Integer.toString(++round),
                        Integer.toString(runs.length),
                        Numbers.significant(Quantiles.median(runs) / 1e6),
                        Numbers.significant(Quantiles.quantile(runs, 0) / 1e6),
                        Numbers.significant(Quantiles.quantile(runs, 1) / 1e6));
            }
        }
        return table;
    }
}
