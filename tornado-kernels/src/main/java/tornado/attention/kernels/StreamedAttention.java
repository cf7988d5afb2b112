package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Attention without its map: each query walks over the keys once and keeps only what the softmax needs (Milakov and
 * Gimelshein, arXiv 1805.02867; FlashAttention, arXiv 2205.14135). Feature vectors lie channel by channel, so that
 * neighbouring queries are neighbouring lanes, while keys and values are the same for all of them.
 */
public final class StreamedAttention {
    private StreamedAttention() {}

    /**
     * {@code out[g][w][n] = sum over m of softmax over m of (scale * sum over d of q[g][d][n] * k[g][d][m]) *
     * v[g][w][m]}.
     *
     * <p>Four keys are taken at a time, so that a query's element is read once for four products and the sums in
     * {@code out} are read and written once for four keys. Missing keys of the last four repeat the last key with
     * weight 0. The running sums live in {@code out} and not in a private array, which would spill at the widths that
     * occur (up to C).
     *
     * @param q {@code depth * queries} elements a group, group {@code g} from {@code g * qStride}
     * @param k {@code depth * keys} elements a group, from {@code kOffset + g * kStride}
     * @param v {@code width * keys} elements a group, from {@code vOffset + g * vStride}
     * @param out {@code [groups, width, queries]}
     * @param groups images, or images times heads
     * @param depth features of queries and keys
     * @param width features of values
     * @param queries number of queries
     * @param keys number of keys, at least 1
     * @param scale factor of the scores
     * @param qStride from one group of queries to the next
     * @param kOffset index of the first key element
     * @param kStride from one group of keys to the next
     * @param vOffset index of the first value element
     * @param vStride from one group of values to the next
     */
    public static void softmax(
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray out,
            int groups,
            int depth,
            int width,
            int queries,
            int keys,
            float scale,
            int qStride,
            int kOffset,
            int kStride,
            int vOffset,
            int vStride) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int n = 0; n < queries; n++) {
                for (int w = 0; w < width; w++) {
                    out.set((g * width + w) * queries + n, 0f);
                }
                float max = -3.0e38f;
                float sum = 0f;
                for (int block = 0; block < (keys + 3) / 4; block++) {
                    int m0 = block * 4;
                    int m1 = TornadoMath.min(m0 + 1, keys - 1);
                    int m2 = TornadoMath.min(m0 + 2, keys - 1);
                    int m3 = TornadoMath.min(m0 + 3, keys - 1);
                    float there1 = m0 + 1 < keys ? 1f : 0f;
                    float there2 = m0 + 2 < keys ? 1f : 0f;
                    float there3 = m0 + 3 < keys ? 1f : 0f;
                    float s0 = 0f;
                    float s1 = 0f;
                    float s2 = 0f;
                    float s3 = 0f;
                    for (int d = 0; d < depth; d++) {
                        float x = q.get(g * qStride + d * queries + n);
                        int key = kOffset + g * kStride + d * keys;
                        s0 += x * k.get(key + m0);
                        s1 += x * k.get(key + m1);
                        s2 += x * k.get(key + m2);
                        s3 += x * k.get(key + m3);
                    }
                    s0 *= scale;
                    s1 *= scale;
                    s2 *= scale;
                    s3 *= scale;
                    float top = TornadoMath.max(TornadoMath.max(max, s0), TornadoMath.max(s1, TornadoMath.max(s2, s3)));
                    float keep = TornadoMath.exp(max - top);
                    float p0 = TornadoMath.exp(s0 - top);
                    float p1 = there1 * TornadoMath.exp(s1 - top);
                    float p2 = there2 * TornadoMath.exp(s2 - top);
                    float p3 = there3 * TornadoMath.exp(s3 - top);
                    max = top;
                    sum = sum * keep + p0 + p1 + p2 + p3;
                    for (int w = 0; w < width; w++) {
                        int value = vOffset + g * vStride + w * keys;
                        int at = (g * width + w) * queries + n;
                        float y = out.get(at) * keep;
                        y += p0 * v.get(value + m0);
                        y += p1 * v.get(value + m1);
                        y += p2 * v.get(value + m2);
                        y += p3 * v.get(value + m3);
                        out.set(at, y);
                    }
                }
                for (int w = 0; w < width; w++) {
                    int at = (g * width + w) * queries + n;
                    out.set(at, out.get(at) / sum);
                }
            }
        }
    }
}
