package tornado.attention.report.image;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import tornado.attention.report.internal.text.Numbers;

/**
 * The text of the pictures, in the logical sans-serif font, or no text at all: a Java without a display may stand on a
 * machine without fonts, where every attempt to draw a letter ends in an error. Layout is the same in both cases.
 */
final class Typography {
    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

    /** How a piece of text looks. */
    enum Style {
        /** Head of a picture. */
        TITLE(Font.BOLD, 19),
        /** Captions and axis names. */
        BODY(Font.PLAIN, 14),
        /** Numbers at axes. */
        SMALL(Font.PLAIN, 12);

        @SuppressWarnings("ImmutableEnumChecker") // fonts do not change
        private final Font font;

        private final int size;

        Style(int style, int size) {
            this.font = new Font(Font.SANS_SERIF, style, size);
            this.size = size;
        }

        /** Height of the letters, in pixels. */
        int size() {
            return size;
        }
    }

    /** Where the given point lies in the text. */
    enum Align {
        LEFT,
        CENTRE,
        RIGHT
    }

    /** Finds out once whether this machine has fonts; loading them again and again would cost, and fail, every time. */
    private static final class Found {
        private static final Typography INSTANCE = new Typography(fontsWork());
    }

    private final boolean text;

    private Typography(boolean text) {
        this.text = text;
    }

    /** Text where this machine can draw it. */
    static Typography find() {
        return Found.INSTANCE;
    }

    /** No text. */
    static Typography none() {
        return new Typography(false);
    }

    /** Whether letters are drawn. */
    boolean hasText() {
        return text;
    }

    private static boolean fontsWork() {
        try {
            return Style.BODY.font.canDisplay('A')
                    && Style.BODY.font.getStringBounds("A", CONTEXT).getWidth() > 0;
        } catch (RuntimeException | LinkageError | InternalError missing) {
            return false; // no fontconfig, no font file, or no font library
        }
    }

    /** Width of a text, in pixels; an estimate where there are no fonts. */
    double width(String line, Style style) {
        return text ? style.font.getStringBounds(line, CONTEXT).getWidth() : 0.55 * style.size * line.length();
    }

    /** Draws a line of text with its base line at y. */
    void draw(Graphics2D graphics, String line, Style style, Align align, double x, double y) {
        if (text && !line.isEmpty()) {
            double shift = switch (align) {
                case LEFT -> 0;
                case CENTRE -> -width(line, style) / 2;
                case RIGHT -> -width(line, style);
            };
            graphics.setFont(style.font);
            graphics.drawString(line, (float) (x + shift), (float) y);
        }
    }

    /** The text, cut with an ellipsis to fit a width. */
    String fitted(String line, Style style, double width) {
        if (width(line, style) <= width) {
            return line;
        }
        int end = line.length();
        while (end > 0 && width(line.substring(0, end) + "\u2026", style) > width) {
            end = line.offsetByCodePoints(end, -1);
        }
        return line.substring(0, end).stripTrailing() + "\u2026";
    }

    /** A number with three significant digits. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "NaN" : value > 0 ? "\u221e" : "\u2212\u221e";
        }
        return Numbers.shortest(value).replace('-', '\u2212');
    }
}
