package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Mean and standard deviation of a channel, weighted (arXiv 1903.10829). */
public final class StylePooling {
    private StylePooling() {}

    /**
     * {@code out[b][c] = activation(weight[c][0] * mean + weight[c][1] * sqrt(squares / (count - 1) + eps) + shift[c])}: the
     * unbiased standard deviation, 0 / 0 over a single pixel.
     *
     * @param mean {@code [batch, channels]}
     * @param squares {@code [batch, channels]}, sums of squared differences from the mean
     * @param weight {@code [channels, 2]}
     * @param shift {@code [channels]}
     * @param out {@code [batch, channels]}
     * @param batch images
     * @param channels channels
     * @param count pixels of a channel
     * @param eps added to the variance
     * @param activation a constant of {@link Activations}
     */
    public static void combine(
            FloatArray mean,
            FloatArray squares,
            FloatArray weight,
            FloatArray shift,
            FloatArray out,
            int batch,
            int channels,
            int count,
            float eps,
            int activation) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int c = 0; c < channels; c++) {
                int at = b * channels + c;
                float deviation = TornadoMath.sqrt(squares.get(at) / (count - 1) + eps);
                float z = weight.get(2 * c) * mean.get(at) + weight.get(2 * c + 1) * deviation + shift.get(c);
                out.set(at, Activations.apply(activation, z));
            }
        }
    }
}
