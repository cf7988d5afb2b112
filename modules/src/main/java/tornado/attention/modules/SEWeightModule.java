package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.graph.Value;

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
 * @param fc1 {@code fc1.weight [R,C,1,1]}, {@code fc1.bias [R]}
 * @param fc2 {@code fc2.weight [C,R,1,1]}, {@code fc2.bias [C]}
 */
public record SEWeightModule(int channels, LinearLayer fc1, LinearLayer fc2) implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "SEWeightModule",
            "se_weight",
            "EPSANet: An Efficient Pyramid Squeeze Attention Block on Convolutional Neural Network, Zhang et al., ACCV 2022",
            "2105.14447",
            List.of(
                    Option.required("channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("reduction", Option.Kind.INTEGER, 16, "C / hidden width")),
            (p, s) -> of("SEWeightModule", p, s.integer("channels"), s.integer("reduction")),
            Reduction.fit("channels"));

    /** The layers as a part of module {@code owner}. */
    static SEWeightModule of(String owner, Parameters p, int channels, int reduction) {
        int hidden = Reduction.divided(owner, channels, reduction);
        return new SEWeightModule(
                channels, p.pointwise("fc1", channels, hidden, true), p.pointwise("fc2", hidden, channels, true));
    }

    @Override
    public Value apply(Value x) {
        requireChannels("SEWeightModule", x, channels);
        return weigh(x.mean(Value.PIXELS).named("squeeze"))
                .exposed(AttentionKind.CHANNEL_GATE)
                .perChannel();
    }

    /** Pooled vectors {@code [..., channels]} to weights of the same shape. */
    Value weigh(Value squeezed) {
        return fc2.apply(fc1.apply(squeezed).relu()).sigmoid();
    }
}
