package tornado.attention.tasks;

/**
 * A feature map whose rows may lie apart, as a convolution leaves it: element (b, c, y, z) is at {@code (b * channels + c) *
 * planeStride + y * rowStride + z} of the tensor, and what lies between rows means nothing.
 *
 * @param tensor holds the elements
 * @param batch images
 * @param channels channels
 * @param height rows
 * @param width elements of a row
 * @param rowStride distance of rows
 * @param planeStride distance of channels
 */
public record RowMap(Tensor tensor, int batch, int channels, int height, int width, int rowStride, int planeStride) {
    /**
     * A tensor without gaps: everything behind batch and channels is one row.
     *
     * @param x {@code [batch, channels, ...]}
     */
    public static RowMap dense(Tensor x) {
        int pixels = x.shape().pixels();
        return new RowMap(x, x.shape().batch(), x.shape().channels(), 1, pixels, pixels, pixels);
    }

    /** Whether nothing lies between rows or channels. */
    public boolean isDense() {
        return planeStride == height * width && (height == 1 || rowStride == width);
    }

    /** Channels of all images. */
    public int planes() {
        return batch * channels;
    }

    /** {@code [batch, channels, height, width]}. */
    public Shape shape() {
        return Shape.of(batch, channels, height, width);
    }

    /** Bytes of the elements that count, without those between rows. */
    long usefulBytes() {
        return (long) planes() * height * width * Float.BYTES;
    }
}
