package tornado.attention.networks.image;

/**
 * Extents of a map or image.
 *
 * @param height rows
 * @param width columns
 */
public record Size(int height, int width) {
    /** Checks that there is a pixel. */
    public Size {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("A map has at least 1x1 pixels, not " + height + "x" + width + ".");
        }
    }

    /** As high as wide. */
    public static Size square(int side) {
        return new Size(side, side);
    }

    /** Behind a layer of this stride whose padding keeps the size otherwise. */
    public Size over(int stride) {
        return new Size((height + stride - 1) / stride, (width + stride - 1) / stride);
    }

    @Override
    public String toString() {
        return height + "x" + width;
    }
}
