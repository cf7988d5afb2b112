package tornado.attention.bench.show;

import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.run.Photograph;

/**
 * A place in a photograph.
 *
 * @param row from the top, from 0
 * @param column from the left, from 0
 */
record QueryPoint(int row, int column) {
    /**
     * Reads {@code 20,30}.
     *
     * @throws UsageException if the text is not two whole numbers of at least 0
     */
    static QueryPoint parse(String text) {
        var parts = text.split(",", -1);
        if (parts.length == 2) {
            try {
                var point = new QueryPoint(Integer.parseInt(parts[0].strip()), Integer.parseInt(parts[1].strip()));
                if (point.row >= 0 && point.column >= 0) {
                    return point;
                }
            } catch (NumberFormatException e) {
                throw new UsageException(complaint(text), e);
            }
        }
        throw new UsageException(complaint(text));
    }

    private static String complaint(String text) {
        return "'" + text
                + "' is not a pixel; write its row and column in the photograph joined by a comma, such as 20,30.";
    }

    /** The pixel of a smaller or larger grid that covers this one's middle. */
    QueryPoint in(int height, int width, int ofHeight, int ofWidth) {
        return new QueryPoint(scaled(row, height, ofHeight), scaled(column, width, ofWidth));
    }

    /**
     * The pixel of the feature map under this pixel of the photograph.
     *
     * @throws UsageException if it lies outside the photograph
     */
    QueryPoint inFeaturesOf(Photograph photograph) {
        int height = photograph.photo().getHeight();
        int width = photograph.photo().getWidth();
        if (row >= height || column >= width) {
            throw new UsageException("The query pixel " + this + " lies outside the photograph, which has rows 0 to "
                    + (height - 1) + " and columns 0 to " + (width - 1) + ".");
        }
        var shape = photograph.features().shape();
        return in(shape.height(), shape.width(), height, width);
    }

    private static int scaled(int at, int to, int of) {
        return (int) ((2L * at + 1) * to / (2L * of));
    }

    /** {@code (20, 30)}. */
    @Override
    public String toString() {
        return "(" + row + ", " + column + ")";
    }
}
