package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Linear layer on rows. */
public final class Linear {
    private Linear() {}

    /**
     * {@code out[r][o] = activation(bias[o] + sum over i of x[r][i] * weight[i][o])}. The weight is transposed against
     * PyTorch's {@code [out, in]}, so that neighbouring outputs read neighbouring weights.
     *
     * @param x {@code [rows, inputs]}
     * @param weight {@code [inputs, outputs]}
     * @param bias {@code [outputs]}
     * @param out {@code [rows, outputs]}
     * @param rows number of rows
     * @param inputs features in
     * @param outputs features out
     * @param activation a constant of {@link Activations}
     */
    public static void apply(
            FloatArray x,
            FloatArray weight,
            FloatArray bias,
            FloatArray out,
            int rows,
            int inputs,
            int outputs,
            int activation) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int o = 0; o < outputs; o++) {
                float sum = bias.get(o);
                for (int i = 0; i < inputs; i++) {
                    sum += x.get(r * inputs + i) * weight.get(i * outputs + o);
                }
                out.set(r * outputs + o, Activations.apply(activation, sum));
            }
        }
    }
}
