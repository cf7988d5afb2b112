package tornado.attention.modules;

import java.util.List;
import java.util.Map;

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
 * <p>Weights {@code fc.0.weight [R, C]} and {@code fc.2.weight [C, R]}.
 */
public final class SEAttention {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "SEAttention",
            "se",
            "Squeeze-and-Excitation Networks, Hu et al., CVPR 2018",
            "1709.01507",
            List.of(
                    Option.of("channel", Option.Kind.INTEGER, 512, "channels C"),
                    Option.of("reduction", Option.Kind.INTEGER, 16, "C / hidden width")),
            SEAttention::of,
            Reduction.fit("channel"));

    /** A module with PyTorch's default initialisation and reduction 16. */
    public static AttentionModule initial(int channel, long seed) {
        return TYPE.initial(TYPE.settings(Map.of("channel", channel)), seed);
    }

    private SEAttention() {}

    private static SqueezeExcite of(Parameters p, Settings s) {
        int channel = s.integer("channel");
        int hidden = Reduction.divided("SEAttention", channel, s.integer("reduction"));
        return SqueezeExcite.of(
                "SEAttention",
                channel,
                p.linear("fc.0", channel, hidden, false),
                p.linear("fc.2", hidden, channel, false));
    }
}
