package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Weights and masks of attention scores. */
public final class ScoreMask {
    private ScoreMask() {}

    /**
     * In place: {@code scores = mask != 0 ? -infinity : scores * weights}. Weights and mask are broadcast by strides: 0 for an
     * axis over which they do not change.
     *
     * @param scores {@code [batch, heads, queries, keys]}, read and written
     * @param weights factors
     * @param mask not 0 hides the key from the query
     * @param groups batch * heads
     * @param heads heads of a token
     * @param queries query tokens
     * @param keys key tokens
     * @param weightImage stride of the weights over images
     * @param weightHead stride of the weights over heads
     * @param weightQuery stride of the weights over queries
     * @param weightKey stride of the weights over keys, 0 or 1
     * @param maskImage stride of the mask over images
     * @param maskHead stride of the mask over heads
     * @param maskQuery stride of the mask over queries
     * @param maskKey stride of the mask over keys, 0 or 1
     */
    public static void apply(
            FloatArray scores,
            FloatArray weights,
            FloatArray mask,
            int groups,
            int heads,
            int queries,
            int keys,
            int weightImage,
            int weightHead,
            int weightQuery,
            int weightKey,
            int maskImage,
            int maskHead,
            int maskQuery,
            int maskKey) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int n = 0; n < queries; n++) {
                for (@Parallel int m = 0; m < keys; m++) {
                    int image = g / heads;
                    int head = g % heads;
                    int at = (g * queries + n) * keys + m;
                    float weight = weights.get(
                            image * weightImage + head * weightHead + n * weightQuery + m * weightKey);
                    float hidden = mask.get(image * maskImage + head * maskHead + n * maskQuery + m * maskKey);
                    float score = scores.get(at) * weight;
                    scores.set(at, hidden != 0f ? Float.NEGATIVE_INFINITY : score);
                }
            }
        }
    }
}
