package tornado.attention.modules.float64;

/**
 * Scaled dot-product attention (Vaswani et al., NeurIPS 2017) and dual attention (Fu et al., arXiv 1809.02983) built
 * from it.
 */
final class DotProductReference {
    /** The published rate over the attention weights, in train mode. */
    private static final double DROPOUT = 0.1;

    private DotProductReference() {}

    /** Projections, h heads of d_k and d_v, optional weights and mask, output projection. */
    static Array64 scaled(Call64 call) {
        return projected(call, call.input("queries"), call.input("keys"), call.input("values"), call.integer("h", 8));
    }

    private static Array64 projected(Call64 call, Array64 queries, Array64 keys, Array64 values, int h) {
        return heads(call, call.linear("fc_q", queries), call.linear("fc_k", keys), call.linear("fc_v", values), h);
    }

    /** The same without the projections of queries, keys and values: heads are slices of the model's width. */
    static Array64 simplified(Call64 call) {
        return heads(call, call.input("queries"), call.input("keys"), call.input("values"), call.integer("h", 8));
    }

    private static Array64 heads(Call64 call, Array64 q, Array64 k, Array64 v, int h) {
        call.refuseDropout(call.real("dropout", DROPOUT));
        int width = q.dim(2) / h;
        if (width * h != q.dim(2) || v.dim(2) % h != 0) {
            throw new IllegalArgumentException("A width of " + q.dim(2) + " (values " + v.dim(2)
                    + ") cannot be split into " + h + " equal heads; choose a number of heads that divides it.");
        }
        int queries = q.dim(1);
        var y = Attention64.attend(split(q, h), split(k, h), split(v, h), weighting(call, h, 1 / Math.sqrt(width)));
        return call.linear("fc_o", join(y, h, queries));
    }

    /** Scaled products times the weights plus the bias, hidden where the mask is set, and their softmax. */
    private static Attention64.Row weighting(Call64 call, int h, double factor) {
        var softmax = Attention64.softmax(factor);
        var weights = call.optionalInput("weights").orElse(null);
        var bias = call.optionalInput("bias").orElse(null);
        var mask = call.optionalInput("mask").orElse(null);
        if (weights == null && bias == null && mask == null) {
            return softmax;
        }
        return (row, batch, query) -> {
            for (var key = 0; key < row.length; key++) {
                int[] position = {batch / h, batch % h, query, key};
                if (weights != null) {
                    row[key] *= broadcast(weights, position);
                }
                if (bias != null) {
                    row[key] += broadcast(bias, position) / factor; // the softmax scales
                }
                if (mask != null && broadcast(mask, position) != 0) {
                    row[key] = Double.NEGATIVE_INFINITY;
                }
            }
            softmax.apply(row, batch, query);
        };
    }

    /** The element at a position of (b, h, nq, nk) of an array whose dimensions may be missing in front or one. */
    private static double broadcast(Array64 array, int[] position) {
        int index = 0;
        for (var axis = 0; axis < array.rank(); axis++) {
            int at = position[position.length - array.rank() + axis];
            index = index * array.dim(axis) + (array.dim(axis) == 1 ? 0 : at);
        }
        return array.values()[index];
    }

    /** [B, N, h d] as [B h, N, d]. */
    private static Array64 split(Array64 x, int h) {
        return move(x, Array64.zeros(x.dim(0) * h, x.dim(1), x.dim(2) / h), h, false);
    }

    /** [B h, N, d] as [B, N, h d]. */
    private static Array64 join(Array64 heads, int h, int n) {
        return move(heads, Array64.zeros(heads.dim(0) / h, n, heads.dim(2) * h), h, true);
    }

    private static Array64 move(Array64 from, Array64 to, int h, boolean joins) {
        var split = joins ? from : to;
        int n = split.dim(1);
        int d = split.dim(2);
        for (var head = 0; head < split.dim(0); head++) {
            for (var i = 0; i < n; i++) {
                int apart = (head * n + i) * d;
                int together = ((head / h * n + i) * h + head % h) * d;
                System.arraycopy(from.values(), joins ? apart : together, to.values(), joins ? together : apart, d);
            }
        }
        return to;
    }

    /** Pixels as tokens after a k x k convolution: [B, N, C]. */
    static Array64 position(Call64 call) {
        var y = convolved(call);
        var tokens = NonLocalReference.tokens(y);
        return projected(call.within("pa"), tokens, tokens, tokens, 1);
    }

    /** Channels as tokens after a k x k convolution: [B, C, N]. */
    static Array64 channel(Call64 call) {
        var y = convolved(call);
        var tokens = y.reshape(y.dim(0), y.dim(1), y.dim(2) * y.dim(3));
        return heads(call.within("pa"), tokens, tokens, tokens, 1);
    }

    private static Array64 convolved(Call64 call) {
        int kernel = call.parameter("cnn.weight").dim(3);
        var geometry = new Convolution64.Geometry(1, (kernel - 1) / 2, 1, 1);
        return call.convolution("cnn", call.input(), geometry);
    }

    /** Position attention + channel attention, both as images. */
    static Array64 dual(Call64 call) {
        var x = call.input();
        var position = position(call.within("position_attention_module"));
        var channel = channel(call.within("channel_attention_module"));
        return NonLocalReference.image(position, x.dim(2), x.dim(3)).plus(channel.reshape(x.shape()));
    }
}
