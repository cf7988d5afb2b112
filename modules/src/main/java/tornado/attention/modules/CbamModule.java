package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.Value;

/**
 * Convolutional block attention: Woo et al., CBAM: Convolutional Block Attention Module, ECCV 2018 (arXiv 1807.06521), as timm has it.
 *
 * <pre>
 *   X' = X * gate(T(mean over n of X) + T(max over n of X)),   T(z) = W2 act(W1 z)
 *   Y  = X' * sigmoid(BN(conv_kxk([mean over c of X' ; max over c of X'])))
 *
 *   X [B,C,H,W] ─┬─ mean, max [B,C] ─ fc1 ─ fc2 ─ channel gate ─┐
 *                └──────────────────────────────────────── X' ──┼─ mean, max [B,1,H,W] ─ conv ─ pixel map ─┐
 *                                                               └───────────────────────────────────────── ┴─▶ Y
 * </pre>
 *
 * <p>One T for both vectors. Parameters 2CR + 2k^2 + 2 (R + C more with {@code mlp_bias}), MACs 4CR + 2k^2 N.
 *
 * @param channels C
 * @param fc1 {@code channel.fc1.weight [R,C,1,1]}, {@code channel.fc1.bias [R]}
 * @param fc2 {@code channel.fc2.weight [C,R,1,1]}, {@code channel.fc2.bias [C]}
 * @param activation between them
 * @param gate of the channels
 * @param conv {@code spatial.conv.conv.weight [1,2,k,k]}
 * @param norm {@code spatial.conv.bn.*}
 */
public record CbamModule(
        int channels,
        LinearLayer fc1,
        LinearLayer fc2,
        Activation activation,
        Activation gate,
        ConvolutionLayer conv,
        BatchNormLayer norm)
        implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "CbamModule",
            "cbam",
            "CBAM: Convolutional Block Attention Module, Woo et al., ECCV 2018",
            "1807.06521",
            List.of(
                    Option.required("channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("rd_ratio", Option.Kind.NUMBER, 1.0 / 16, "hidden width / C"),
                    Option.of("rd_channels", Option.Kind.OPTIONAL_INTEGER, null, "hidden width; null: from rd_ratio"),
                    Option.of("rd_divisor", Option.Kind.INTEGER, 1, "the hidden width is a multiple of it"),
                    Option.of("spatial_kernel_size", Option.Kind.INTEGER, 7, "kernel of the pixel map, odd"),
                    Option.of("act_layer", Option.Kind.TEXT, "relu", "relu, silu, gelu ..."),
                    Option.of("gate_layer", Option.Kind.TEXT, "sigmoid", "sigmoid, tanh or hard_sigmoid"),
                    Option.of("mlp_bias", Option.Kind.FLAG, false, "biases of fc1 and fc2")),
            CbamModule::of,
            ModuleType.Fit.channels("channels"));

    private static CbamModule of(Parameters p, Settings s) {
        int channels = s.integer("channels");
        int hidden = Reduction.timm("CbamModule", s, channels * s.number("rd_ratio"));
        int kernel = s.integer("spatial_kernel_size");
        boolean bias = s.flag("mlp_bias");
        Layers.requireOddKernel("CbamModule", "spatial_kernel_size", kernel);
        return new CbamModule(
                channels,
                p.at("channel").pointwise("fc1", channels, hidden, bias),
                p.at("channel").pointwise("fc2", hidden, channels, bias),
                Activation.named(s.text("act_layer")),
                Activation.named(s.text("gate_layer")),
                p.at("spatial.conv").convolution("conv", 2, 1, kernel, Window.same(kernel), false),
                p.at("spatial.conv").batchNorm("bn", 1));
    }

    @Override
    public Value apply(Value x) {
        requireChannels("CbamModule", x, channels);
        var mean = excited(x.mean(Value.PIXELS).named("mean"));
        var most = excited(x.max(Value.PIXELS).named("max"));
        var channel = mean.plus(most).activate(gate).named("channel").exposed(AttentionKind.CHANNEL_GATE);
        var scaled = x.times(channel.perChannel()).named("scale");
        var both = Value.stack(
                1, List.of(scaled.mean(1).named("pixel_mean"), scaled.max(1).named("pixel_max")));
        var map = norm.apply(conv.apply(both)).sigmoid().named("spatial");
        return scaled.times(map.exposed(AttentionKind.PIXEL_MAP)).named("gate");
    }

    private Value excited(Value pooled) {
        return fc2.apply(fc1.apply(pooled).activate(activation));
    }
}
