package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Batched matrix products whose lane index, the column, is contiguous in the right operand and in the result. An
 * operand may be a slice of a longer tensor: matrix {@code g} of it begins at {@code offset + g * stride}; a stride of
 * 0 shares one matrix between all products.
 */
public final class MatrixProduct {
    private MatrixProduct() {}

    /**
     * {@code out[g][i][j] = alpha * sum over k of a[g][i][k] * b[g][k][j]}.
     *
     * @param a matrices {@code [rows, inner]}
     * @param b matrices {@code [inner, columns]}
     * @param out {@code [groups, rows, columns]}
     * @param groups number of products
     * @param rows rows of {@code a}
     * @param inner columns of {@code a}, rows of {@code b}
     * @param columns columns of {@code b}
     * @param alpha factor of the product
     * @param aOffset index of the first matrix of {@code a}
     * @param aStride from one matrix of {@code a} to the next
     * @param bOffset index of the first matrix of {@code b}
     * @param bStride from one matrix of {@code b} to the next
     */
    public static void plain(
            FloatArray a,
            FloatArray b,
            FloatArray out,
            int groups,
            int rows,
            int inner,
            int columns,
            float alpha,
            int aOffset,
            int aStride,
            int bOffset,
            int bStride) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int i = 0; i < rows; i++) {
                for (@Parallel int j = 0; j < columns; j++) {
                    float sum = 0f;
                    for (int k = 0; k < inner; k++) {
                        sum += a.get(aOffset + g * aStride + i * inner + k)
                                * b.get(bOffset + g * bStride + k * columns + j);
                    }
                    out.set((g * rows + i) * columns + j, alpha * sum);
                }
            }
        }
    }

    /**
     * The left operand is read transposed, so that it needs no copy: {@code out[g][i][j] = alpha * sum over k of
     * a[g][k][i] * b[g][k][j]}.
     *
     * @param a matrices {@code [inner, rows]}
     * @param b matrices {@code [inner, columns]}
     * @param out {@code [groups, rows, columns]}
     * @param groups number of products
     * @param rows columns of {@code a}
     * @param inner rows of {@code a} and {@code b}
     * @param columns columns of {@code b}
     * @param alpha factor of the product
     * @param aOffset index of the first matrix of {@code a}
     * @param aStride from one matrix of {@code a} to the next
     * @param bOffset index of the first matrix of {@code b}
     * @param bStride from one matrix of {@code b} to the next
     */
    public static void transposed(
            FloatArray a,
            FloatArray b,
            FloatArray out,
            int groups,
            int rows,
            int inner,
            int columns,
            float alpha,
            int aOffset,
            int aStride,
            int bOffset,
            int bStride) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int i = 0; i < rows; i++) {
                for (@Parallel int j = 0; j < columns; j++) {
                    float sum = 0f;
                    for (int k = 0; k < inner; k++) {
                        sum += a.get(aOffset + g * aStride + k * rows + i)
                                * b.get(bOffset + g * bStride + k * columns + j);
                    }
                    out.set((g * rows + i) * columns + j, alpha * sum);
                }
            }
        }
    }

    /**
     * Linear layer on feature vectors that lie channel by channel, its result token by token: {@code out[g][n][o] =
     * bias[o] + sum over i of x[g][i][n] * weight[i][o]}. The transpose happens in the index.
     *
     * @param x {@code [groups, inputs, tokens]}
     * @param weight {@code [inputs, outputs]}
     * @param bias {@code [outputs]}
     * @param out {@code [groups, tokens, outputs]}
     * @param groups images
     * @param tokens feature vectors of an image
     * @param inputs features in
     * @param outputs features out
     */
    public static void tokens(
            FloatArray x,
            FloatArray weight,
            FloatArray bias,
            FloatArray out,
            int groups,
            int tokens,
            int inputs,
            int outputs) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int n = 0; n < tokens; n++) {
                for (@Parallel int o = 0; o < outputs; o++) {
                    float sum = bias.get(o);
                    for (int i = 0; i < inputs; i++) {
                        sum += x.get((g * inputs + i) * tokens + n) * weight.get(i * outputs + o);
                    }
                    out.set((g * tokens + n) * outputs + o, sum);
                }
            }
        }
    }
}
