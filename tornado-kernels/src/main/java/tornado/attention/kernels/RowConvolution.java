package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Each row of a matrix with its own filters: a grouped convolution as long as a row. */
public final class RowConvolution {
    private RowConvolution() {}

    /**
     * {@code out[b][i][f] = bias[i][f] + sum over k of weight[i][f][k] * x[b][i][k]}.
     *
     * @param x {@code [batch, rows, columns]}
     * @param weight {@code [rows, filters, columns]}
     * @param bias {@code [rows, filters]}
     * @param out {@code [batch, rows, filters]}
     * @param batch matrices
     * @param rows rows of a matrix
     * @param filters filters of a row
     * @param columns elements of a row
     */
    public static void apply(
            FloatArray x,
            FloatArray weight,
            FloatArray bias,
            FloatArray out,
            int batch,
            int rows,
            int filters,
            int columns) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int i = 0; i < rows; i++) {
                for (@Parallel int f = 0; f < filters; f++) {
                    float sum = bias.get(i * filters + f);
                    for (int k = 0; k < columns; k++) {
                        sum += weight.get((i * filters + f) * columns + k) * x.get((b * rows + i) * columns + k);
                    }
                    out.set((b * rows + i) * filters + f, sum);
                }
            }
        }
    }
}
