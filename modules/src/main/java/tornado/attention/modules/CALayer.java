package tornado.attention.modules;

import java.util.List;

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
 * <p>Weights {@code conv_du.0.weight [R,C,1,1]}, {@code conv_du.0.bias [R]}, {@code conv_du.2.weight [C,R,1,1]}, {@code
 * conv_du.2.bias [C]}.
 */
public final class CALayer {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "CALayer",
            "ca",
            "Image Super-Resolution Using Very Deep Residual Channel Attention Networks, Zhang et al., ECCV 2018",
            "1807.02758",
            List.of(
                    Option.required("channel", Option.Kind.INTEGER, "channels C"),
                    Option.of("reduction", Option.Kind.INTEGER, 16, "C / hidden width")),
            (p, s) -> of("CALayer", p, s.integer("channel"), s.integer("reduction")),
            Reduction.fit("channel"));

    private CALayer() {}

    /** The layer as a part of module {@code owner}. */
    static SqueezeExcite of(String owner, Parameters p, int channel, int reduction) {
        int hidden = Reduction.divided(owner, channel, reduction);
        return SqueezeExcite.of(
                "CALayer",
                channel,
                p.pointwise("conv_du.0", channel, hidden, true),
                p.pointwise("conv_du.2", hidden, channel, true));
    }
}
