package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.Value;

/**
 * Residual channel attention block: Zhang et al., Image Super-Resolution Using Very Deep Residual Channel Attention Networks,
 * ECCV 2018 (arXiv 1807.02758).
 *
 * <pre>
 *   F = [BN](conv(relu([BN](conv(X)))))
 *   Y = F * sigmoid(W2 relu(W1 GAP(F) + b1) + b2) + X      the channel attention is {@link CALayer}'s
 *
 *   X [B,C,H,W] ─┬─ pad ─ conv1 ─ between ─ conv2 ─┬─ squeeze [B,C] ─ reduce [B,R] ─ excite [B,C] ─┐
 *                │                                 └──────────────────────────────────────── gate ─┤
 *                └─────────────────────────────────────────────────────────────────────────────────┴─▶ Y
 * </pre>
 *
 * <p>Parameters 2(k^2 C^2 + C) [+ 4C with batch norm] + 2CR + R + C. MACs 2 k^2 C^2 N + 2CR. Kernels 8 (7 if k = 1). Passes over
 * a map of CHW elements: 12, with or without batch norm (PyTorch's layers: 12 without and 16 with it): bias, batch norm and ReLU
 * of the first convolution are applied while its result is padded for the second; the second's result is only read, by squeeze
 * and gate, and the residual is added in the gate. {@code res_scale} is accepted and ignored, as in the official code.
 *
 * @param features C
 * @param conv1 {@code body.0.*}
 * @param norm1 {@code body.1.*}, or null
 * @param conv2 {@code body.2.*}; with batch norm {@code body.3.*}
 * @param norm2 {@code body.4.*}, or null
 * @param attention {@code body.3.conv_du.*}; with batch norm {@code body.5.conv_du.*}
 */
public record RCAB(
        int features,
        ConvolutionLayer conv1,
        BatchNormLayer norm1,
        ConvolutionLayer conv2,
        BatchNormLayer norm2,
        SqueezeExcite attention)
        implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "RCAB",
            "rcab",
            "Image Super-Resolution Using Very Deep Residual Channel Attention Networks, Zhang et al., ECCV 2018",
            "1807.02758",
            List.of(
                    Option.required("n_feat", Option.Kind.INTEGER, "channels C"),
                    Option.of("kernel_size", Option.Kind.INTEGER, 3, "kernel of both convolutions, odd"),
                    Option.of("reduction", Option.Kind.INTEGER, 16, "C / hidden width"),
                    Option.of("bias", Option.Kind.FLAG, true, "biases of the convolutions"),
                    Option.of("bn", Option.Kind.FLAG, false, "batch norm behind each convolution"),
                    Option.of(
                            "res_scale", Option.Kind.NUMBER, 1.0, "accepted without effect, as in the official code")),
            RCAB::of,
            ModuleType.Fit.channels("n_feat"));

    private static RCAB of(Parameters p, Settings s) {
        int features = s.integer("n_feat");
        int kernel = s.integer("kernel_size");
        boolean bias = s.flag("bias");
        boolean norm = s.flag("bn");
        int reduction = s.integer("reduction");
        Reduction.divided("RCAB", features, reduction);
        Layers.requireOddKernel("RCAB", "kernel_size", kernel);
        var window = Window.same(kernel);
        // A batch norm is a layer of the sequence: with it the later ones have higher numbers.
        return new RCAB(
                features,
                p.convolution("body.0", features, features, kernel, window, bias),
                norm ? p.batchNorm("body.1", features) : null,
                p.convolution(norm ? "body.3" : "body.2", features, features, kernel, window, bias),
                norm ? p.batchNorm("body.4", features) : null,
                CALayer.of("RCAB", p.at(norm ? "body.5" : "body.3"), features, reduction));
    }

    @Override
    public Value apply(Value x) {
        requireChannels("RCAB", x, features);
        var first = behind(norm1, conv1.apply(x)).relu().named("conv1");
        var second = behind(norm2, conv2.apply(first)).named("conv2");
        var gate = attention.gate(second);
        return second.times(gate.perChannel()).plus(x).named("gate");
    }

    private static Value behind(BatchNormLayer norm, Value x) {
        return norm == null ? x : norm.apply(x);
    }
}
