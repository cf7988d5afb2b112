package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** One value a channel, broadcast over its pixels. */
public final class Gating {
    private Gating() {}

    /**
     * Broadcast multiply: {@code out[r][p] = x[r][p] * gate[r]}.
     *
     * @param x {@code [rows, pixels]}, rows = batch * channels
     * @param gate {@code [rows]}
     * @param out {@code [rows, pixels]}
     * @param rows number of rows
     * @param pixels pixels in a row
     */
    public static void multiply(FloatArray x, FloatArray gate, FloatArray out, int rows, int pixels) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int p = 0; p < pixels; p++) {
                out.set(r * pixels + p, x.get(r * pixels + p) * gate.get(r));
            }
        }
    }

    /**
     * Broadcast add: {@code out[r][p] = x[r][p] + term[r]}.
     *
     * @param x {@code [rows, pixels]}, rows = batch * channels
     * @param term {@code [rows]}
     * @param out {@code [rows, pixels]}
     * @param rows number of rows
     * @param pixels pixels in a row
     */
    public static void add(FloatArray x, FloatArray term, FloatArray out, int rows, int pixels) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int p = 0; p < pixels; p++) {
                out.set(r * pixels + p, x.get(r * pixels + p) + term.get(r));
            }
        }
    }

    /**
     * Both in one pass over the feature map: {@code out[r][p] = x[r][p] * gate[r] + term[r]}.
     *
     * @param x {@code [rows, pixels]}, rows = batch * channels
     * @param gate {@code [rows]}
     * @param term {@code [rows]}
     * @param out {@code [rows, pixels]}
     * @param rows number of rows
     * @param pixels pixels in a row
     */
    public static void multiplyAdd(
            FloatArray x, FloatArray gate, FloatArray term, FloatArray out, int rows, int pixels) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int p = 0; p < pixels; p++) {
                out.set(r * pixels + p, x.get(r * pixels + p) * gate.get(r) + term.get(r));
            }
        }
    }
}
