package tornado.attention.modules;

import java.util.List;
import java.util.Objects;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.Excitation;
import tornado.attention.tasks.Pooling;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * RCAN's channel attention: Zhang et al., Image Super-Resolution Using Very Deep Residual Channel Attention Networks, ECCV 2018
 * (arXiv 1807.02758). Squeeze-and-Excitation with biases.
 *
 * <pre>
 *   Y = X * sigmoid(W2 relu(W1 GAP(X) + b1) + b2)
 *
 *   X [B,C,H,W] ─┬─ squeeze [B,C] ─ reduce [B,R] ─ excite [B,C] ─┐
 *                └──────────────────────────────────────── gate ─┴─▶ Y [B,C,H,W]
 * </pre>
 *
 * <p>R = C / reduction. Parameters 2CR + R + C, MACs 2CR, 4 kernels (3 with work-groups); traffic 12 CHW bytes an image.
 *
 * @param channel C
 * @param reduction C / R
 * @param weights {@code conv_du.0.weight [R,C,1,1]}, {@code conv_du.0.bias [R]}, {@code conv_du.2.weight [C,R,1,1]},
 *     {@code conv_du.2.bias [C]}
 */
public record CALayer(int channel, int reduction, Weights weights) implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "CALayer",
            "Image Super-Resolution Using Very Deep Residual Channel Attention Networks, Zhang et al., ECCV 2018",
            "1807.02758",
            List.of(
                    Option.required("channel", Option.Kind.INTEGER, "channels C"),
                    Option.of("reduction", Option.Kind.INTEGER, 16, "C / hidden width")),
            List.of("input"),
            CALayer::specs,
            (settings, weights) -> new CALayer(settings.integer("channel"), settings.integer("reduction"), weights),
            Reduction.fit("channel"));

    /** Checks that there is a hidden width. */
    public CALayer {
        Reduction.divided("CALayer", channel, reduction);
        Objects.requireNonNull(weights, "weights");
    }

    private static List<WeightSpec> specs(Settings settings) {
        int channel = settings.integer("channel");
        return specs(channel, Reduction.divided("CALayer", channel, settings.integer("reduction")));
    }

    /** The layers of {@code conv_du}, which other modules have too. */
    static List<WeightSpec> specs(int channel, int hidden) {
        return Layers.join(
                Layers.convolution1x1("conv_du.0", channel, hidden, true),
                Layers.convolution1x1("conv_du.2", hidden, channel, true));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channel);
        var c = chain.scope("ca");
        var squeezed = Pooling.average(c, "squeeze", x);
        var gate = Excitation.apply(
                c,
                squeezed,
                new Excitation.Layer(
                        "reduce", weights.get("conv_du.0.weight"), weights.get("conv_du.0.bias"), Activation.RELU),
                new Excitation.Layer(
                        "excite", weights.get("conv_du.2.weight"), weights.get("conv_du.2.bias"), Activation.SIGMOID));
        c.attention(AttentionKind.CHANNEL_GATE, gate);
        return Broadcast.multiply(c, "gate", x, gate);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return 2L * channel * (channel / reduction);
    }
}
