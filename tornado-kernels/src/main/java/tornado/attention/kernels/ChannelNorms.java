package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Norms of channels over their pixels, and their normalisation over the channels (arXiv 1909.11519). */
public final class ChannelNorms {
    /** The sum of the values as they are. */
    public static final int SUM = 0;
    /** The sum of their absolute values. */
    public static final int L1 = 1;
    /** The root of the sum of their squares and eps. */
    public static final int L2 = 2;

    private ChannelNorms() {}

    /**
     * Weighted norm of each channel: {@code out[b][c] = weight[c] * norm(x[b][c])}.
     *
     * @param x {@code [batch, channels, pixels]}
     * @param weight {@code [channels]}
     * @param out {@code [batch, channels]}
     * @param batch images
     * @param channels channels
     * @param pixels pixels of a channel
     * @param norm {@link #SUM}, {@link #L1} or {@link #L2}
     * @param eps added to the sum of squares
     */
    public static void pool(
            FloatArray x, FloatArray weight, FloatArray out, int batch, int channels, int pixels, int norm, float eps) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int c = 0; c < channels; c++) {
                float sum = 0f;
                for (int p = 0; p < pixels; p++) {
                    sum += term(norm, x.get((b * channels + c) * pixels + p));
                }
                float root = norm == L2 ? TornadoMath.sqrt(sum + eps) : sum;
                out.set(b * channels + c, weight.get(c) * root);
            }
        }
    }

    /**
     * Each row divided by its mean norm, then an affine map and a gate around 1: {@code out[r][c] = 1 + tanh(s[r][c] * gamma[c] /
     * mean + beta[c])} with the mean over c of {@code |s|} plus eps, or the root of the mean of {@code s * s} plus eps.
     *
     * @param s {@code [rows, channels]}
     * @param gamma {@code [channels]}
     * @param beta {@code [channels]}
     * @param out {@code [rows, channels]}
     * @param rows number of rows
     * @param channels elements of a row
     * @param norm {@link #L1} or {@link #L2}
     * @param eps added to the mean
     */
    public static void gate(
            FloatArray s,
            FloatArray gamma,
            FloatArray beta,
            FloatArray out,
            int rows,
            int channels,
            int norm,
            float eps) {
        for (@Parallel int r = 0; r < rows; r++) {
            float sum = 0f;
            for (int c = 0; c < channels; c++) {
                sum += term(norm, s.get(r * channels + c));
            }
            float mean = sum / channels + eps;
            float scale = 1f / (norm == L2 ? TornadoMath.sqrt(mean) : mean);
            for (int c = 0; c < channels; c++) {
                float z = s.get(r * channels + c) * (gamma.get(c) * scale) + beta.get(c);
                out.set(r * channels + c, 1f + TornadoMath.tanh(z));
            }
        }
    }

    static float term(int norm, float x) {
        if (norm == L2) {
            return x * x;
        }
        if (norm == L1) {
            return TornadoMath.abs(x);
        }
        return x;
    }
}
