package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Feature vectors against codewords (context encoding, arXiv 1803.08904). The codewords lie transposed, so that the
 * lanes run over them and a pixel is the same for all lanes.
 */
public final class Codewords {
    private Codewords() {}

    /**
     * Scaled squared distances: {@code out[b][n][k] = scale[k] * sum over d of (x[b][d][n] - codewords[d][k])^2}.
     *
     * @param x {@code [batch, depth, pixels]}
     * @param codewords {@code [depth, codes]}
     * @param scale {@code [codes]}
     * @param out {@code [batch, pixels, codes]}
     * @param batch images
     * @param depth features of a pixel
     * @param pixels pixels of an image
     * @param codes number of codewords
     */
    public static void distances(
            FloatArray x,
            FloatArray codewords,
            FloatArray scale,
            FloatArray out,
            int batch,
            int depth,
            int pixels,
            int codes) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int n = 0; n < pixels; n++) {
                for (@Parallel int k = 0; k < codes; k++) {
                    float sum = 0f;
                    for (int d = 0; d < depth; d++) {
                        float residual = x.get((b * depth + d) * pixels + n) - codewords.get(d * codes + k);
                        sum += residual * residual;
                    }
                    out.set((b * pixels + n) * codes + k, scale.get(k) * sum);
                }
            }
        }
    }

    /**
     * Residuals summed with the pixels' assignments: {@code out[b][d][k] = sum over n of assignment[b][n][k] *
     * (x[b][d][n] - codewords[d][k])}.
     *
     * @param x {@code [batch, depth, pixels]}
     * @param assignment {@code [batch, pixels, codes]}
     * @param codewords {@code [depth, codes]}
     * @param out {@code [batch, depth, codes]}
     * @param batch images
     * @param depth features of a pixel
     * @param pixels pixels of an image
     * @param codes number of codewords
     */
    public static void residuals(
            FloatArray x,
            FloatArray assignment,
            FloatArray codewords,
            FloatArray out,
            int batch,
            int depth,
            int pixels,
            int codes) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int d = 0; d < depth; d++) {
                for (@Parallel int k = 0; k < codes; k++) {
                    float codeword = codewords.get(d * codes + k);
                    float sum = 0f;
                    for (int n = 0; n < pixels; n++) {
                        float residual = x.get((b * depth + d) * pixels + n) - codeword;
                        sum += assignment.get((b * pixels + n) * codes + k) * residual;
                    }
                    out.set((b * depth + d) * codes + k, sum);
                }
            }
        }
    }
}
