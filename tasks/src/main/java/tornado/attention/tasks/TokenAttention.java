package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;
import static tornado.attention.tasks.Step.updated;

import tornado.attention.kernels.HeadProduct;
import tornado.attention.kernels.ScoreMask;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Multi-head attention between tokens, {@code [batch, tokens, heads * features]}. Heads are slices of a token and are
 * never split or joined in memory; only the keys are transposed, because the lanes of the scores run over them.
 */
public final class TokenAttention {
    /**
     * What happens to the scores and the weights besides the softmax.
     *
     * @param heads heads of a token
     * @param weights factors of the scores, broadcastable to {@code [batch, heads, queries, keys]}, or null
     * @param bias added to the weighted scores, broadcastable likewise, or null
     * @param mask not 0 hides a key from a query, broadcastable likewise, or null; a query without any key becomes NaN
     */
    public record Scheme(int heads, Tensor weights, Tensor bias, Tensor mask) {
        /** Only the softmax. */
        public static Scheme plain(int heads) {
            return new Scheme(heads, null, null, null);
        }
    }

    private TokenAttention() {}

    /**
     * {@code softmax(mask(q k^T / sqrt(depth) * weights + bias)) v} for each head. Without weights, bias, mask, dropout and exposure
     * a map that is not small is streamed over instead of made, on transposed copies of the tokens.
     *
     * @param q {@code [batch, queries, heads * depth]}
     * @param k {@code [batch, keys, heads * depth]}
     * @param v {@code [batch, keys, heads * width]}
     * @return {@code [batch, queries, heads * width]}
     */
    public static Tensor softmax(TaskChain chain, String name, Tensor q, Tensor k, Tensor v, Scheme scheme) {
        int heads = scheme.heads();
        requireTokens(name, heads, q, k, v);
        requireSame(name, q, k, 0, "queries and keys of as many images");
        requireSame(name, q, k, 2, "queries and keys of as many features");
        requireSame(name, k, v, 0, "keys and values of as many images");
        requireSame(name, k, v, 1, "keys and values of as many tokens");
        int batch = q.shape().dim(0);
        int queries = q.shape().dim(1);
        int keys = k.shape().dim(1);
        int depth = q.shape().dim(2) / heads;
        boolean plain = scheme.weights() == null && scheme.bias() == null && scheme.mask() == null;
        double scale = 1 / Math.sqrt(depth);
        if (plain && !SpatialAttention.makesMap(chain, (long) batch * heads * queries * keys)) {
            return streamed(chain, name, q, k, v, heads, scale);
        }
        var scores = scores(chain, name + ".scores", q, k, heads, scale);
        if (scheme.weights() != null) {
            broadcast(chain, name + ".weights", ScoreMask::weigh, scores, scheme.weights());
        }
        if (scheme.bias() != null) {
            broadcast(chain, name + ".bias", ScoreMask::add, scores, scheme.bias());
        }
        if (scheme.mask() != null) {
            hide(chain, name + ".mask", scores, scheme.mask());
        }
        var map = chain.tensor(name + ".softmax", scores.shape());
        int rows = batch * heads * queries;
        Normalization.softmaxRows(chain, chain.step(name + ".softmax"), scores, map, rows, keys);
        chain.attention(AttentionKind.QUERY_KEY_MAP, map);
        return values(chain, name + ".values", map, v, heads);
    }

    /**
     * {@code scale * q k^T} for each head.
     *
     * @param q {@code [batch, queries, heads * depth]}
     * @param k {@code [batch, keys, heads * depth]}
     * @return {@code [batch, heads, queries, keys]}
     */
    public static Tensor scores(TaskChain chain, String name, Tensor q, Tensor k, int heads, double scale) {
        requireTokens(name, heads, q, k);
        requireSame(name, q, k, 0, "queries and keys of as many images");
        requireSame(name, q, k, 2, "queries and keys of as many features");
        int batch = q.shape().dim(0);
        int queries = q.shape().dim(1);
        int keys = k.shape().dim(1);
        int depth = q.shape().dim(2) / heads;
        var kt = Rearrangement.transpose(chain, name + ".keys", FeatureSlice.of(k));
        var y = chain.tensor(name, Shape.of(batch, heads, queries, keys));
        chain.step(name)
                .macs((long) batch * heads * queries * keys * depth)
                .launch(HeadProduct::scores, q, kt, out(y), batch * heads, heads, queries, depth, keys, (float) scale);
        return y;
    }

