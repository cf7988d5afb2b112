package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** One gate for each pixel, made from or shared by several channels. */
public final class PixelGating {
    private PixelGating() {}

    /**
     * Each group of channels times its pixel map, added to itself: {@code out[n][c][p] = attention[n][p] * x[n][c][p] +
     * x[n][c][p]}.
     *
     * @param x {@code [groups, channels, pixels]}, groups = batch * groups of an image
     * @param attention {@code [groups, pixels]}
     * @param out {@code [groups, channels, pixels]}
     * @param groups groups of all images
     * @param channels channels of a group
     * @param pixels pixels of a channel
     */
    public static void multiplyAddSelf(
            FloatArray x, FloatArray attention, FloatArray out, int groups, int channels, int pixels) {
        for (@Parallel int n = 0; n < groups; n++) {
            for (@Parallel int c = 0; c < channels; c++) {
                for (@Parallel int p = 0; p < pixels; p++) {
                    float value = x.get((n * channels + c) * pixels + p);
                    out.set((n * channels + c) * pixels + p, attention.get(n * pixels + p) * value + value);
                }
            }
        }
    }

    /**
     * A gate for each pixel and channel out of a map and a context: {@code out[r][p] = sigmoid(context[r] * map[r][p])}.
     *
     * @param map {@code [rows, pixels]}, rows = batch * channels
     * @param context {@code [rows]}
     * @param out {@code [rows, pixels]}
     * @param rows number of rows
     * @param pixels pixels of a row
     */
    public static void sigmoidOfProduct(FloatArray map, FloatArray context, FloatArray out, int rows, int pixels) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int p = 0; p < pixels; p++) {
                out.set(r * pixels + p, Activations.sigmoid(context.get(r) * map.get(r * pixels + p)));
            }
        }
    }

    /**
     * Element by element: {@code out = x * gate}.
     *
     * @param x {@code [n]}
     * @param gate {@code [n]}
     * @param out {@code [n]}
     * @param n elements
     */
    public static void multiply(FloatArray x, FloatArray gate, FloatArray out, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            out.set(i, x.get(i) * gate.get(i));
        }
    }

    /**
     * Each group of channels times its pixel map: {@code out[n][c][p] = attention[n][p] * x[n][c][p]}.
     *
     * @param x {@code [groups, channels, pixels]}, groups = batch * groups of an image
     * @param attention {@code [groups, pixels]}
     * @param out {@code [groups, channels, pixels]}
     * @param groups groups of all images
     * @param channels channels of a group
     * @param pixels pixels of a channel
     */
    public static void multiplyMap(
            FloatArray x, FloatArray attention, FloatArray out, int groups, int channels, int pixels) {
        for (@Parallel int n = 0; n < groups; n++) {
            for (@Parallel int c = 0; c < channels; c++) {
                for (@Parallel int p = 0; p < pixels; p++) {
                    int at = (n * channels + c) * pixels + p;
                    out.set(at, attention.get(n * pixels + p) * x.get(at));
                }
            }
        }
    }

    /**
     * Each pixel times the gates of its row and of its column, and itself added so many times: {@code out[n][y][z] = x[n][y][z] *
     * (columns[n][z] * rows[n][y] + skip)}.
     *
     * @param x {@code [planes, height, width]}
     * @param rows {@code [planes, height]}
     * @param columns {@code [planes, width]}
     * @param out {@code [planes, height, width]}
     * @param planes channels of all images
     * @param height rows of a channel
     * @param width elements of a row
     * @param skip 1 to add x, 0 not to
     */
    public static void rowsAndColumns(
            FloatArray x,
            FloatArray rows,
            FloatArray columns,
            FloatArray out,
            int planes,
            int height,
            int width,
            float skip) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int y = 0; y < height; y++) {
                for (@Parallel int z = 0; z < width; z++) {
                    int at = (n * height + y) * width + z;
                    float gate = columns.get(n * width + z) * rows.get(n * height + y) + skip;
                    out.set(at, x.get(at) * gate);
                }
            }
        }
    }

    /**
     * Each pixel times a gate of its squared distance from its channel's mean: {@code out[r][p] = x sigmoid((x - mean[r])^2 / (4
     * (squares[r] / (pixels - 1) + lambda)) + 1/2)}.
     *
     * @param x {@code [rows, pixels]}, rows = batch * channels
     * @param mean {@code [rows]}
     * @param squares sums of squared distances, {@code [rows]}
     * @param out {@code [rows, pixels]}
     * @param rows number of rows
     * @param pixels pixels of a row; of one the variance is no number
     * @param lambda added to the variance
     */
    public static void squaredDistance(
            FloatArray x, FloatArray mean, FloatArray squares, FloatArray out, int rows, int pixels, float lambda) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int p = 0; p < pixels; p++) {
                float value = x.get(r * pixels + p);
                float distance = value - mean.get(r);
                float energy = distance * distance / (4f * (squares.get(r) / (pixels - 1) + lambda)) + 0.5f;
                out.set(r * pixels + p, value * Activations.sigmoid(energy));
            }
        }
    }
}
