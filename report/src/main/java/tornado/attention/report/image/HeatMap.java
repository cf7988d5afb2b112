package tornado.attention.report.image;

import java.awt.image.BufferedImage;

/** Draws one attention map over the photograph it was computed from, beside that photograph, with a colour bar. */
public final class HeatMap {
    /** Longest side of each of the two images, in pixels. */
    private static final int LONGEST = 480;

    private static final int GAP = 16;

    private HeatMap() {}

    /**
     * Draws.
     *
     * @param photo the photograph
     * @param map the attention, of any size; stretched over the photograph
     * @param title head of the picture, such as the module's name
     * @param subtitle line below it; may be empty
     * @return the picture
     */
    public static BufferedImage draw(BufferedImage photo, PixelMap map, String title, String subtitle) {
        return draw(photo, map, title, subtitle, Typography.find());
    }

    static BufferedImage draw(BufferedImage photo, PixelMap map, String title, String subtitle, Typography type) {
        int[] size = ImageTensor.sizeOf(photo, LONGEST, 1);
        int height = size[0];
        int width = size[1];
        var scaled = Overlay.scaled(photo, height, width);
        var range = map.colours();
        int top = Figure.MARGIN + Figure.HEAD - 8;
        int second = Figure.MARGIN + width + GAP;
        int end = second + width;
        try (var figure = new Figure(end + Figure.BAR, top + height + Figure.MARGIN, type)) {
            figure.head(title, subtitle);
            figure.graphics.drawImage(scaled, Figure.MARGIN, top, null);
            figure.graphics.drawImage(Overlay.draw(scaled, map, range), second, top, null);
            figure.colourBar(end + GAP, top, height, range, map.range().high());
            return figure.image();
        }
    }
}
