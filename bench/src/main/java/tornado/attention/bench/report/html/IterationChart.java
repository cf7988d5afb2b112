package tornado.attention.bench.report.html;

import java.util.Arrays;
import tornado.attention.bench.report.Row;
import tornado.attention.bench.report.statistics.Quantiles;

/** The series of one case on one contender: warm-up slices, then every run of every round. */
final class IterationChart {
    private static final int HEIGHT = 150;
    private static final int LEFT = 46;
    private static final int RIGHT = Svg.WIDTH - 8;
    private static final int TOP = 8;
    private static final int BOTTOM = HEIGHT - 38;

    /** Share of the width for the warm-up. */
    private static final double WARMUP = 0.2;

    /** Points of a round that are drawn; of more, evenly chosen ones. */
    private static final int POINTS = 400;

    private IterationChart() {}

    static String of(Row row, Palette palette) {
        var series = row.sets().getFirst().series();
        var runs = series.rounds().stream()
                .flatMapToLong(Arrays::stream)
                .asDoubleStream()
                .map(v -> v / 1e6)
                .toArray();
        var warmup = Arrays.stream(series.warmup())
                .asDoubleStream()
                .map(v -> v / 1e6)
                .toArray();
        var note = row.who() + ": " + row.summary().runs() + " runs, spread "
                + Format.percent(row.summary().spread()) + (row.steady() ? "" : ", warm-up not steady in its time")
                + (row.summary().stable() ? "" : ", unstable") + ".";
        var svg = new Svg(HEIGHT, "Runs of " + row.info().id() + " on " + row.who(), note);
        double top = Math.max(Quantiles.quantile(runs, 0.99) * 1.1, Quantiles.median(runs) * 1.5);
        var y = Scale.linear(top, BOTTOM, TOP);
        double split = LEFT + WARMUP * (RIGHT - LEFT);
        svg.leftAxis(y, LEFT, RIGHT, "ms");
        svg.rectangle(LEFT, TOP, split - LEFT, BOTTOM - TOP, "warmup");
        svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "base");
        svg.text((LEFT + split) / 2, BOTTOM + 14, "m tick", "warm-up");
        svg.text((split + RIGHT) / 2, BOTTOM + 14, "m tick", "runs, one after the other");
        int number = palette.of(row.who()) % Palette.COLOURS;
        svg.path(points(warmup, y, LEFT + 2, split - 2), "thin s" + number, "medians of the warm-up's slices");
        svg.path(points(runs, y, split + 3, RIGHT - 2), "thin s" + number, "time of each run");
        double median = y.at(row.medianMillis());
        svg.line(split, median, RIGHT, median, "reference");
        svg.text(RIGHT, BOTTOM + 30, "e tick", "median " + Format.significant(row.medianMillis()) + " ms");
        return Card.of(row.info().module() + " " + row.info().shape(), note, "", svg, table(row));
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
        var table = new Table(">fork", ">round", ">runs", ">median ms", ">fastest ms", ">slowest ms");
        for (var set : row.sets()) {
            int round = 0;
            for (var runs : set.series().asDoubles()) {
                table.row(
                        Integer.toString(set.fork()),
                        Integer.toString(round++),
                        Integer.toString(runs.length),
                        Format.significant(Quantiles.median(runs) / 1e6),
                        Format.significant(Quantiles.quantile(runs, 0) / 1e6),
                        Format.significant(Quantiles.quantile(runs, 1) / 1e6));
            }
        }
        return table;
    }
}
