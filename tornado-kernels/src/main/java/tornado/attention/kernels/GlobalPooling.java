package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Statistics of each channel over its pixels. */
public final class GlobalPooling {
    private GlobalPooling() {}

    /**
     * Global average pooling: {@code out[r] = mean of x[r][0 .. pixels)}.
     *
     * @param x {@code [rows, pixels]}, rows = batch * channels
     * @param out {@code [rows]}
     * @param rows number of rows
     * @param pixels pixels in a row, at least 1
     */
    public static void average(FloatArray x, FloatArray out, int rows, int pixels) {
        for (@Parallel int r = 0; r < rows; r++) {
            float sum = 0f;
            for (int p = 0; p < pixels; p++) {
                sum += x.get(r * pixels + p);
            }
            out.set(r, sum / pixels);
        }
    }
}
