package tornado.attention.modules;

import java.util.List;
import java.util.Map;
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
 * Squeeze-and-Excitation: Hu et al., Squeeze-and-Excitation Networks, CVPR 2018 (arXiv 1709.01507).
 *
 * <pre>
 *   Y = X * sigmoid(W2 relu(W1 GAP(X)))
 *
 *   X [B,C,H,W] ─┬─ squeeze [B,C] ─ reduce [B,R] ─ excite [B,C] ─┐
 *                └──────────────────────────────────────── gate ─┴─▶ Y [B,C,H,W]
 * </pre>
 *
 * <p>R = C / reduction, no biases (as External-Attention-pytorch and the ECA paper's counts have it; Caffe's original and timm
 * have biases: {@link CALayer}). Parameters 2CR, MACs 2CR, 4 kernels (3 with work-groups); traffic 12 CHW bytes an image: the feature map is read
 * twice and written once.
 *
 * @param channel C
 * @param reduction C / R
 * @param weights {@code fc.0.weight [R, C]}, {@code fc.2.weight [C, R]}
 */
public record SEAttention(int channel, int reduction, Weights weights) implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "SEAttention",
            "Squeeze-and-Excitation Networks, Hu et al., CVPR 2018",
            "1709.01507",
            List.of(
                    Option.of("channel", Option.Kind.INTEGER, 512, "channels C"),
                    Option.of("reduction", Option.Kind.INTEGER, 16, "C / hidden width")),
            List.of("input"),
            SEAttention::specs,
            (settings, weights) -> new SEAttention(settings.integer("channel"), settings.integer("reduction"), weights),
            Reduction.fit("channel"));

    /** A module with PyTorch's default initialisation and reduction 16. */
    public static SEAttention initial(int channel, long seed) {
        return (SEAttention) TYPE.initial(TYPE.settings(Map.of("channel", channel)), seed);
    }

    /** Checks that there is a hidden width. */
    public SEAttention {
        Reduction.divided("SEAttention", channel, reduction);
        Objects.requireNonNull(weights, "weights");
    }

    private static List<WeightSpec> specs(Settings settings) {
        int channel = settings.integer("channel");
        int hidden = Reduction.divided("SEAttention", channel, settings.integer("reduction"));
        return Layers.join(
                Layers.linear("fc.0", channel, hidden, false), Layers.linear("fc.2", hidden, channel, false));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channel);
        var c = chain.scope("se");
        var squeezed = Pooling.average(c, "squeeze", x);
        var gate = Excitation.apply(
                c,
                squeezed,
                new Excitation.Layer("reduce", weights.get("fc.0.weight"), null, Activation.RELU),
                new Excitation.Layer("excite", weights.get("fc.2.weight"), null, Activation.SIGMOID));
        c.attention(AttentionKind.CHANNEL_GATE, gate);
        return Broadcast.multiply(c, "gate", x, gate);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return 2L * channel * (channel / reduction);
    }
}
