package tornado.attention.report.internal.html;

import java.util.List;
import java.util.stream.DoubleStream;
import tornado.attention.report.Ceiling;
import tornado.attention.report.Row;
import tornado.attention.report.internal.text.Numbers;

/**
 * Cases of one device under what it reaches at best (Williams et al., Roofline, CACM 2009): how much of it each case
 * makes use of, and whether bandwidth or arithmetic is its limit.
 */
final class RooflineChart {
    private static final int HEIGHT = 330;
    private static final int LEFT = 46;
    private static final int RIGHT = Svg.WIDTH - 10;
    private static final int TOP = 10;
    private static final int BOTTOM = HEIGHT - 40;

    private RooflineChart() {}

    /** The card of one device; its rows are timed and have a ceiling. */
    static String of(String who, List<Row> rows, Palette palette) {
        var ceiling = rows.getFirst().ceiling();
        var drawn = rows.stream()
                .filter(r -> r.cost().workMacs() > 0 && r.cost().bytes() > 0)
                .toList();
        var note = "Copy " + Numbers.significant(ceiling.copyGbytesPerSecond()) + " GB/s, multiply-adds "
                + Numbers.significant(ceiling.peakGmacsPerSecond()) + " GMAC/s, both measured. "
                + withoutMacs(rows.size() - drawn.size());
        var svg = new Svg(HEIGHT, "Roofline of " + who, note);
        double ridge = ceiling.peakGmacsPerSecond() / ceiling.copyGbytesPerSecond();
        var x = Scale.log(
                DoubleStream.concat(
                                drawn.stream().mapToDouble(RooflineChart::intensity),
                                DoubleStream.of(ridge / 4, ridge * 4))
                        .toArray(),
                LEFT,
                RIGHT);
        var y = Scale.log(
                DoubleStream.concat(
                                drawn.stream().mapToDouble(Row::workGmacsPerSecond),
                                DoubleStream.of(ceiling.peakGmacsPerSecond()))
                        .toArray(),
                BOTTOM,
                TOP);
        svg.bottomAxis(x, TOP, BOTTOM, "multiply-adds per byte of traffic");
        svg.leftAxis(y, LEFT, RIGHT, "GMAC/s");
        roof(svg, x, y, ceiling, ridge);
        var labels = new RowLabels(svg, LEFT, RIGHT);
        drawn.forEach(r -> labels.keepOff(x.at(intensity(r)), y.at(r.workGmacsPerSecond())));
        for (var row : drawn) {
            svg.mark(x.at(intensity(row)), y.at(row.workGmacsPerSecond()), palette.of(who), hover(row));
        }
        for (var row : drawn) {
            labels.write(
                    x.at(intensity(row)),
                    y.at(row.workGmacsPerSecond()),
                    row.info().module());
        }
        return Card.of("Roofline: " + who, note, "", svg, table(rows));
    }

    private static String withoutMacs(int cases) {
        return switch (cases) {
            case 0 -> "";
            case 1 -> "One case without multiply-adds is in the table only.";
            default -> cases + " cases without multiply-adds are in the table only.";
        };
    }

    private static void roof(Svg svg, Scale x, Scale y, Ceiling ceiling, double ridge) {
        double left = Math.max(x.low(), y.low() / ceiling.copyGbytesPerSecond());
        double right = Math.min(x.high(), ridge);
        svg.path(
                new double[] {
                    x.at(left),
                    y.at(left * ceiling.copyGbytesPerSecond()),
                    x.at(right),
                    y.at(right * ceiling.copyGbytesPerSecond()),
                    x.at(x.high()),
                    y.at(Math.min(x.high(), ridge) * ceiling.copyGbytesPerSecond())
                },
                "roof",
                "measured: " + ceiling.method());
    }

    private static double intensity(Row row) {
        return (double) row.cost().workMacs() / row.cost().bytes();
    }

    /** What the device could reach on this case. */
    private static double bound(Row row) {
        return Math.min(
                row.ceiling().peakGmacsPerSecond(),
                intensity(row) * row.ceiling().copyGbytesPerSecond());
    }

    private static String hover(Row row) {
        return row.info().id() + ": " + Numbers.significant(row.workGmacsPerSecond()) + " GMAC/s at "
                + Numbers.significant(intensity(row)) + " MAC/byte, "
                + Numbers.percent(row.workGmacsPerSecond() / bound(row))
                + " of the roof";
    }

    private static Table table(List<Row> rows) {
        var table = new Table("module", "shape", ">MAC/byte", ">GMAC/s", ">GB/s", ">of copy", ">of the roof", ">ms");
        for (var row : rows) {
            boolean macs = row.cost().workMacs() > 0;
            table.row(
                    row.info().module(),
                    row.info().shape(),
                    macs ? Numbers.significant(intensity(row)) : "0",
                    macs ? Numbers.significant(row.workGmacsPerSecond()) : "0",
                    Numbers.significant(row.gbytesPerSecond()),
                    Numbers.percent(row.gbytesPerSecond() / row.ceiling().copyGbytesPerSecond()),
                    macs ? Numbers.percent(row.workGmacsPerSecond() / bound(row)) : "",
                    Numbers.significant(row.medianMillis()));
        }
        return table;
    }
}
