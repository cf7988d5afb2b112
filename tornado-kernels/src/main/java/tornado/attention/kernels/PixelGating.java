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
     * A gate for each pixel and channel out of a map and a context: {@code out[r][p] = sigmoid(context[r] * local[r][p])}.
     *
     * @param local {@code [rows, pixels]}, rows = batch * channels
     * @param context {@code [rows]}
     * @param out {@code [rows, pixels]}
     * @param rows number of rows
     * @param pixels pixels of a row
     */
    public static void sigmoidOfProduct(FloatArray local, FloatArray context, FloatArray out, int rows, int pixels) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int p = 0; p < pixels; p++) {
                out.set(r * pixels + p, Activations.sigmoid(context.get(r) * local.get(r * pixels + p)));
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
}
