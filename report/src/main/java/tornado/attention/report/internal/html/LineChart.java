package tornado.attention.report.internal.html;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tornado.attention.report.internal.text.Numbers;

/** Lines over a size, both axes logarithmic: how something grows. */
final class LineChart {
    private static final int HEIGHT = 300;
    private static final int LEFT = 46;
    private static final int RIGHT = Svg.WIDTH - 12;
    private static final int TOP = 10;
    private static final int BOTTOM = HEIGHT - 40;

    /**
     * A line.
     *
     * @param name its label
     * @param x sizes, ascending
     * @param y values
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Line(String name, double[] x, double[] y) {}

    private final String title;
    private final String note;
    private final String xAxis;
    private final String yAxis;
    private final List<Line> lines = new ArrayList<>();

    LineChart(String title, String note, String xAxis, String yAxis) {
        this.title = title;
        this.note = note;
        this.xAxis = xAxis;
        this.yAxis = yAxis;
    }

    void add(Line line) {
        lines.add(line);
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    String html() {
        var svg = new Svg(HEIGHT, title, note);
        var x = Scale.log(
                lines.stream().flatMapToDouble(l -> Arrays.stream(l.x)).toArray(), LEFT, RIGHT, 2);
        var y = Scale.log(
                lines.stream().flatMapToDouble(l -> Arrays.stream(l.y)).toArray(), BOTTOM, TOP);
        svg.bottomAxis(x, TOP, BOTTOM, xAxis);
        svg.leftAxis(y, LEFT, RIGHT, yAxis);
        var labels = new RowLabels(svg, LEFT, RIGHT);
        var table = new Table("", ">" + xAxis, ">" + yAxis);
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, x, y, lines.get(i), i, table);
        }
        for (var line : lines) {
            int last = line.x.length - 1;
            labels.write(x.at(line.x[last]), y.at(line.y[last]), line.name);
        }
        return Card.of(title, note, "", svg, table);
    }

    private void draw(Svg svg, Scale x, Scale y, Line line, int number, Table table) {
        var points = new double[2 * line.x.length];
        for (int i = 0; i < line.x.length; i++) {
            points[2 * i] = x.at(line.x[i]);
            points[2 * i + 1] = y.at(line.y[i]);
            table.row(line.name, Numbers.significant(line.x[i]), Numbers.significant(line.y[i]));
        }
        svg.path(points, "line s" + number % Palette.COLOURS, line.name);
        for (int i = 0; i < line.x.length; i++) {
            svg.mark(
                    points[2 * i],
                    points[2 * i + 1],
                    number,
                    line.name + ": " + Numbers.significant(line.y[i]) + " " + yAxis + " at "
                            + Numbers.significant(line.x[i]) + " " + xAxis);
        }
    }
}
