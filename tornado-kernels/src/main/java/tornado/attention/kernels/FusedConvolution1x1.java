package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * 1x1 convolutions that take a neighbouring step of the chain with them, so that the map is not passed over once more.
 */
public final class FusedConvolution1x1 {
    private FusedConvolution1x1() {}

    /**
     * With a residual: {@code out[b][o][p] = activation(bias[o] + sum over i of weight[o][i] * x[b][i][p] +
     * residual[b][o][p])}.
     *
     * @param x {@code [batch, inputs, pixels]}
     * @param weight {@code [outputs, inputs]}
     * @param bias {@code [outputs]}
     * @param residual {@code [batch, outputs, pixels]}
     * @param out {@code [batch, outputs, pixels]}
     * @param batch images
     * @param inputs input channels
     * @param outputs output channels
     * @param pixels pixels of a channel
     * @param activation a constant of {@link Activations}
     */
    public static void residual(
            FloatArray x,
            FloatArray weight,
            FloatArray bias,
            FloatArray residual,
            FloatArray out,
            int batch,
            int inputs,
            int outputs,
            int pixels,
            int activation) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int o = 0; o < outputs; o++) {
                for (@Parallel int p = 0; p < pixels; p++) {
                    float sum = bias.get(o);
                    for (int i = 0; i < inputs; i++) {
                        sum += weight.get(o * inputs + i) * x.get((b * inputs + i) * pixels + p);
                    }
                    int at = (b * outputs + o) * pixels + p;
                    out.set(at, Activations.apply(activation, sum + residual.get(at)));
                }
            }
        }
    }

    /**
     * With an activation of its input: {@code out[b][o][p] = activation(bias[o] + sum over i of weight[o][i] *
     * before(x[b][i][p]))}.
     *
     * @param x {@code [batch, inputs, pixels]}
     * @param weight {@code [outputs, inputs]}
     * @param bias {@code [outputs]}
     * @param out {@code [batch, outputs, pixels]}
     * @param batch images
     * @param inputs input channels
     * @param outputs output channels
     * @param pixels pixels of a channel
     * @param before a constant of {@link Activations}, for the input
     * @param activation a constant of {@link Activations}, for the result
     */
    public static void activatedInput(
            FloatArray x,
            FloatArray weight,
            FloatArray bias,
            FloatArray out,
            int batch,
            int inputs,
            int outputs,
            int pixels,
            int before,
            int activation) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int o = 0; o < outputs; o++) {
                for (@Parallel int p = 0; p < pixels; p++) {
                    float sum = bias.get(o);
                    for (int i = 0; i < inputs; i++) {
                        sum += weight.get(o * inputs + i)
                                * Activations.apply(before, x.get((b * inputs + i) * pixels + p));
                    }
                    out.set((b * outputs + o) * pixels + p, Activations.apply(activation, sum));
                }
            }
        }
    }

    /**
     * The pixels that a strided 1x1 convolution reads, activated: {@code out[r][y][x] = activation(in[r][y * stride][x
     * * stride])}.
     *
     * @param in {@code [rows, height, width]}, rows = batch * channels
     * @param out {@code [rows, (height + stride - 1) / stride, (width + stride - 1) / stride]}
     * @param rows number of rows
     * @param height lines of {@code in}
     * @param width pixels of a line of {@code in}
     * @param outHeight lines of {@code out}
     * @param outWidth pixels of a line of {@code out}
     * @param stride distance of the pixels taken
     * @param activation a constant of {@link Activations}
     */
    public static void subsample(
            FloatArray in,
            FloatArray out,
            int rows,
            int height,
            int width,
            int outHeight,
            int outWidth,
            int stride,
            int activation) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int y = 0; y < outHeight; y++) {
                for (@Parallel int x = 0; x < outWidth; x++) {
                    float value = in.get((r * height + y * stride) * width + x * stride);
                    out.set((r * outHeight + y) * outWidth + x, Activations.apply(activation, value));
                }
            }
        }
    }
}
