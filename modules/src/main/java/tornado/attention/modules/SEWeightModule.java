package tornado.attention.modules;

import java.util.List;
import java.util.Objects;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Excitation;
import tornado.attention.tasks.Pooling;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * The channel weights of EPSANet's blocks: Zhang et al., EPSANet: An Efficient Pyramid Squeeze Attention Block on Convolutional
 * Neural Network, ACCV 2022 (arXiv 2105.14447).
 *
 * <pre>
 *   w = sigmoid(W2 relu(W1 GAP(X) + b1) + b2)
 *
 *   X [B,C,H,W] ── squeeze [B,C] ─ fc1 [B,R] ─ fc2 [B,C] ─▶ w [B,C,1,1]
 * </pre>
 *
 * <p>R = C / reduction. The weights are not multiplied with X. Parameters 2CR + R + C, MACs 2CR, 3 kernels (2 with work-groups); traffic 4 CHW bytes
 * an image.
 *
 * @param channels C
 * @param reduction C / R
 * @param weights {@code fc1.weight [R,C,1,1]}, {@code fc1.bias [R]}, {@code fc2.weight [C,R,1,1]}, {@code fc2.bias [C]}
 */
public record SEWeightModule(int channels, int reduction, Weights weights) implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "SEWeightModule",
            "EPSANet: An Efficient Pyramid Squeeze Attention Block on Convolutional Neural Network, Zhang et al., ACCV 2022",
            "2105.14447",
            List.of(
                    Option.required("channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("reduction", Option.Kind.INTEGER, 16, "C / hidden width")),
            List.of("input"),
            SEWeightModule::specs,
            (settings, weights) ->
                    new SEWeightModule(settings.integer("channels"), settings.integer("reduction"), weights),
            Reduction.fit("channels"));

    /** Checks that there is a hidden width. */
    public SEWeightModule {
        Reduction.divided("SEWeightModule", channels, reduction);
        Objects.requireNonNull(weights, "weights");
    }

    private static List<WeightSpec> specs(Settings settings) {
        int channels = settings.integer("channels");
        int hidden = Reduction.divided("SEWeightModule", channels, settings.integer("reduction"));
        return Layers.join(
                Layers.convolution1x1("fc1", channels, hidden, true),
                Layers.convolution1x1("fc2", hidden, channels, true));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channels);
        var c = chain.scope("se_weight");
        var squeezed = Pooling.average(c, "squeeze", x);
        var gate = Excitation.apply(
                c,
                squeezed,
                new Excitation.Layer("fc1", weights.get("fc1.weight"), weights.get("fc1.bias"), Activation.RELU),
                new Excitation.Layer("fc2", weights.get("fc2.weight"), weights.get("fc2.bias"), Activation.SIGMOID));
        c.attention(AttentionKind.CHANNEL_GATE, gate);
        return c.view(gate, Shape.of(x.shape().batch(), channels, 1, 1));
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return 2L * channels * (channels / reduction);
    }
}
