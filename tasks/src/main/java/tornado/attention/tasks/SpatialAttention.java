package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.AdditiveAttention;
import tornado.attention.kernels.AxisNormalization;
import tornado.attention.kernels.StreamedAttention;

/**
 * Attention between the positions of feature maps, which lie channel by channel: queries {@code [batch, depth, n]},
 * keys {@code [batch, depth, m]}, values {@code [batch, width, m]}, result {@code [batch, width, n]}. Nothing is
 * transposed for it: a map of weights, where there is one, is made keys first, {@code [batch, m, n]}, so that the
 * queries are contiguous in the map, in its softmax and in the product with the values.
 *
 * <p>The N x N map is made only if the chain exposes attention or if it is small (see {@link #MAP_LIMIT}); otherwise
 * one kernel streams over the keys.
 */
public final class SpatialAttention {
    /**
     * Bytes up to which a map of weights is made although nobody asked for it. While scores, softmax and product find
     * it in the last-level cache they are 1.5 to 2.4 times faster than the streamed kernel (hand-vectorised on a Zen
     * with AVX-512, 64 to 512 features), because their sums stay in registers; from about 40 MB on memory decides and
     * the streamed kernel is level. To be looked at again when it is vectorised over keys, and on GPUs, where it was
     * not measured.
     */
    static final long MAP_LIMIT = 8L << 20;

    private SpatialAttention() {}

    /** Whether the map of an attention is made. */
    static boolean makesMap(TaskChain chain, long weights) {
        return chain.exposesAttention() || weights * Float.BYTES <= MAP_LIMIT;
    }

    /**
     * {@code y_n = sum over m of softmax_m(scale * q_n . k_m) v_m}: one streamed kernel, or three over a map (scores,
     * softmax, values).
     *
     * @param q queries
     * @param k keys, as many channels as the queries
     * @param v values, as many positions as the keys
     * @param scale factor of the scores
     * @return {@code [batch, width, n]}
     */
    public static Tensor softmax(
            TaskChain chain, String name, FeatureSlice q, FeatureSlice k, FeatureSlice v, double scale) {
        requireFit(name, q, k, v);
        long weights = (long) q.batch() * q.pixels() * k.pixels();
        if (!makesMap(chain, weights)) {
            return streamed(chain, name, q, k, v, scale);
        }
        var scores = scores(chain, name + ".scores", k, q, scale);
        int keys = k.pixels();
        int queries = q.pixels();
        var map = chain.tensor(name + ".softmax", scores.shape());
        chain.step(name + ".softmax").launch(AxisNormalization::softmax, scores, out(map), q.batch(), keys, queries);
        expose(chain, name, map);
        return product(chain, name + ".values", v, FeatureSlice.of(map), 1);
    }

    private static Tensor streamed(
            TaskChain chain, String name, FeatureSlice q, FeatureSlice k, FeatureSlice v, double scale) {
        if (q.first() != 0) {
            throw new IllegalArgumentException("Task '" + name + "' reads queries from the first channel of '"
                    + q.tensor().name() + "'; put them there instead of behind " + q.first() + " others.");
        }
        var y = chain.tensor(name, Shape.of(q.batch(), v.channels(), q.pixels()));
        FeatureSlice.counted(chain.step(name), q, k, v)
                .variant("streamed")
                .macs((long) q.batch() * q.pixels() * k.pixels() * (q.channels() + v.channels()))
                .launch(
                        StreamedAttention::softmax,
                        q.tensor(),
                        k.tensor(),
                        v.tensor(),
                        out(y),
                        q.batch(),
                        q.channels(),
                        v.channels(),
                        q.pixels(),
                        k.pixels(),
                        (float) scale,
                        q.stride(),
                        k.offset(),
                        k.stride(),
                        v.offset(),
                        v.stride());
        return y;
    }

    /**
     * {@code y_n = scale * sum over m of (q_n . k_m) v_m}. Without a softmax between them the products are associative:
     * values times keys first ({@code [width, depth]}), which is {@code (N + M) depth width} instead of {@code N M
     * (depth + width)} MACs and needs no map. The map is made if the chain exposes attention or if that is less work.
     *
     * @param q queries
     * @param k keys, as many channels as the queries
     * @param v values, as many positions as the keys
     * @param scale factor of the products
     * @return {@code [batch, width, n]}
     */
    public static Tensor linear(
            TaskChain chain, String name, FeatureSlice q, FeatureSlice k, FeatureSlice v, double scale) {
        requireFit(name, q, k, v);
        long direct = (long) q.pixels() * k.pixels() * (q.channels() + v.channels());
        long factored = (long) q.channels() * v.channels() * (q.pixels() + k.pixels());
        if (chain.exposesAttention() || direct <= factored) {
            var map = scores(chain, name + ".scores", k, q, scale);
            expose(chain, name, map);
            return product(chain, name + ".values", v, FeatureSlice.of(map), 1);
        }
        var keys = Rearrangement.transpose(chain, name + ".keys", k);
        var summary = product(chain, name + ".summary", v, FeatureSlice.of(keys), 1);
        return product(chain, name + ".queries", FeatureSlice.of(summary), q, scale);
    }

