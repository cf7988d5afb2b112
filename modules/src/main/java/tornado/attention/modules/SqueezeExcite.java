package tornado.attention.modules;

import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.graph.UnaryFunction;
import tornado.attention.tasks.graph.Value;

/**
 * Squeeze and excitation (Hu et al., arXiv 1709.01507) as every network has it: {@code Y = X * gate(W2 act(W1 GAP(X) + b1) + b2)}. Which
 * layers there are, what they are called and how wide the hidden one is, is its owner's: {@link SEAttention} (no biases), {@link
 * CALayer} (RCAN), timm's SEModule and SqueezeExcite (MobileNet, EfficientNet).
 *
 * @param module for errors
 * @param channels C
 * @param reduce to the hidden width
 * @param activation between the layers
 * @param excite back to C
 * @param gate of the last layer's results
 */
public record SqueezeExcite(
        String module, int channels, LinearLayer reduce, Activation activation, LinearLayer excite, Gate gate)
        implements Block.OfMap {
    /**
     * A gate.
     *
     * @param function sigmoid or hard sigmoid
     * @param slope factor before it: 1, or 1.2 for a hard sigmoid that rises by 0.2 (PaddlePaddle's) and not by 1/6
     */
    public record Gate(UnaryFunction function, double slope) {
        /** 1 / (1 + exp(-x)). */
        public static final Gate SIGMOID = new Gate(UnaryFunction.SIGMOID, 1);
    }

    /** ReLU between the layers, a sigmoid behind them. */
    public static SqueezeExcite of(String module, int channels, LinearLayer reduce, LinearLayer excite) {
        return new SqueezeExcite(module, channels, reduce, Activation.RELU, excite, Gate.SIGMOID);
    }

    @Override
    public Value apply(Value x) {
        requireChannels(module, x, channels);
        return x.times(gate(x).perChannel()).named("gate");
    }

    /** One gate an image and channel, {@code [batch, channels]}. */
    public Value gate(Value x) {
        var squeezed = x.mean(Value.PIXELS).named("squeeze");
        var hidden = reduce.apply(squeezed).activate(activation).named("reduce");
        return excite.apply(hidden)
                .map(gate.function(), gate.slope(), 0)
                .named("excite")
                .exposed(AttentionKind.CHANNEL_GATE);
    }
}
