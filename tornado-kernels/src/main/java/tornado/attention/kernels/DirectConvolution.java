package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A convolution in the form in which vendors' libraries have it: weights as they are, zeros around the map without a copy. */
public final class DirectConvolution {
    private DirectConvolution() {}

    /**
     * {@code out[b][f][y][z]} is the sum over channels and taps of {@code filter[f][c][i][j] * x[b][c][y * stride + i - padding][z *
     * stride + j - padding]}.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param filter {@code [filters, channels, rows, columns]}
     * @param out {@code [batch, filters, (height + 2 padding - rows) / stride + 1, (width + 2 padding - columns) / stride + 1]}
     * @param batch images
     * @param channels channels of the map
     * @param height its rows
     * @param width its columns
     * @param filters channels of the result
     * @param rows rows of the filter, no more than the padded map's
     * @param columns columns of the filter, no more than the padded map's
     * @param padding zeros on each side
     * @param stride distance of outputs
     */
    public static void apply(
            FloatArray x,
            FloatArray filter,
            FloatArray out,
            int batch,
            int channels,
            int height,
            int width,
            int filters,
            int rows,
            int columns,
            int padding,
            int stride) {
        int outHeight = (height + 2 * padding - rows) / stride + 1;
        int outWidth = (width + 2 * padding - columns) / stride + 1;
        for (@Parallel int n = 0; n < batch * filters; n++) {
            for (@Parallel int y = 0; y < outHeight; y++) {
                for (@Parallel int z = 0; z < outWidth; z++) {
                    int image = n / filters;
                    int f = n % filters;
                    float sum = 0f;
                    for (int c = 0; c < channels; c++) {
                        for (int i = 0; i < rows; i++) {
                            for (int j = 0; j < columns; j++) {
                                int yy = y * stride + i - padding;
                                int zz = z * stride + j - padding;
                                if (Bounds.contain(yy, height) && Bounds.contain(zz, width)) {
                                    sum += filter.get(((f * channels + c) * rows + i) * columns + j)
                                            * x.get(((image * channels + c) * height + yy) * width + zz);
                                }
                            }
                        }
                    }
                    out.set((n * outHeight + y) * outWidth + z, sum);
                }
            }
        }
    }
}
