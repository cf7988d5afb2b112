package tornado.attention.report.image;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import tornado.attention.report.image.PixelMap.Range;
import tornado.attention.report.image.Typography.Align;
import tornado.attention.report.image.Typography.Style;

/** A white sheet with a title, and the pieces that several pictures share. */
final class Figure implements AutoCloseable {
    /** Free space around everything, in pixels. */
    static final int MARGIN = 24;

    /** Height of the title and subtitle with the space below them. */
    static final int HEAD = 58;

    /** Width of a colour bar with its numbers and the space before it. */
    static final int BAR = 108;

    static final Color INK = new Color(0x1f2933);
    static final Color SOFT = new Color(0x616e7c);
    static final Color LINE = new Color(0xd9dee4);

    private final BufferedImage image;
    final Graphics2D graphics;
    final Typography type;

    Figure(int width, int height, Typography type) {
        this.image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        this.type = type;
        this.graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
    }

    /** The picture drawn so far. */
    BufferedImage image() {
        return image;
    }

    @Override
    public void close() {
        graphics.dispose();
    }

    void head(String title, String subtitle) {
        double room = image.getWidth() - 2.0 * MARGIN;
        text(type.fitted(title, Style.TITLE, room), Style.TITLE, INK, Align.LEFT, MARGIN, MARGIN + 14);
        text(type.fitted(subtitle, Style.BODY, room), Style.BODY, SOFT, Align.LEFT, MARGIN, MARGIN + 38);
    }

    void text(String line, Style style, Color colour, Align align, double x, double y) {
        graphics.setColor(colour);
        type.draw(graphics, line, style, align, x, y);
    }

    void line(Color colour, double thickness, double x1, double y1, double x2, double y2) {
        graphics.setColor(colour);
        graphics.setStroke(new BasicStroke((float) thickness, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
        graphics.draw(new Line2D.Double(x1, y1, x2, y2));
    }

    void fill(Color colour, double x, double y, double width, double height) {
        graphics.setColor(colour);
        graphics.fill(new Rectangle2D.Double(x, y, width, height));
    }

    /** A colour bar with its ends, and its middle, named; the light end is up. */
    void colourBar(int x, int y, int height, String low, String middle, String high) {
        int width = 14;
        for (int row = 0; row < height; row++) {
            fill(ColourMap.standard().colour(1 - row / Math.max(1.0, height - 1)), x, y + row, width, 1);
        }
        int left = x + width;
        double[] at = {y + 0.5, y + height / 2.0, y + height - 0.5};
        String[] names = {high, middle, low};
        for (int i = 0; i < names.length; i++) {
            if (!names[i].isEmpty()) {
                line(SOFT, 1, left, at[i], left + 4, at[i]);
                text(names[i], Style.SMALL, SOFT, Align.LEFT, left + 8, at[i] + 4);
            }
        }
    }

    /** A colour bar for a range of numbers; a range of one value has one name, one that larger values exceed says so. */
    void colourBar(int x, int y, int height, Range range, float largest) {
        String middle = Typography.number(((double) range.low() + range.high()) / 2);
        if (range.low() == range.high()) {
            colourBar(x, y, height, "", middle, "");
        } else {
            String high = (largest > range.high() ? "\u2265 " : "") + Typography.number(range.high());
            colourBar(x, y, height, Typography.number(range.low()), middle, high);
        }
    }
}
