package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Gradients of a convolution's map and weight, each element gathered by itself: the same bits in every run.
 *
 * <p>Sizes: batch, input channels, height and width of the map, output channels, height and width of the result, height and width of the
 * kernel, stride, rows and columns of padding, dilation, groups.
 */
public final class ConvolutionGradient {
    /** Entries of the sizes. */
    public static final int SIZES = 14;

    private ConvolutionGradient() {}

    /**
     * The map's gradient: each element gathers from the results that it went into.
     *
     * @param g the result's gradient, {@code [batch, outputs, outHeight, outWidth]}
     * @param w the weight, {@code [outputs, inputs / groups, kernel height, kernel width]}
     * @param out {@code [batch, inputs, height, width]}
     * @param sizes as above
     * @param planes batch times input channels
     * @param pixels pixels of the map
     */
    public static void input(FloatArray g, FloatArray w, FloatArray out, IntArray sizes, int planes, int pixels) {
        for (@Parallel int n = 0; n < planes; n++) {
            for (@Parallel int p = 0; p < pixels; p++) {
                int perGroup = sizes.get(1) / sizes.get(13);
                int outputs = sizes.get(4) / sizes.get(13);
                int image = n / sizes.get(1);
                int channel = n % sizes.get(1);
                int group = channel / perGroup;
                int kernel = sizes.get(7) * sizes.get(8);
                float sum = 0f;
                for (int o = 0; o < outputs; o++) {
                    for (int t = 0; t < kernel; t++) {
                        int row = p / sizes.get(3) + sizes.get(10) - t / sizes.get(8) * sizes.get(12);
                        int column = p % sizes.get(3) + sizes.get(11) - t % sizes.get(8) * sizes.get(12);
                        int y = row / sizes.get(9);
                        int z = column / sizes.get(9);
                        boolean met = row >= 0
                                && column >= 0
                                && y * sizes.get(9) == row
                                && z * sizes.get(9) == column
                                && y < sizes.get(5)
                                && z < sizes.get(6);
                        if (met) {
                            int output = group * outputs + o;
                            int at = ((image * sizes.get(4) + output) * sizes.get(5) + y) * sizes.get(6) + z;
                            sum += g.get(at) * w.get((output * perGroup + channel % perGroup) * kernel + t);
                        }
                    }
                }
                out.set(n * pixels + p, sum);
            }
        }
    }

    /**
     * The weight's gradient: each element gathers from all images and results.
     *
     * @param x the map, {@code [batch, inputs, height, width]}
     * @param g the result's gradient, {@code [batch, outputs, outHeight, outWidth]}
     * @param out {@code [outputs, inputs / groups, kernel height, kernel width]}
     * @param sizes as above
     * @param filters outputs times inputs of a group
     * @param kernel elements of a filter
     */
    public static void weight(FloatArray x, FloatArray g, FloatArray out, IntArray sizes, int filters, int kernel) {
        for (@Parallel int f = 0; f < filters; f++) {
            for (@Parallel int t = 0; t < kernel; t++) {
                int perGroup = sizes.get(1) / sizes.get(13);
                int output = f / perGroup;
                int channel = output / (sizes.get(4) / sizes.get(13)) * perGroup + f % perGroup;
                int pixels = sizes.get(5) * sizes.get(6);
                float sum = 0f;
                for (int b = 0; b < sizes.get(0); b++) {
                    for (int p = 0; p < pixels; p++) {
                        int row = p / sizes.get(6) * sizes.get(9) - sizes.get(10) + t / sizes.get(8) * sizes.get(12);
                        int column = p % sizes.get(6) * sizes.get(9) - sizes.get(11) + t % sizes.get(8) * sizes.get(12);
                        if (row >= 0 && row < sizes.get(2) && column >= 0 && column < sizes.get(3)) {
                            int at = ((b * sizes.get(1) + channel) * sizes.get(2) + row) * sizes.get(3) + column;
                            sum += g.get((b * sizes.get(4) + output) * pixels + p) * x.get(at);
                        }
                    }
                }
                out.set(f * kernel + t, sum);
            }
        }
    }
}
