package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Attention whose weight is a rectified sum of one number a query and one a key, as the factored concatenation mode of
 * non-local blocks has it: {@code f[n][m] = max(a[n] + b[m], 0) / keys}.
 */
public final class AdditiveAttention {
    private AdditiveAttention() {}

    /**
     * Values summed with the weights, which are made on the way: {@code out[g][w][n] = sum over m of f[g][n][m] *
     * v[g][w][m]}.
     *
     * @param a one number a query, group {@code g} from {@code g * aStride}
     * @param b one number a key, from {@code bOffset + g * bStride}
     * @param v {@code width * keys} elements a group, from {@code vOffset + g * vStride}
     * @param out {@code [groups, width, queries]}
     * @param groups images
     * @param width features of values
     * @param queries number of queries
     * @param keys number of keys, at least 1
     * @param aStride from one group of queries to the next
     * @param bOffset index of the first key number
     * @param bStride from one group of keys to the next
     * @param vOffset index of the first value element
     * @param vStride from one group of values to the next
     */
    public static void weightedSum(
            FloatArray a,
            FloatArray b,
            FloatArray v,
            FloatArray out,
            int groups,
            int width,
            int queries,
            int keys,
            int aStride,
            int bOffset,
            int bStride,
            int vOffset,
            int vStride) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int w = 0; w < width; w++) {
                for (@Parallel int n = 0; n < queries; n++) {
                    float query = a.get(g * aStride + n);
                    float sum = 0f;
                    for (int m = 0; m < keys; m++) {
                        sum += Activations.apply(Activations.RELU, query + b.get(bOffset + g * bStride + m))
                                * v.get(vOffset + g * vStride + w * keys + m);
                    }
                    out.set((g * width + w) * queries + n, sum / keys);
                }
            }
        }
    }

    /**
     * The weights themselves, for those who want to see them: {@code out[g][n][m] = f[g][n][m]}.
     *
     * @param a one number a query, group {@code g} from {@code g * aStride}
     * @param b one number a key, from {@code bOffset + g * bStride}
     * @param out {@code [groups, queries, keys]}
     * @param groups images
     * @param queries number of queries
     * @param keys number of keys
     * @param aStride from one group of queries to the next
     * @param bOffset index of the first key number
     * @param bStride from one group of keys to the next
     */
    public static void map(
            FloatArray a,
            FloatArray b,
            FloatArray out,
            int groups,
            int queries,
            int keys,
            int aStride,
            int bOffset,
            int bStride) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int n = 0; n < queries; n++) {
                for (@Parallel int m = 0; m < keys; m++) {
                    float weight = a.get(g * aStride + n) + b.get(bOffset + g * bStride + m);
                    out.set((g * queries + n) * keys + m, Activations.apply(Activations.RELU, weight) / keys);
                }
            }
        }
    }
}
