package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Pooling in which each pixel has a weight of its own. */
public final class AttentionPooling {
    private AttentionPooling() {}

    /**
     * Weighted sum over the pixels: {@code out[b][c] = sum over p of attention[b][p] * x[b][c][p]}.
     *
     * @param x {@code [batch, channels, pixels]}
     * @param attention {@code [batch, pixels]}
     * @param out {@code [batch, channels]}
     * @param batch images
     * @param channels channels
     * @param pixels pixels of a channel
     */
    public static void weightedSum(
            FloatArray x, FloatArray attention, FloatArray out, int batch, int channels, int pixels) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int c = 0; c < channels; c++) {
                float sum = 0f;
                for (int p = 0; p < pixels; p++) {
                    sum += attention.get(b * pixels + p) * x.get((b * channels + c) * pixels + p);
                }
                out.set(b * channels + c, sum);
            }
        }
    }
}
