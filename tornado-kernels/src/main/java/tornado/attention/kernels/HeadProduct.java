package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The two matrix products of multi-head attention on tokens: heads are slices of a token's features, so nothing is
 * split or joined in memory. Only the keys are wanted transposed, because the lanes run over them.
 */
public final class HeadProduct {
    private HeadProduct() {}

    /**
     * Scores of each query with each key: {@code out[b][h][n][m] = scale * sum over d of q[b][n][h][d] *
     * kt[b][h][d][m]}.
     *
     * @param q {@code [batch, queries, heads * depth]}
     * @param kt keys transposed, {@code [batch, heads * depth, keys]}
     * @param out {@code [batch, heads, queries, keys]}
     * @param groups batch * heads
     * @param heads heads of a token
     * @param queries query tokens
     * @param depth features of a head
     * @param keys key tokens
     * @param scale factor of the product
     */
    public static void scores(
            FloatArray q,
            FloatArray kt,
            FloatArray out,
            int groups,
            int heads,
            int queries,
            int depth,
            int keys,
            float scale) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int n = 0; n < queries; n++) {
                for (@Parallel int m = 0; m < keys; m++) {
                    int head = g % heads;
                    int query = ((g / heads * queries + n) * heads + head) * depth;
                    float sum = 0f;
                    for (int d = 0; d < depth; d++) {
                        sum += q.get(query + d) * kt.get((g * depth + d) * keys + m);
                    }
                    out.set((g * queries + n) * keys + m, scale * sum);
                }
            }
        }
    }

    /**
     * Values summed with the weights of each query: {@code out[b][n][h][w] = sum over m of map[b][h][n][m] *
     * v[b][m][h][w]}.
     *
     * @param map {@code [batch, heads, queries, keys]}
     * @param v {@code [batch, keys, heads * width]}
     * @param out {@code [batch, queries, heads * width]}
     * @param groups batch * heads
     * @param heads heads of a token
     * @param queries query tokens
     * @param keys key tokens
     * @param width value features of a head
     */
    public static void weightedSum(
            FloatArray map, FloatArray v, FloatArray out, int groups, int heads, int queries, int keys, int width) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int n = 0; n < queries; n++) {
                for (@Parallel int w = 0; w < width; w++) {
                    int image = g / heads;
                    int head = g % heads;
                    float sum = 0f;
                    for (int m = 0; m < keys; m++) {
                        sum += map.get((g * queries + n) * keys + m)
                                * v.get(((image * keys + m) * heads + head) * width + w);
                    }
                    out.set(((image * queries + n) * heads + head) * width + w, sum);
                }
            }
        }
    }
}
