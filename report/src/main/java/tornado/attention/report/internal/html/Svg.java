package tornado.attention.report.internal.html;

import tornado.attention.report.internal.text.Numbers;

/**
 * A drawing. It is {@value #WIDTH} units wide: about a phone's width and a column of the page, so that letters keep
 * their size on both.
 */
final class Svg {
    /** Width of every drawing. */
    static final int WIDTH = 400;

    private static final int SHAPES = 6;

    /** Points of a series that are marked one by one: of a single one there is no line. */
    private static final int FEW = 12;

    private final StringBuilder body = new StringBuilder();
    private final int height;
    private final String title;
    private final String description;

    /**
     * An empty drawing.
     *
     * @param title what a screen reader says first
     * @param description what it says next
     */
    Svg(int height, String title, String description) {
        this.height = height;
        this.title = title;
        this.description = description;
    }

    int height() {
        return height;
    }

    /** A line with a class for its look. */
    Svg line(double x1, double y1, double x2, double y2, String look) {
        body.append("<line x1=\"").append(coordinate(x1)).append("\" y1=\"").append(coordinate(y1));
        body.append("\" x2=\"").append(coordinate(x2)).append("\" y2=\"").append(coordinate(y2));
        body.append("\" class=\"").append(look).append("\"/>\n");
        return this;
    }

    /** Lines from point to point; x and y in turns. */
    Svg path(double[] points, String look, String hover) {
        body.append("<path class=\"").append(look).append("\" d=\"");
        for (int i = 0; i + 1 < points.length; i += 2) {
            body.append(i == 0 ? 'M' : 'L')
                    .append(coordinate(points[i]))
                    .append(' ')
                    .append(coordinate(points[i + 1]));
        }
        body.append("\">");
        hover(hover);
        body.append("</path>\n");
        return this;
    }

    /** Lines between points, and the points themselves where they are few; x and y in turns. */
    Svg series(double[] points, int colour, String hover) {
        path(points, "thin s" + colour, hover);
        for (int i = 0; points.length <= 2 * FEW && i + 1 < points.length; i += 2) {
            body.append("<circle cx=\"").append(coordinate(points[i]));
            body.append("\" cy=\"").append(coordinate(points[i + 1]));
            body.append("\" r=\"1.8\" class=\"f").append(colour).append("\"/>\n");
        }
        return this;
    }

    /** A filled rectangle. */
    Svg rectangle(double x, double y, double width, double height, String look) {
        body.append("<rect x=\"").append(coordinate(x)).append("\" y=\"").append(coordinate(y));
        body.append("\" width=\"").append(coordinate(Math.max(0, width))).append("\" height=\"");
        body.append(coordinate(Math.max(0, height)))
                .append("\" class=\"")
                .append(look)
                .append("\"/>\n");
        return this;
    }

    /**
     * Text.
     *
     * @param look class: {@code t} to the right of the point, {@code m} around it, {@code e} to its left; further ones
     *     for the size
     */
    Svg text(double x, double y, String look, String plain) {
        body.append("<text x=\"").append(coordinate(x)).append("\" y=\"").append(coordinate(y));
        body.append("\" class=\"")
                .append(look)
                .append("\">")
                .append(Html.escape(plain))
                .append("</text>\n");
        return this;
    }

    /** Text that reads upwards, centred at a point. */
    Svg upwards(double x, double y, String plain) {
        body.append("<text transform=\"translate(")
                .append(coordinate(x))
                .append(' ')
                .append(coordinate(y));
        body.append(") rotate(-90)\" class=\"m axis\">")
                .append(Html.escape(plain))
                .append("</text>\n");
        return this;
    }

    /**
     * The mark of a contender: colour and form, so that it can be told in grey as well.
     *
     * @param index number of the contender
     * @param hover what is shown when the pointer rests on it
     */
    Svg mark(double x, double y, int index, String hover) {
        body.append("<path class=\"k f").append(index % Palette.COLOURS).append("\" d=\"");
        body.append(shape(x, y, index % SHAPES)).append("\">");
        hover(hover);
        body.append("</path>\n");
        return this;
    }

    private static String shape(double x, double y, int form) {
        return switch (form) {
            case 0 -> move(x - 4.5, y) + "a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z";
            case 1 -> move(x - 4, y - 4) + "h8v8h-8z";
            case 2 -> move(x, y - 5.4) + "l5 9h-10z";
            case 3 -> move(x, y - 5.6) + "l5.6 5.6l-5.6 5.6l-5.6 -5.6z";
            case 4 -> move(x, y + 5.4) + "l5 -9h-10z";
            default -> move(x - 5, y - 1.6) + "h3.4v-3.4h3.2v3.4h3.4v3.2h-3.4v3.4h-3.2v-3.4h-3.4z";
        };
    }

    private static String move(double x, double y) {
        return "M" + coordinate(x) + " " + coordinate(y);
    }

    private void hover(String plain) {
        if (!plain.isEmpty()) {
            body.append("<title>").append(Html.escape(plain)).append("</title>");
        }
    }

    /** A horizontal axis below a plot: grid lines, ticks, label. */
    Svg bottomAxis(Scale scale, double top, double bottom, String label) {
        for (double tick : scale.ticks()) {
            double x = scale.at(tick);
            line(x, top, x, bottom, "grid");
            text(x, bottom + 14, "m tick", Numbers.tick(tick));
        }
        line(scale.from(), bottom, scale.to(), bottom, "base");
        return text((scale.from() + scale.to()) / 2, bottom + 30, "m axis", label);
    }

    /** A vertical axis left of a plot. */
    Svg leftAxis(Scale scale, double left, double right, String label) {
        for (double tick : scale.ticks()) {
            double y = scale.at(tick);
            line(left, y, right, y, "grid");
            text(left - 5, y + 3.5, "e tick", Numbers.tick(tick));
        }
        line(left, scale.from(), left, scale.to(), "base");
        return upwards(11, (scale.from() + scale.to()) / 2, label);
    }

    @Override
    public String toString() {
        return "<svg viewBox=\"0 0 " + WIDTH + " " + height + "\" role=\"img\" aria-label=\"" + Html.escape(title)
                + "\">\n<title>" + Html.escape(title) + "</title><desc>" + Html.escape(description) + "</desc>\n" + body
                + "</svg>\n";
    }

    /** Tenths of a pixel are as fine as a screen shows. */
    private static String coordinate(double value) {
        return Numbers.fixed(value, 1).replaceAll("\\.0$", "");
    }
}
