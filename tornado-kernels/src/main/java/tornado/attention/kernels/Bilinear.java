package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Pixel by pixel products of channels with each other, never stored: pooled or projected where they are made. */
public final class Bilinear {
    private Bilinear() {}

    /**
     * Global average of each product: {@code out[b][t] = mean over p of x[b][first[t]][p] * x[b][second[t]][p]}.
     *
     * @param x {@code [batch, channels, pixels]}
     * @param first {@code [pairs]}
     * @param second {@code [pairs]}
     * @param out {@code [batch, pairs]}
     * @param batch images
     * @param channels channels
     * @param pairs number of products
     * @param pixels pixels of a channel
     */
    public static void average(
            FloatArray x,
            IntArray first,
            IntArray second,
            FloatArray out,
            int batch,
            int channels,
            int pairs,
            int pixels) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int t = 0; t < pairs; t++) {
                int left = (b * channels + first.get(t)) * pixels;
                int right = (b * channels + second.get(t)) * pixels;
                float sum = 0f;
                for (int p = 0; p < pixels; p++) {
                    sum += x.get(left + p) * x.get(right + p);
                }
                out.set(b * pairs + t, sum / pixels);
            }
        }
    }

    /**
     * 1x1 convolution of the products: {@code out[b][o][p] = activation(bias[o] + sum over t of weight[o][t] *
     * x[b][first[t]][p] * x[b][second[t]][p])}.
     *
     * @param x {@code [batch, channels, pixels]}
     * @param first {@code [pairs]}
     * @param second {@code [pairs]}
     * @param weight {@code [outputs, pairs]}
     * @param bias {@code [outputs]}
     * @param out {@code [batch, outputs, pixels]}
     * @param batch images
     * @param channels channels
     * @param pairs number of products
     * @param outputs output channels
     * @param pixels pixels of a channel
     * @param activation a constant of {@link Activations}
     */
    public static void project(
            FloatArray x,
            IntArray first,
            IntArray second,
            FloatArray weight,
            FloatArray bias,
            FloatArray out,
            int batch,
            int channels,
            int pairs,
            int outputs,
            int pixels,
            int activation) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int o = 0; o < outputs; o++) {
                for (@Parallel int p = 0; p < pixels; p++) {
                    float sum = bias.get(o);
                    for (int t = 0; t < pairs; t++) {
                        float product = x.get((b * channels + first.get(t)) * pixels + p)
                                * x.get((b * channels + second.get(t)) * pixels + p);
                        sum += weight.get(o * pairs + t) * product;
                    }
                    out.set((b * outputs + o) * pixels + p, Activations.apply(activation, sum));
                }
            }
        }
    }

    /**
     * The same, its result used at once as a gate: {@code out[b][o][p] = y[b][o][p] * sigmoid(context[b][o] * activation(bias[o]
     * + sum over t of weight[o][t] * x[b][first[t]][p] * x[b][second[t]][p]))}.
     *
     * @param x {@code [batch, channels, pixels]}
     * @param first {@code [pairs]}
     * @param second {@code [pairs]}
     * @param weight {@code [outputs, pairs]}
     * @param bias {@code [outputs]}
     * @param context {@code [batch, outputs]}
     * @param y {@code [batch, outputs, pixels]}
     * @param out {@code [batch, outputs, pixels]}
     * @param batch images
     * @param channels channels
     * @param pairs number of products
     * @param outputs output channels
     * @param pixels pixels of a channel
     * @param activation a constant of {@link Activations}
     */
    public static void projectGated(
            FloatArray x,
            IntArray first,
            IntArray second,
            FloatArray weight,
            FloatArray bias,
            FloatArray context,
            FloatArray y,
            FloatArray out,
            int batch,
            int channels,
            int pairs,
            int outputs,
            int pixels,
            int activation) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int o = 0; o < outputs; o++) {
                for (@Parallel int p = 0; p < pixels; p++) {
                    float sum = bias.get(o);
                    for (int t = 0; t < pairs; t++) {
                        float product = x.get((b * channels + first.get(t)) * pixels + p)
                                * x.get((b * channels + second.get(t)) * pixels + p);
                        sum += weight.get(o * pairs + t) * product;
                    }
                    int at = (b * outputs + o) * pixels + p;
                    float gate = Activations.sigmoid(context.get(b * outputs + o) * Activations.apply(activation, sum));
                    out.set(at, y.get(at) * gate);
                }
            }
        }
    }
}