    /**
     * {@code y_n = (1 / M) sum over m of max(a_n + b_m, 0) v_m}, the weights made on the way.
     *
     * @param a one channel, from the first of its tensor
     * @param b one channel
     * @param v values, as many positions as {@code b}
     * @return {@code [batch, width, n]}
     */
    public static Tensor additive(TaskChain chain, String name, FeatureSlice a, FeatureSlice b, FeatureSlice v) {
        requireFit(name, a, b, v);
        if (a.channels() != 1 || a.first() != 0) {
            throw new IllegalArgumentException("Task '" + name + "' takes one number a query, the first channel of '"
                    + a.tensor().name() + "', but got " + a.channels() + " from " + a.first() + ".");
        }
        int batch = a.batch();
        int queries = a.pixels();
        int keys = b.pixels();
        if (chain.exposesAttention()) {
            var map = chain.tensor(name + ".map", Shape.of(batch, 1, queries, keys));
            FeatureSlice.counted(chain.step(name + ".map"), a, b)
                    .launch(
                            AdditiveAttention::map,
                            a.tensor(),
                            b.tensor(),
                            out(map),
                            batch,
                            queries,
                            keys,
                            a.stride(),
                            b.offset(),
                            b.stride());
            chain.attention(AttentionKind.QUERY_KEY_MAP, map);
        }
        var y = chain.tensor(name, Shape.of(batch, v.channels(), queries));
        FeatureSlice.counted(chain.step(name), a, b, v)
                .macs((long) batch * queries * keys * v.channels())
                .launch(
                        AdditiveAttention::weightedSum,
                        a.tensor(),
                        b.tensor(),
                        v.tensor(),
                        out(y),
                        batch,
                        v.channels(),
                        queries,
                        keys,
                        a.stride(),
                        b.offset(),
                        b.stride(),
                        v.offset(),
                        v.stride());
        return y;
    }

    /**
     * A weight matrix times some channels of a map.
     *
     * @param weight {@code [outputs, channels]}, or that with trailing extents of 1
     * @return {@code [batch, outputs, positions]}
     */
    public static Tensor project(TaskChain chain, String name, Weight weight, FeatureSlice x) {
        Shapes.requireMatrix(name, weight, x.channels());
        int outputs = weight.shape().dim(0);
        var w = chain.weight(weight);
        var y = chain.tensor(name, Shape.of(x.batch(), outputs, x.pixels()));
        var step =
                FeatureSlice.counted(chain.step(name), x).macs((long) x.batch() * outputs * x.channels() * x.pixels());
        new Products(x.batch(), outputs, x.channels(), x.pixels(), 1f, 0, 0, x.offset(), x.stride())
                .plain(chain, step, w, x.tensor(), y);
        return y;
    }

    /**
     * Products of all pairs of positions, each the sum over the channels: {@code out[b][i][j] = scale * a_i . b_j}.
     *
     * @return {@code [batch, positions of a, positions of b]}
     */
    public static Tensor scores(TaskChain chain, String name, FeatureSlice a, FeatureSlice b, double scale) {
        int rows = a.pixels();
        int columns = b.pixels();
        var y = chain.tensor(name, Shape.of(a.batch(), rows, columns));
        var step = FeatureSlice.counted(chain.step(name), a, b).macs((long) a.batch() * rows * a.channels() * columns);
        new Products(
                        a.batch(),
                        rows,
                        a.channels(),
                        columns,
                        (float) scale,
                        a.offset(),
                        a.stride(),
                        b.offset(),
                        b.stride())
                .transposed(chain, step, a.tensor(), b.tensor(), y);
        return y;
    }

    /** {@code out[b] = scale * a[b] b[b]} with {@code a [batch, rows, inner]} and {@code b [batch, inner, columns]}. */
    public static Tensor product(TaskChain chain, String name, FeatureSlice a, FeatureSlice b, double scale) {
        int rows = a.channels();
        int inner = a.pixels();
        int columns = b.pixels();
        var y = chain.tensor(name, Shape.of(a.batch(), rows, columns));
        var step = FeatureSlice.counted(chain.step(name), a, b).macs((long) a.batch() * rows * inner * columns);
        new Products(a.batch(), rows, inner, columns, (float) scale, a.offset(), a.stride(), b.offset(), b.stride())
                .plain(chain, step, a.tensor(), b.tensor(), y);
        return y;
    }

    /**
     * Turns a map made keys first, {@code [batch, keys, queries]}, queries first and offers it; nothing unless asked
     * for.
     */
    private static void expose(TaskChain chain, String name, Tensor map) {
        if (chain.exposesAttention()) {
            var turned = Rearrangement.transpose(chain, name + ".map", FeatureSlice.of(map));
            var shape = turned.shape();
            chain.attention(
                    AttentionKind.QUERY_KEY_MAP,
                    chain.view(turned, Shape.of(shape.dim(0), 1, shape.dim(1), shape.dim(2))));
        }
    }

    private static void requireFit(String name, FeatureSlice q, FeatureSlice k, FeatureSlice v) {
        boolean batches = q.batch() == k.batch() && k.batch() == v.batch();
        if (!batches || q.channels() != k.channels() || k.pixels() != v.pixels() || k.pixels() < 1) {
            throw new IllegalArgumentException("Task '" + name
                    + "' takes queries and keys of one depth, and keys and values of"
                    + " as many positions (at least one), but queries have " + describe(q) + ", keys " + describe(k)
                    + ", values " + describe(v) + ".");
        }
    }

    private static String describe(FeatureSlice slice) {
        return slice.channels() + " channels of " + slice.tensor().shape();
    }
}
