package tornado.attention.report.image;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.List;
import tornado.attention.report.image.Typography.Align;
import tornado.attention.report.image.Typography.Style;

/**
 * Draws several maps of one photograph side by side, each with the pixel that asked: where a non-local module looks
 * from there. Every map has its own range of colours, named below it.
 */
public final class QueryPanel {
    private static final int COLUMNS = 3;
    private static final int LONGEST = 340;
    private static final int GAP = 16;
    private static final int CAPTION = 50;

    private QueryPanel() {}

    /**
     * One map.
     *
     * @param map where the query pixel looks
     * @param row row of the query pixel in the map, from 0
     * @param column column of the query pixel in the map, from 0
     * @param caption what the pixel shows, such as {@code left eye}; may be empty
     */
    public record Query(PixelMap map, int row, int column, String caption) {
        /** Checks that the pixel lies in the map. */
        public Query {
            if (row < 0 || row >= map.height() || column < 0 || column >= map.width()) {
                throw new IllegalArgumentException("The query pixel (" + row + ", " + column
                        + ") lies outside the map of " + map.height() + "x" + map.width() + "; choose one inside.");
            }
        }
    }

    /**
     * Draws.
     *
     * @param photo the photograph
     * @param queries the maps, at least one, drawn in this order, three in a row
     * @param title head of the picture
     * @param subtitle line below it; may be empty
     * @return the picture
     * @throws IllegalArgumentException if there is no map
     */
    public static BufferedImage draw(BufferedImage photo, List<Query> queries, String title, String subtitle) {
        return draw(photo, queries, title, subtitle, Typography.find());
    }

    static BufferedImage draw(
            BufferedImage photo, List<Query> queries, String title, String subtitle, Typography type) {
        if (queries.isEmpty()) {
            throw new IllegalArgumentException("There is no map to draw; give at least one query pixel.");
        }
        int[] size = ImageTensor.sizeOf(photo, LONGEST, 1);
        int height = size[0];
        int width = size[1];
        var scaled = Overlay.scaled(photo, height, width);
        int columns = Math.min(COLUMNS, queries.size());
        int rows = (queries.size() + columns - 1) / columns;
        int top = Figure.MARGIN + Figure.HEAD - 8;
        int end = Figure.MARGIN + columns * (width + GAP) - GAP;
        try (var figure = new Figure(end + Figure.BAR, top + rows * (height + CAPTION) + GAP / 2, type)) {
            figure.head(title, subtitle);
            for (int i = 0; i < queries.size(); i++) {
                int x = Figure.MARGIN + i % columns * (width + GAP);
                int y = top + i / columns * (height + CAPTION);
                cell(figure, scaled, queries.get(i), x, y);
            }
            figure.colourBar(end + GAP, top, height, "lowest", "", "highest");
            return figure.image();
        }
    }

    private static void cell(Figure figure, BufferedImage photo, Query query, int x, int y) {
        int width = photo.getWidth();
        int height = photo.getHeight();
        var map = query.map;
        var range = map.range();
        figure.graphics.drawImage(Overlay.draw(photo, map, map.colours()), x, y, null);
        var clipped = (Graphics2D) figure.graphics.create(x, y, width, height);
        marker(clipped, (query.column + 0.5) * width / map.width(), (query.row + 0.5) * height / map.height());
        clipped.dispose();
        String caption = figure.type.fitted(query.caption, Style.BODY, width);
        figure.text(caption, Style.BODY, Figure.INK, Align.LEFT, x, y + height + 19);
        String numbers = "pixel (" + query.row + ", " + query.column + ")   " + Typography.number(range.low()) + " to "
                + Typography.number(range.high());
        figure.text(
                figure.type.fitted(numbers, Style.SMALL, width),
                Style.SMALL,
                Figure.SOFT,
                Align.LEFT,
                x,
                y + height + 36);
    }

    /** A ring that shows on dark and light ground. */
    private static void marker(Graphics2D graphics, double x, double y) {
        var ring = new Ellipse2D.Double(x - 7, y - 7, 14, 14);
        graphics.setColor(new Color(0x1f2933));
        graphics.setStroke(new BasicStroke(5.5f));
        graphics.draw(ring);
        graphics.setColor(Color.WHITE);
        graphics.setStroke(new BasicStroke(2.5f));
        graphics.draw(ring);
        graphics.fill(new Ellipse2D.Double(x - 2, y - 2, 4, 4));
    }
}
