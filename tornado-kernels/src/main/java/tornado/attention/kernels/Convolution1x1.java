package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** 1x1 convolution: one matrix product an image. */
public final class Convolution1x1 {
    private Convolution1x1() {}

    /**
     * {@code out[b][o][p] = activation(bias[o] + sum over i of weight[o][i] * x[b][i][p])}.
     *
     * @param x {@code [batch, inputs, pixels]}
     * @param weight {@code [outputs, inputs]}
     * @param bias {@code [outputs]}
     * @param out {@code [batch, outputs, pixels]}
     * @param batch images
     * @param inputs input channels
     * @param outputs output channels
     * @param pixels pixels of a channel
     * @param activation a constant of {@link Activations}
     */
    public static void apply(
            FloatArray x,
            FloatArray weight,
            FloatArray bias,
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
                    out.set((b * outputs + o) * pixels + p, Activations.apply(activation, sum));
                }
            }
        }
    }
}
