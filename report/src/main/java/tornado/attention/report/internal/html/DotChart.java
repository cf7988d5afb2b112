package tornado.attention.report.internal.html;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;

/** A line a module, a mark a contender, a logarithmic scale: compares many at a glance, in colour or grey. */
final class DotChart {
    private static final int ROW = 27;
    private static final int TOP = 8;
    private static final int BOTTOM = 40;
    private static final int LEFT = 10;
    private static final int RIGHT = Svg.WIDTH - 14;

    /** Lines of a chart that stays in one column. */
    private static final int TALLEST = 14;

    /** How far beyond the outermost marks, as a factor, intervals are drawn; the table has all of them. */
    private static final double WHISKER = 3;

    /** Panels of a taller one. */
    private static final int PANELS = 3;

    /**
     * A mark.
     *
     * @param module its line
     * @param who its contender
     * @param value where it lies
     * @param low lower end of its interval; the value itself where there is none
     * @param high upper end
     * @param hover what is shown when the pointer rests on it
     */
    record Dot(String module, String who, double value, double low, double high, String hover) {}

    private final String title;
    private final String note;
    private final String axis;
    private final Palette palette;
    private final Map<String, List<Dot>> lines = new LinkedHashMap<>();
    private final Map<String, Double> limits = new LinkedHashMap<>();
    private double reference;

    DotChart(String title, String note, String axis, Palette palette) {
        this.title = title;
        this.note = note;
        this.axis = axis;
        this.palette = palette;
    }

    /** Adds a mark; one without a positive value is left out of the drawing. */
    void add(Dot dot) {
        lines.computeIfAbsent(dot.module(), m -> new ArrayList<>()).add(dot);
    }

    /** Draws a value that marks of this module should stay left of. */
    void limit(String module, double value) {
        limits.put(module, value);
    }

    /** Draws a vertical line at a value. */
    void reference(double value) {
        reference = value;
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** The card; lines are in the order of their modules' first mark, in panels side by side where there are many. */
    String html(Table table) {
        var scale = Scale.log(values(), LEFT, RIGHT);
        var modules = List.copyOf(lines.keySet());
        int panels = modules.size() <= TALLEST ? 1 : PANELS;
        int each = Math.max(1, (modules.size() + panels - 1) / panels);
        var drawings = new ArrayList<Svg>();
        for (int from = 0; from < modules.size(); from += each) {
            drawings.add(panel(scale, modules.subList(from, Math.min(from + each, modules.size()))));
        }
        return Card.of(title, note, palette.legend(List.copyOf(shown())), drawings, table);
    }

    private Svg panel(Scale scale, List<String> modules) {
        int bottom = TOP + ROW * modules.size() + 4;
        var svg = new Svg(bottom + BOTTOM, title, note + " Horizontal: " + axis + ".");
        svg.bottomAxis(scale, TOP, bottom, axis);
        if (reference > 0) {
            svg.line(scale.at(reference), TOP, scale.at(reference), bottom, "reference");
        }
        int y = TOP;
        for (var module : modules) {
            draw(svg, scale, module, lines.get(module), y);
            y += ROW;
        }
        return svg;
    }

    private Set<String> shown() {
        var shown = new LinkedHashSet<String>();
        lines.values().forEach(dots -> dots.forEach(d -> shown.add(d.who())));
        return shown;
    }

    /** What the scale must show: the marks, and of their intervals as much as leaves room for the marks. */
    private double[] values() {
        var marks = DoubleStream.concat(
                        lines.values().stream().flatMap(List::stream).mapToDouble(Dot::value),
                        DoubleStream.concat(limits.values().stream().mapToDouble(v -> v), DoubleStream.of(reference)))
                .filter(v -> v > 0 && Double.isFinite(v))
                .summaryStatistics();
        double least = marks.getMin() / WHISKER;
        double most = marks.getMax() * WHISKER;
        return lines.values().stream()
                .flatMap(List::stream)
                .flatMapToDouble(d -> DoubleStream.of(Math.max(d.low(), least), d.value(), Math.min(d.high(), most)))
                .collect(
                        () -> new ArrayList<>(List.of(marks.getMin(), marks.getMax())),
                        ArrayList::add,
                        ArrayList::addAll)
                .stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private void draw(Svg svg, Scale scale, String module, List<Dot> dots, int y) {
        double middle = y + 19;
        svg.text(LEFT, y + 10, "t label", module);
        var drawn = dots.stream()
                .filter(d -> d.value() > 0 && Double.isFinite(d.value()))
                .toList();
        if (drawn.isEmpty()) {
            svg.text(LEFT, middle + 3, "t small", "0");
        }
        if (drawn.size() > 1) {
            var places = drawn.stream().mapToDouble(d -> scale.at(d.value())).toArray();
            svg.line(
                    Arrays.stream(places).min().orElseThrow(),
                    middle,
                    Arrays.stream(places).max().orElseThrow(),
                    middle,
                    "link");
        }
        if (limits.containsKey(module)) {
            double x = scale.at(limits.get(module));
            svg.line(x, middle - 7, x, middle + 6, "limit");
        }
        for (var dot : drawn) {
            int number = palette.of(dot.who());
            if (scale.at(dot.high()) - scale.at(dot.low()) > 2) {
                svg.line(
                        scale.at(dot.low()),
                        middle,
                        scale.at(dot.high()),
                        middle,
                        "whisker s" + number % Palette.COLOURS);
            }
        }
        for (int i = drawn.size() - 1; i >= 0; i--) {
            var dot = drawn.get(i);
            svg.mark(scale.at(dot.value()), middle, palette.of(dot.who()), dot.hover());
        }
    }
}
