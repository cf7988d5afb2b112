package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.BatchNorm;
import tornado.attention.tasks.Branches;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Excitation;
import tornado.attention.tasks.PaddedMap;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

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
 * @param kernel k, odd
 * @param reduction C / R
 * @param bias whether the convolutions have biases
 * @param norm whether a batch norm follows each convolution
 * @param weights {@code body.0.*}, {@code body.2.*}, {@code body.3.conv_du.*}; with batch norm {@code body.0.*}, {@code
 *     body.1.*}, {@code body.3.*}, {@code body.4.*}, {@code body.5.conv_du.*}
 */
public record RCAB(int features, int kernel, int reduction, boolean bias, boolean norm, Weights weights)
        implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "RCAB",
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
            List.of("input"),
            RCAB::specs,
            (settings, weights) -> new RCAB(
                    settings.integer("n_feat"),
                    settings.integer("kernel_size"),
                    settings.integer("reduction"),
                    settings.flag("bias"),
                    settings.flag("bn"),
                    weights),
            ModuleType.Fit.channels("n_feat"));

    private static List<WeightSpec> specs(Settings settings) {
        int features = settings.integer("n_feat");
        int kernel = settings.integer("kernel_size");
        boolean norm = settings.flag("bn");
        int hidden = Reduction.divided("RCAB", features, settings.integer("reduction"));
        Layers.requireOddKernel("RCAB", "kernel_size", kernel);
        var specs = new ArrayList<WeightSpec>();
        for (int i = 0; i < 2; i++) {
            specs.addAll(
                    Layers.convolution(convolution(norm, i), features, features, kernel, 1, settings.flag("bias")));
            if (norm) {
                specs.addAll(Layers.batchNorm(batchNorm(i), features));
            }
        }
        Layers.bottleneck(features, hidden).forEach(s -> specs.add(s.prefixed(attention(norm))));
        return specs;
    }

    private static String convolution(boolean norm, int index) {
        return "body." + index * (norm ? 3 : 2);
    }

    private static String batchNorm(int index) {
        return "body." + (index * 3 + 1);
    }

    private static String attention(boolean norm) {
        return norm ? "body.5." : "body.3.";
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, features);
        var c = chain.scope("rcab");
        var first = List.of(layer(0));
        var second = List.of(layer(1));
        var one = Convolution.partial(c, "conv1", PaddedMap.of(c, "pad", x, first), first);
        var between = PaddedMap.of(c, "between", one, second, Activation.RELU);
        var two = Convolution.partial(c, "conv2", between, second);
        var squeezed = Branches.average(c, "squeeze", two, 1, Activation.IDENTITY);
        var du = attention(norm) + "conv_du.";
        var gate = Excitation.apply(
                c,
                squeezed,
                new Excitation.Layer(
                        "reduce", weights.get(du + "0.weight"), weights.get(du + "0.bias"), Activation.RELU),
                new Excitation.Layer(
                        "excite", weights.get(du + "2.weight"), weights.get(du + "2.bias"), Activation.SIGMOID));
        c.attention(AttentionKind.CHANNEL_GATE, gate);
        return Convolution.cropGated(c, "gate", two, gate, x);
    }

    private Convolution.Layer layer(int index) {
        var name = convolution(norm, index);
        BatchNorm.Parameters behind = norm ? Layers.norm(weights, batchNorm(index)) : null;
        return new Convolution.Layer(
                weights.get(name + ".weight"), weights.find(name + ".bias"), behind, Window.same(kernel));
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        long c = features;
        return 2L * kernel * kernel * c * c * featureMap.pixels() + 2 * c * (features / reduction);
    }
}
