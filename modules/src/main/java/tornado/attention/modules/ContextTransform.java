package tornado.attention.modules;

import java.util.function.UnaryOperator;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.graph.Value;

/**
 * The parts that GCNet's blocks share: the context of a map, the transform {@code last(W2 act(LN(W1 g + b1)) + b2)} of it, and how
 * the map takes it up.
 *
 * @param fc1 to the hidden width
 * @param norm over the hidden features
 * @param activation between norm and second layer
 * @param fc2 back to the channels
 * @param last behind the second layer
 */
record ContextTransform(LinearLayer fc1, LayerNormLayer norm, Activation activation, LinearLayer fc2, Activation last) {
    /** Names of the layers in a code. */
    record Names(String fc1, String norm, String fc2) {}

    /** Channels, hidden width, and the extents that a code gives the layer norm. */
    @SuppressWarnings("ArrayRecordComponent") // an argument, never compared
    record Widths(int channels, int hidden, int... normExtents) {}

    static final Names TIMM = new Names("fc1", "norm", "fc2");

    static ContextTransform of(
            Parameters p,
            Names names,
            Widths widths,
            double eps,
            Activation activation,
            Activation last,
            UnaryOperator<Parameters> lastLayer) {
        Layers.requirePositive("GlobalContext", "hidden width", widths.hidden());
        return new ContextTransform(
                p.pointwise(names.fc1(), widths.channels(), widths.hidden(), true),
                p.layerNorm(names.norm(), eps, widths.normExtents()),
                activation,
                lastLayer.apply(p).pointwise(names.fc2(), widths.hidden(), widths.channels(), true),
                last);
    }

    /** {@code [batch, channels]} to {@code [batch, channels]}; kernels are named {@code scope + fc1, norm, fc2}. */
    Value apply(Value context, String scope) {
        var hidden = fc1.apply(context).named(scope + "fc1");
        var normed = norm.apply(hidden).activate(activation).named(scope + "norm");
        return fc2.apply(normed).activate(last).named(scope + "fc2");
    }

    /** The sum of all pixels, weighted by a softmax of their logits: {@code [batch, channels]}; the mean without logits. */
    static Value context(Value x, ConvolutionLayer logits) {
        if (logits == null) {
            return x.mean(Value.PIXELS).named("context");
        }
        int batch = x.shape().batch();
        int channels = x.shape().channels();
        var perPixel = logits.apply(x).named("logits");
        var attention = perPixel.reshape(batch, 1, -1)
                .softmax(2)
                .named("attention")
                .exposed(AttentionKind.PIXEL_MAP, perPixel.shape());
        return x.reshape(batch, channels, -1)
                .product(false, attention, true, 1)
                .named("context")
                .reshape(batch, channels);
    }

    /** {@code x * factor + term}; either may be null, but not both. */
    static Value fuse(Value x, Value factor, Value term) {
        var scaled = factor == null ? x : x.times(factor.perChannel()).named("fuse");
        return term == null ? scaled : scaled.plus(term.perChannel()).named("fuse");
    }
}
