package tornado.attention.report.internal.html;

import java.util.List;
import java.util.function.ToLongFunction;
import tornado.attention.report.Row;
import tornado.attention.report.internal.text.Numbers;

/** What modules cost on paper against the time they take on a device: both axes logarithmic, a mark a case. */
final class CostChart {
    private static final int HEIGHT = 330;
    private static final int LEFT = 46;
    private static final int RIGHT = Svg.WIDTH - 10;
    private static final int TOP = 10;
    private static final int BOTTOM = HEIGHT - 40;

    private CostChart() {}

    /** The card of one device; nothing where no case costs anything of this kind. */
    static String of(String who, String kind, List<Row> rows, ToLongFunction<Row> cost, Palette palette) {
        var drawn = rows.stream().filter(r -> cost.applyAsLong(r) > 0).toList();
        if (drawn.isEmpty()) {
            return "";
        }
        int without = rows.size() - drawn.size();
        var note = "Down and to the left is better; cases side by side cost the same on paper and not in time."
                + (without == 0 ? "" : " " + without + " without any are left out.");
        var svg = new Svg(HEIGHT, kind + " against time on " + who, note);
        var x = Scale.log(drawn.stream().mapToDouble(cost::applyAsLong).toArray(), LEFT, RIGHT);
        var y = Scale.log(drawn.stream().mapToDouble(Row::medianMillis).toArray(), BOTTOM, TOP);
        svg.bottomAxis(x, TOP, BOTTOM, kind);
        svg.leftAxis(y, LEFT, RIGHT, "ms");
        var labels = new RowLabels(svg, LEFT, RIGHT);
        drawn.forEach(r -> labels.keepOff(x.at(cost.applyAsLong(r)), y.at(r.medianMillis())));
        var table = new Table("module", "shape", ">" + kind, ">ms");
        for (var row : drawn) {
            svg.mark(
                    x.at(cost.applyAsLong(row)),
                    y.at(row.medianMillis()),
                    palette.of(who),
                    row.info().id() + ": " + Numbers.scaled(cost.applyAsLong(row)) + ", "
                            + Numbers.significant(row.medianMillis()) + " ms");
            table.row(
                    row.info().module(),
                    row.info().shape(),
                    Numbers.count(cost.applyAsLong(row)),
                    Numbers.significant(row.medianMillis()));
        }
        for (var row : drawn) {
            labels.write(
                    x.at(cost.applyAsLong(row)),
                    y.at(row.medianMillis()),
                    row.info().module());
        }
        return Card.of(kind + " against time: " + who, note, "", svg, table);
    }
}
