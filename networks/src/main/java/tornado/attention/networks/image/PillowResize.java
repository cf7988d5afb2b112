package tornado.attention.networks.image;

import java.awt.image.BufferedImage;
import tornado.attention.networks.image.Preprocessing.Interpolation;

/**
 * Resizes as Pillow does, to the bit: a filter whose support grows where the image shrinks, weights in fixed point, first along rows with
 * the result rounded to bytes, then along columns.
 */
final class PillowResize {
    private static final int CHANNELS = 3;

    /** Bits behind the point of a weight. */
    private static final int PRECISION = 22;

    /** The first input pixel of an output pixel, and the weights from there on. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Axis(int[] first, int[][] weights) {
        static Axis of(int from, int to, Interpolation interpolation) {
            double scale = (double) from / to;
            double wide = Math.max(scale, 1);
            double support = (interpolation == Interpolation.BICUBIC ? 2 : 1) * wide;
            var first = new int[to];
            var weights = new int[to][];
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                int low = Math.max(0, (int) (centre - support + 0.5));
                int high = Math.min(from, (int) (centre + support + 0.5));
                var raw = new double[high - low];
                double sum = 0;
                for (int k = 0; k < raw.length; k++) {
                    raw[k] = filter((k + low - centre + 0.5) * (1 / wide), interpolation);
                    sum += raw[k];
                }
                first[i] = low;
                weights[i] = new int[raw.length];
                for (int k = 0; k < raw.length; k++) {
                    double scaled = (sum == 0 ? raw[k] : raw[k] * (1 / sum)) * (1 << PRECISION);
                    weights[i][k] = (int) (scaled + (scaled < 0 ? -0.5 : 0.5));
                }
            }
            return new Axis(first, weights);
        }

        private static double filter(double at, Interpolation interpolation) {
            double x = Math.abs(at);
            if (interpolation == Interpolation.BILINEAR) {
                return x < 1 ? 1 - x : 0;
            }
            double a = -0.5;
            if (x < 1) {
                return ((a + 2) * x - (a + 3)) * x * x + 1;
            }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
        }
    }

    private PillowResize() {}

    /** Red, green and blue of each pixel, one behind the other. */
    static byte[] pixels(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        var bytes = new byte[Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS)];
        var row = new int[width];
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * CHANNELS;
                bytes[at] = (byte) (row[x] >> 16);
                bytes[at + 1] = (byte) (row[x] >> 8);
                bytes[at + 2] = (byte) row[x];
            }
        }
        return bytes;
    }

    /** Pixels {@code [height, width, 3]} as {@code [toHeight, toWidth, 3]}. */
    static byte[] apply(byte[] pixels, int height, int width, int toHeight, int toWidth, Interpolation interpolation) {
        var narrow = pixels;
        if (width != toWidth) {
            var axis = Axis.of(width, toWidth, interpolation);
            narrow = new byte[Math.multiplyExact(Math.multiplyExact(height, toWidth), CHANNELS)];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < toWidth; x++) {
                    put(
                            pixels,
                            (y * width + axis.first[x]) * CHANNELS,
                            CHANNELS,
                            axis.weights[x],
                            narrow,
                            (y * toWidth + x) * CHANNELS);
                }
            }
        }
        if (height == toHeight) {
            return narrow;
        }
        var axis = Axis.of(height, toHeight, interpolation);
        var result = new byte[toHeight * toWidth * CHANNELS];
        for (int y = 0; y < toHeight; y++) {
            for (int x = 0; x < toWidth; x++) {
                put(
                        narrow,
                        (axis.first[y] * toWidth + x) * CHANNELS,
                        toWidth * CHANNELS,
                        axis.weights[y],
                        result,
                        (y * toWidth + x) * CHANNELS);
            }
        }
        return result;
    }

    /** One pixel: three weighted sums. */
    private static void put(byte[] from, int first, int step, int[] weights, byte[] to, int at) {
        for (int c = 0; c < CHANNELS; c++) {
            int sum = 1 << PRECISION - 1;
            for (int k = 0; k < weights.length; k++) {
                sum += weights[k] * (from[first + k * step + c] & 0xff);
            }
            to[at + c] = (byte) Math.clamp(sum >> PRECISION, 0, 255);
        }
    }
}
