package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Weights, biases and masks of attention scores, in place, broadcast by strides: 0 for an axis over which they do not change.
 */
public final class ScoreMask {
    private ScoreMask() {}

    /**
     * {@code scores *= weights}.
     *
     * @param scores {@code [batch, heads, queries, keys]}, read and written
     * @param weights factors
     * @param groups batch * heads
     * @param heads heads of a token
     * @param queries query tokens
     * @param keys key tokens
     * @param imageStride stride of the weights over images
     * @param headStride stride of the weights over heads
     * @param queryStride stride of the weights over queries
     * @param keyStride stride of the weights over keys, 0 or 1
     */
    public static void weigh(
            FloatArray scores,
            FloatArray weights,
            int groups,
            int heads,
            int queries,
            int keys,
            int imageStride,
            int headStride,
            int queryStride,
            int keyStride) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int n = 0; n < queries; n++) {
                for (@Parallel int m = 0; m < keys; m++) {
                    int first = g / heads * imageStride + g % heads * headStride;
                    int at = (g * queries + n) * keys + m;
                    scores.set(at, scores.get(at) * weights.get(first + n * queryStride + m * keyStride));
                }
            }
        }
    }

    /**
     * {@code scores += bias}.
     *
     * @param scores {@code [batch, heads, queries, keys]}, read and written
     * @param bias summands
     * @param groups batch * heads
     * @param heads heads of a token
     * @param queries query tokens
     * @param keys key tokens
     * @param imageStride stride of the bias over images
     * @param headStride stride of the bias over heads
     * @param queryStride stride of the bias over queries
     * @param keyStride stride of the bias over keys, 0 or 1
     */
    public static void add(
            FloatArray scores,
            FloatArray bias,
            int groups,
            int heads,
            int queries,
            int keys,
            int imageStride,
            int headStride,
            int queryStride,
            int keyStride) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int n = 0; n < queries; n++) {
                for (@Parallel int m = 0; m < keys; m++) {
                    int first = g / heads * imageStride + g % heads * headStride;
                    int at = (g * queries + n) * keys + m;
                    scores.set(at, scores.get(at) + bias.get(first + n * queryStride + m * keyStride));
                }
            }
        }
    }

    /**
     * {@code scores = hidden} where the mask is not 0.
     *
     * @param scores {@code [batch, heads, queries, keys]}, read and written
     * @param mask not 0 hides the key from the query
     * @param hidden {@code [1]}, minus infinity; an array, because TornadoVM's OpenCL printer makes {@code -InfinityF}
     *     of the literal
     * @param groups batch * heads
     * @param heads heads of a token
     * @param queries query tokens
     * @param keys key tokens
     * @param imageStride stride of the mask over images
     * @param headStride stride of the mask over heads
     * @param queryStride stride of the mask over queries
     * @param keyStride stride of the mask over keys, 0 or 1
     */
    public static void hide(
            FloatArray scores,
            FloatArray mask,
            FloatArray hidden,
            int groups,
            int heads,
            int queries,
            int keys,
            int imageStride,
            int headStride,
            int queryStride,
            int keyStride) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int n = 0; n < queries; n++) {
                for (@Parallel int m = 0; m < keys; m++) {
                    int first = g / heads * imageStride + g % heads * headStride;
                    int at = (g * queries + n) * keys + m;
                    boolean hides = mask.get(first + n * queryStride + m * keyStride) != 0f;
                    scores.set(at, hides ? hidden.get(0) : scores.get(at));
                }
            }
        }
    }
}