    /**
     * {@code map v} for each head.
     *
     * @param map {@code [batch, heads, queries, keys]}
     * @param v {@code [batch, keys, heads * width]}
     * @return {@code [batch, queries, heads * width]}
     */
    public static Tensor values(TaskChain chain, String name, Tensor map, Tensor v, int heads) {
        requireTokens(name, heads, v);
        Shapes.requireRank(name, map, 4);
        if (map.shape().dim(0) != v.shape().dim(0)
                || map.shape().dim(1) != heads
                || map.shape().dim(3) != v.shape().dim(1)) {
            throw new IllegalArgumentException("Task '" + name + "' takes weights [batch, " + heads
                    + " heads, queries, keys] for the values '" + v.name() + "' " + v.shape() + ", but '" + map.name()
                    + "' has shape " + map.shape() + ".");
        }
        int batch = v.shape().dim(0);
        int queries = map.shape().dim(2);
        int keys = map.shape().dim(3);
        int width = v.shape().dim(2) / heads;
        var y = chain.tensor(name, Shape.of(batch, queries, heads * width));
        chain.step(name)
                .macs((long) batch * heads * queries * keys * width)
                .launch(HeadProduct::weightedSum, map, v, out(y), batch * heads, heads, queries, keys, width);
        return y;
    }

    /** Tokens turned channel by channel, each head an image of the streamed kernel, and the result turned back. */
    private static Tensor streamed(
            TaskChain chain, String name, Tensor q, Tensor k, Tensor v, int heads, double scale) {
        var y = SpatialAttention.softmax(
                chain,
                name,
                byHead(chain, name + ".queries", q, heads),
                byHead(chain, name + ".keys", k, heads),
                byHead(chain, name + ".features", v, heads),
                scale);
        int batch = q.shape().dim(0);
        var joined = chain.view(y, Shape.of(batch, v.shape().dim(2), q.shape().dim(1)));
        return Rearrangement.transpose(chain, name + ".tokens", FeatureSlice.of(joined));
    }

    private static FeatureSlice byHead(TaskChain chain, String name, Tensor x, int heads) {
        var turned = Rearrangement.transpose(chain, name, FeatureSlice.of(x));
        int batch = x.shape().dim(0);
        return FeatureSlice.of(chain.view(
                turned,
                Shape.of(batch * heads, x.shape().dim(2) / heads, x.shape().dim(1))));
    }

    /** Scores changed in place by a tensor that is repeated over them. */
    private static void broadcast(
            TaskChain chain,
            String name,
            Task10<FloatArray, FloatArray, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer>
                    kernel,
            Tensor scores,
            Tensor by) {
        var shape = scores.shape();
        var strides = strides(name, by, shape);
        chain.step(name)
                .launch(
                        kernel,
                        updated(scores),
                        by,
                        shape.dim(0) * shape.dim(1),
                        shape.dim(1),
                        shape.dim(2),
                        shape.dim(3),
                        strides[0],
                        strides[1],
                        strides[2],
                        strides[3]);
    }

    private static void hide(TaskChain chain, String name, Tensor scores, Tensor mask) {
        var shape = scores.shape();
        var strides = strides(name, mask, shape);
        var hidden = chain.weight(Weight.of("hidden", Shape.of(1), Float.NEGATIVE_INFINITY));
        chain.step(name)
                .launch(
                        ScoreMask::hide,
                        updated(scores),
                        mask,
                        hidden,
                        shape.dim(0) * shape.dim(1),
                        shape.dim(1),
                        shape.dim(2),
                        shape.dim(3),
                        strides[0],
                        strides[1],
                        strides[2],
                        strides[3]);
    }

    /** Strides of a tensor broadcast to four axes: 0 where its extent is 1 or missing. */
    private static int[] strides(String name, Tensor tensor, Shape target) {
        var shape = tensor.shape();
        int missing = target.rank() - shape.rank();
        var strides = new int[target.rank()];
        int stride = 1;
        for (int axis = target.rank() - 1; axis >= 0; axis--) {
            int extent = axis < missing ? 1 : shape.dim(axis - missing);
            if (missing < 0 || extent != 1 && extent != target.dim(axis)) {
                throw new IllegalArgumentException("Task '" + name + "' needs '" + tensor.name()
                        + "' broadcastable to [batch, heads, queries, keys] = " + target + ", but its shape is " + shape
                        + ".");
            }
            strides[axis] = extent == 1 ? 0 : stride;
            stride *= extent;
        }
        return strides;
    }

    private static void requireTokens(String name, int heads, Tensor... tokens) {
        for (var tensor : tokens) {
            if (tensor.shape().rank() != 3
                    || tensor.elements() == 0
                    || tensor.shape().dim(2) % heads != 0) {
                throw new IllegalArgumentException("Task '" + name
                        + "' takes tokens [batch, tokens, features] whose features are divisible by " + heads
                        + " heads, but '" + tensor.name() + "' has shape " + tensor.shape() + ".");
            }
        }
    }

    private static void requireSame(String name, Tensor a, Tensor b, int axis, String what) {
        if (a.shape().dim(axis) != b.shape().dim(axis)) {
            throw new IllegalArgumentException("Task '" + name + "' takes " + what + ", but '" + a.name() + "' is "
                    + a.shape() + " and '" + b.name() + "' " + b.shape() + ".");
        }
    }
}
