package tornado.attention.networks.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import tornado.attention.networks.image.Preprocessing.Interpolation;

/**
 * Resizes as Pillow does, to the bit: a filter whose support grows where the image shrinks, weights in fixed point, first along rows with
 * the result rounded to bytes, then along columns. Of the result only a part is computed, from what it needs of the image.
 *
 * <p>Both passes are sums of weighted lines, so that HotSpot makes vectors of them: the image is turned over first, and again in between.
 */
final class PillowResize {
    private static final int CHANNELS = 3;

    /** Rows that are worked on together: long enough for vectors, few enough for a large photograph to take little memory. */
    private static final int BLOCK = 64;

    /** Bits behind the point of a weight. */
    private static final int PRECISION = 22;

    /** Of some output pixels side by side: the first input pixel of each, and the weights from there on. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Axis(int[] first, int[][] weights) {
        /** Output pixels {@code begin} to {@code begin + count - 1} of {@code to}. */
        static Axis of(int from, int to, int begin, int count, Interpolation interpolation) {
            double scale = (double) from / to;
            double wide = Math.max(scale, 1);
            double support = (interpolation == Interpolation.BICUBIC ? 2 : 1) * wide;
            var first = new int[count];
            var weights = new int[count][];
            for (int i = 0; i < count; i++) {
                double centre = (begin + i + 0.5) * scale;
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

        /** Pixels as they are. */
        static Axis unchanged(int begin, int count) {
            var first = new int[count];
            var weights = new int[count][];
            for (int i = 0; i < count; i++) {
                first[i] = begin + i;
                weights[i] = new int[] {1 << PRECISION};
            }
            return new Axis(first, weights);
        }

        /** The first input pixel that is needed. */
        int low() {
            return first[0];
        }

        /** One behind the last input pixel that is needed. */
        int high() {
            return first[first.length - 1] + weights[first.length - 1].length;
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

    /**
     * A part of the resized image.
     *
     * @param whole size that the image is resized to, and where the part lies in it
     * @param part its size
     * @return red, green and blue of each pixel, one behind the other
     */
    static byte[] apply(BufferedImage image, Preprocessing.Crop whole, Size part, Interpolation interpolation) {
        var across = axis(image.getWidth(), whole.width(), whole.left(), part.width(), interpolation);
        var down = axis(image.getHeight(), whole.height(), whole.top(), part.height(), interpolation);
        int rows = down.high() - down.low();
        int line = CHANNELS * part.width();
        var narrow = new int[Math.multiplyExact(rows, line)];
        for (int y = 0; y < rows; y += BLOCK) {
            int height = Math.min(BLOCK, rows - y);
            var turned = columns(image, across.low(), across.high() - across.low(), down.low() + y, height);
            turnInto(narrow, y * line, sums(turned, CHANNELS * height, across), line, height);
        }
        var result = sums(narrow, line, down);
        var bytes = new byte[result.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) result[i];
        }
        return bytes;
    }

    private static Axis axis(int from, int to, int begin, int count, Interpolation interpolation) {
        return from == to ? Axis.unchanged(begin, count) : Axis.of(from, to, begin, count, interpolation);
    }

    /** Some rows of an image, column by column: all its reds, then its greens, then its blues. */
    private static int[] columns(BufferedImage image, int left, int columns, int top, int rows) {
        var pixels = new int[Math.multiplyExact(columns, rows)];
        read(image, left, top, columns, rows, pixels);
        var levels = new int[Math.multiplyExact(pixels.length, CHANNELS)];
        for (int x = 0; x < columns; x++) {
            int at = x * CHANNELS * rows;
            for (int y = 0; y < rows; y++) {
                int pixel = pixels[y * columns + x];
                levels[at + y] = pixel >> 16 & 0xff;
                levels[at + rows + y] = pixel >> 8 & 0xff;
                levels[at + 2 * rows + y] = pixel & 0xff;
            }
        }
        return levels;
    }

    /** Pixels as {@link BufferedImage#getRGB}, without asking the colour model for each of an image that holds them so. */
    private static void read(BufferedImage image, int left, int top, int width, int height, int[] to) {
        if (image.getType() == BufferedImage.TYPE_INT_RGB) {
            image.getRaster().getDataElements(left, top, width, height, to);
        } else {
            image.getRGB(left, top, width, height, to, 0, width);
        }
    }

    /** Lines of some length, one for each output pixel: the weighted sum of the input's, rounded to a byte. */
    private static int[] sums(int[] from, int length, Axis axis) {
        var to = new int[axis.first.length * length];
        var sum = new int[length];
        for (int i = 0; i < axis.first.length; i++) {
            var weights = axis.weights[i];
            Arrays.fill(sum, 1 << PRECISION - 1);
            int at = (axis.first[i] - axis.low()) * length;
            int k = 0;
            for (; k + 3 < weights.length; k += 4) {
                addFour(from, at + k * length, weights, k, sum);
            }
            for (; k < weights.length; k++) {
                add(from, at + k * length, weights[k], sum);
            }
            round(sum, to, i * length);
        }
        return to;
    }

    /** Four lines at once, so that sums are loaded and stored less often. */
    private static void addFour(int[] from, int at, int[] weights, int k, int[] sum) {
        int length = sum.length;
        int w0 = weights[k];
        int w1 = weights[k + 1];
        int w2 = weights[k + 2];
        int w3 = weights[k + 3];
        for (int i = 0; i < length; i++) {
            sum[i] += w0 * from[at + i]
                    + w1 * from[at + length + i]
                    + w2 * from[at + 2 * length + i]
                    + w3 * from[at + 3 * length + i];
        }
    }

    private static void add(int[] from, int at, int weight, int[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * from[at + i];
        }
    }

    private static void round(int[] sum, int[] to, int at) {
        for (int i = 0; i < sum.length; i++) {
            to[at + i] = Math.min(Math.max(sum[i] >> PRECISION, 0), 255);
        }
    }

    /** Lines of one number a row, as rows of one number a line. */
    private static void turnInto(int[] to, int at, int[] lines, int count, int rows) {
        for (int line = 0; line < count; line++) {
            for (int y = 0; y < rows; y++) {
                to[at + y * count + line] = lines[line * rows + y];
            }
        }
    }
}
