package tornado.attention.report.internal.html;

import java.util.ArrayList;
import java.util.List;

/** Writes labels beside points as long as they do not cover each other; the rest is told by pointer and table. */
final class RowLabels {
    private static final double LETTER = 5.4;
    private static final double HEIGHT = 10;

    private record Box(double x1, double y1, double x2, double y2) {
        boolean meets(Box other) {
            return x1 < other.x2 && other.x1 < x2 && y1 < other.y2 && other.y1 < y2;
        }
    }

    private final Svg svg;
    private final double left;
    private final double right;
    private final List<Box> taken = new ArrayList<>();

    /**
     * Labels of a drawing.
     *
     * @param left where the plot begins
     * @param right where it ends
     */
    RowLabels(Svg svg, double left, double right) {
        this.svg = svg;
        this.left = left;
        this.right = right;
    }

    /** Keeps labels off a point. */
    void keepOff(double x, double y) {
        taken.add(new Box(x - 4, y - 4, x + 4, y + 4));
    }

    /** Writes a label right of a point, left of it, above or below; nothing where there is no room. */
    void write(double x, double y, String text) {
        double width = text.length() * LETTER;
        if (place(new Box(x + 6, y - 5, x + 6 + width, y - 5 + HEIGHT), "t small", x + 6, y + 3.5, text)
                || place(new Box(x - 6 - width, y - 5, x - 6, y - 5 + HEIGHT), "e small", x - 6, y + 3.5, text)
                || place(new Box(x - width / 2, y - 16, x + width / 2, y - 6), "m small", x, y - 8, text)) {
            return;
        }
        place(new Box(x - width / 2, y + 6, x + width / 2, y + 16), "m small", x, y + 14, text);
    }

    private boolean place(Box box, String look, double x, double y, String text) {
        if (box.x1 < left || box.x2 > right || taken.stream().anyMatch(box::meets)) {
            return false;
        }
        taken.add(box);
        svg.text(x, y, look, text);
        return true;
    }
}
