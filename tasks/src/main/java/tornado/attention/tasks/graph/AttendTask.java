package tornado.attention.tasks.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;

/**
 * Attention of queries to keys, the map not a value: inputs are queries, keys, values, then weights, bias and mask where there are
 * some.
 *
 * <pre>
 *   CHANNELS  q [B, d, N], k [B, d, M], v [B, e, M]         y [B, e, N]
 *   TOKENS    q [B, N, h d], k [B, M, h d], v [B, M, h e]   y [B, N, h e]
 * </pre>
 *
 * @param kind how the map is made of queries and keys
 * @param layout which axis the positions are on
 * @param heads h; 1 for CHANNELS
 * @param scale of the scores; for {@link Kind#ADDITIVE} of the map
 * @param weights whether there are factors of the scores, broadcastable to {@code [B, h, N, M]}
 * @param bias whether there is something added to the weighted scores, broadcastable likewise: PyTorch's mask of numbers
 * @param mask whether there is a mask: a key is hidden from a query where it is not 0, broadcastable likewise
 * @param dropout probability of dropping an element of the map in training
 * @param seed of the dropout
 * @param stream what says that two dropouts drop the same; null without dropout
 */
public record AttendTask(
        Kind kind,
        Layout layout,
        int heads,
        double scale,
        boolean weights,
        boolean bias,
        boolean mask,
        double dropout,
        int seed,
        Object stream)
        implements Composite {
    /** How the map is made. */
    public enum Kind {
        /** {@code softmax over keys of scale q . k}. */
        SOFTMAX,
        /** {@code scale q . k}. */
        LINEAR,
        /** {@code scale relu(a + b)} of one number a query and one a key (d = 1). */
        ADDITIVE
    }

    /** Which axis the positions are on. */
    public enum Layout {
        /** The last one: channel by channel, as a feature map lies. */
        CHANNELS,
        /** The middle one: token by token. */
        TOKENS
    }

    /** Of queries, keys and values alone, with a dropout of its own, where there is one. */
    public AttendTask(Kind kind, Layout layout, int heads, double scale, double dropout, int seed) {
        this(kind, layout, heads, scale, false, false, false, dropout, seed, dropout > 0 ? new Object() : null);
    }

    /** Attention of the channels of feature maps. */
    public static AttendTask ofMaps(Kind kind, double scale) {
        return new AttendTask(kind, Layout.CHANNELS, 1, scale, 0, 0);
    }

    @Override
    public String word() {
        return "attention";
    }

    private int positionAxis() {
        return layout == Layout.CHANNELS ? 2 : 1;
    }

    private int featureAxis() {
        return layout == Layout.CHANNELS ? 1 : 2;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var q = inputs.get(0);
        var k = inputs.get(1);
        var v = inputs.get(2);
        for (var each : List.of(q, k, v)) {
            if (each.rank() != 3 || each.elements() == 0 || each.dim(featureAxis()) % heads != 0) {
                throw new IllegalArgumentException("Attention takes queries, keys and values "
                        + (layout == Layout.CHANNELS ? "[batch, features, positions]" : "[batch, tokens, features]")
                        + " whose features are divisible by " + heads + " heads, but one is " + each + ".");
            }
        }
        boolean fits = q.dim(0) == k.dim(0)
                && k.dim(0) == v.dim(0)
                && q.dim(featureAxis()) == k.dim(featureAxis())
                && k.dim(positionAxis()) == v.dim(positionAxis());
        if (!fits || kind == Kind.ADDITIVE && q.dim(featureAxis()) != 1) {
            throw new IllegalArgumentException("Attention takes queries and keys of one depth"
                    + (kind == Kind.ADDITIVE ? " (1 for " + kind.name().toLowerCase(Locale.ROOT) + ")" : "")
                    + ", and keys and values of as many " + (layout == Layout.TOKENS ? "tokens" : "positions")
                    + ", of as many images, but they are " + q + ", " + k
                    + " and " + v + ".");
        }
        int next = 3;
        if (weights) {
            requireBroadcast("weights", inputs.get(next++), mapShape(inputs));
        }
        if (bias) {
            requireBroadcast("bias", inputs.get(next++), mapShape(inputs));
        }
        if (mask) {
            requireBroadcast("mask", inputs.get(next), mapShape(inputs));
        }
        return layout == Layout.CHANNELS
                ? Shape.of(q.dim(0), v.dim(1), q.dim(2))
                : Shape.of(q.dim(0), q.dim(1), v.dim(2));
    }

    private static void requireBroadcast(String what, Shape shape, Shape map) {
        boolean fits = shape.rank() <= 4;
        for (int i = 1; fits && i <= shape.rank(); i++) {
            fits = shape.dim(-i) == 1 || shape.dim(-i) == map.dim(-i);
        }
        if (!fits) {
            throw new IllegalArgumentException("Attention needs its " + what
                    + " broadcastable to [batch, heads, queries, keys] = " + map + ", but its shape is " + shape + ".");
        }
    }

    /** {@code [B, h, N, M]}. */
    public Shape mapShape(List<Shape> inputs) {
        var q = inputs.get(0);
        return Shape.of(q.dim(0), heads, q.dim(positionAxis()), inputs.get(1).dim(positionAxis()));
    }

    @Override
    public long macs(List<Shape> inputs, Shape output) {
        var q = inputs.get(0);
        long pairs = (long) q.dim(0) * q.dim(positionAxis()) * inputs.get(1).dim(positionAxis());
        int depth = kind == Kind.ADDITIVE ? 0 : q.dim(featureAxis());
        return pairs * (depth + inputs.get(2).dim(featureAxis()));
    }

    /** {@code [B, h, positions, features]}. */
    private Value byHead(Value x) {
        int batch = x.shape().dim(0);
        return layout == Layout.CHANNELS
                ? x.transpose(0, 2, 1)
                        .reshape(batch, 1, x.shape().dim(2), x.shape().dim(1))
                : x.reshape(batch, x.shape().dim(1), heads, -1).transpose(0, 2, 1, 3);
    }

    @Override
    public Value expand(List<Value> inputs) {
        var q = byHead(inputs.get(0));
        var k = byHead(inputs.get(1));
        var v = byHead(inputs.get(2));
        Value scores;
        if (kind == Kind.ADDITIVE) {
            int batch = q.shape().dim(0);
            scores = q.plus(k.reshape(batch, 1, 1, -1)).relu().times(scale);
        } else {
            scores = q.product(false, k, true, scale);
        }
        int next = 3;
        if (weights) {
            scores = scores.times(inputs.get(next++));
        }
        if (bias) {
            scores = scores.plus(inputs.get(next++));
        }
        if (mask) {
            scores = Value.of(CombineTask.HIDE, scores, inputs.get(next));
        }
        var map = (kind == Kind.SOFTMAX ? scores.softmax(3) : scores).exposed(AttentionKind.QUERY_KEY_MAP);
        var kept = dropout > 0 ? Value.of(new DropoutTask(dropout, seed, stream), map) : map;
        var y = kept.product(v);
        int batch = y.shape().dim(0);
        int queries = y.shape().dim(2);
        return layout == Layout.CHANNELS
                ? y.reshape(batch, queries, -1).transpose(0, 2, 1)
                : y.transpose(0, 2, 1, 3).reshape(batch, queries, -1);
    }

    /** Attention of queries, keys and values alone. */
    public Value attend(Value q, Value k, Value v) {
        return attend(q, k, v, null, null, null);
    }

    /** The call with what there is of weights, bias and mask; null for none. */
    public Value attend(Value q, Value k, Value v, Value weights, Value bias, Value mask) {
        var exact = new AttendTask(
                kind, layout, heads, scale, weights != null, bias != null, mask != null, dropout, seed, stream);
        var inputs = new ArrayList<>(List.of(q, k, v));
        Stream.of(weights, bias, mask).filter(Objects::nonNull).forEach(inputs::add);
        return Value.of(exact, inputs);
    }
}
