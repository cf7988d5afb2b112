package tornado.attention.report.image;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import tornado.attention.report.image.PixelMap.Range;
import tornado.attention.report.image.Typography.Align;
import tornado.attention.report.image.Typography.Style;

/** Many small pictures of one photograph on a sheet, each with a caption and its numbers. Every map has its own range of colours. */
public final class Sheet {
    private static final int COLUMNS = 5;
    private static final int LONGEST = 224;
    private static final int GAP = 16;
    private static final int CAPTION = 48;
    private static final Color PAPER = new Color(0xf4f6f8);

    private Sheet() {}

    /** A small picture. */
    public sealed interface Cell {
        /** The line below it. */
        String caption();
    }

    /** The photograph itself. */
    public record Plain(String caption, String note) implements Cell {}

    /** A map over the photograph. */
    public record Over(String caption, String note, PixelMap map) implements Cell {}

    /**
     * Numbers as bars, in rows that share a scale.
     *
     * @param rows one or more, of as many values each
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    public record Bars(String caption, String note, List<float[]> rows) implements Cell {}

    /**
     * Draws.
     *
     * @param photo the photograph
     * @param cells in reading order, at least one
     * @param title head of the picture
     * @param subtitle line below it; may be empty
     */
    public static BufferedImage draw(BufferedImage photo, List<Cell> cells, String title, String subtitle) {
        return draw(photo, cells, title, subtitle, Typography.find());
    }

    static BufferedImage draw(BufferedImage photo, List<Cell> cells, String title, String subtitle, Typography type) {
        if (cells.isEmpty()) {
            throw new IllegalArgumentException("There is nothing to draw; give at least one picture.");
        }
        int[] size = ImageTensor.sizeOf(photo, LONGEST, 1);
        int height = size[0];
        int width = size[1];
        var scaled = Overlay.scaled(photo, height, width);
        int columns = Math.min(COLUMNS, cells.size());
        int rows = (cells.size() + columns - 1) / columns;
        int top = Figure.MARGIN + Figure.HEAD - 8;
        int end = Figure.MARGIN + columns * (width + GAP) - GAP;
        try (var figure = new Figure(end + Figure.BAR, top + rows * (height + CAPTION) + GAP / 2, type)) {
            figure.head(title, subtitle);
            for (int i = 0; i < cells.size(); i++) {
                int x = Figure.MARGIN + i % columns * (width + GAP);
                int y = top + i / columns * (height + CAPTION);
                cell(figure, scaled, cells.get(i), x, y);
            }
            figure.colourBar(end + GAP, top, height, "lowest", "", "highest");
            return figure.image();
        }
    }

    private static void cell(Figure figure, BufferedImage photo, Cell cell, int x, int y) {
        int width = photo.getWidth();
        int height = photo.getHeight();
        var note = switch (cell) {
            case Plain plain -> {
                figure.graphics.drawImage(photo, x, y, null);
                yield plain.note();
            }
            case Over over -> {
                figure.graphics.drawImage(
                        Overlay.draw(photo, over.map(), over.map().colours()), x, y, null);
                yield over.note();
            }
            case Bars bars -> {
                bars(figure, bars.rows(), x, y, width, height);
                yield bars.note();
            }
        };
        line(figure, cell.caption(), Style.BODY, Figure.INK, x, y + height + 17, width);
        line(figure, note, Style.SMALL, Figure.SOFT, x, y + height + 33, width);
    }

    private static void line(Figure figure, String text, Style style, Color colour, int x, int y, int width) {
        figure.text(figure.type.fitted(text, style, width), style, colour, Align.LEFT, x, y);
    }

    /** Each row over its share of the height, from 0 or below to the largest value of all. */
    private static void bars(Figure figure, List<float[]> rows, int x, int y, int width, int height) {
        figure.fill(PAPER, x, y, width, height);
        float low = 0;
        float high = 0;
        for (var row : rows) {
            low = Math.min(low, Range.of(row).low());
            high = Math.max(high, Range.of(row).high());
        }
        double span = high > low ? (double) high - low : 1;
        var range = new Range(low, high);
        double each = (double) height / rows.size();
        for (int r = 0; r < rows.size(); r++) {
            var row = rows.get(r);
            double bottom = y + (r + 1) * each - 1;
            double room = each - 4;
            double zero = bottom + low / span * room;
            for (int column = 0; column < width; column++) {
                int from = (int) ((long) column * row.length / width);
                int to = Math.max(from + 1, (int) ((long) (column + 1) * row.length / width));
                var part = Range.of(Arrays.copyOfRange(row, from, Math.min(to, row.length)));
                for (float value : new float[] {part.high(), part.low()}) {
                    double at = bottom - (value - low) / span * room;
                    figure.fill(
                            ColourMap.standard().colour(0.88 * range.position(value)),
                            x + column,
                            Math.min(at, zero),
                            1,
                            Math.abs(zero - at));
                }
            }
            figure.line(Figure.LINE, 1, x, zero, x + width, zero);
        }
    }
}
