package tornado.attention.bench.image;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.util.Locale;

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
        double size = Math.abs(value);
        String text;
        if (size == 0) {
            text = "0";
        } else if (size >= 1e5 || size < 1e-4) {
            text = String.format(Locale.ROOT, "%.2e", value)
                    .replaceAll("\\.?0*e([+-])0*", "e$1")
                    .replace("e+", "e");
        } else {
            int decimals = Math.clamp(2 - (int) Math.floor(Math.log10(size)), 0, 6);
            text = String.format(Locale.ROOT, "%." + decimals + "f", value);
            text = text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
        }
        return text.replace('-', '\u2212');
    }
}
