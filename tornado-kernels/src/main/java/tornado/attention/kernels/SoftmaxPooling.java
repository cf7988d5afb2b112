package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Attention pooling in one kernel: softmax over the pixels and weighted sum, the attention never stored. */
public final class SoftmaxPooling {
    private SoftmaxPooling() {}

    /**
     * {@code out[b][c] = sum over p of exp(logits[b][p] - max) * x[b][c][p] / sum over p of exp(logits[b][p] - max)};
     * the feature map is read once, the logits, which stay in the cache, twice a channel.
     *
     * @param x {@code [batch, channels, pixels]}
     * @param logits {@code [batch, pixels]}
     * @param out {@code [batch, channels]}
     * @param batch images
     * @param channels channels
     * @param pixels pixels of a channel, at least 1
     */
    public static void weightedSum(
            FloatArray x, FloatArray logits, FloatArray out, int batch, int channels, int pixels) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int c = 0; c < channels; c++) {
                float max = logits.get(b * pixels);
                for (int p = 1; p < pixels; p++) {
                    max = TornadoMath.max(max, logits.get(b * pixels + p));
                }
                float norm = 0f;
                float sum = 0f;
                for (int p = 0; p < pixels; p++) {
                    float e = TornadoMath.exp(logits.get(b * pixels + p) - max);
                    norm += e;
                    sum += e * x.get((b * channels + c) * pixels + p);
                }
                out.set(b * channels + c, sum / norm);
            }
        }
    }
}
