package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.graph.Value;

/**
 * Coordinate attention: Hou et al., Coordinate Attention for Efficient Mobile Network Design, CVPR 2021 (arXiv 2103.02907), as timm has
 * it.
 *
 * <pre>
 *   h = mean over W of X [C,H], w = mean over H of X [C,W]
 *   y = act(BN(W1 [h | w]))                           [R,H+W]
 *   Y = X * gate(W_h y_h) * gate(W_w y_w) [+ X]       a gate a row and one a column
 * </pre>
 *
 * <p>Parameters 3CR + 2R (R + 2C more with {@code bias}), MACs 2CR (H + W).
 *
 * @param channels C
 * @param conv1 {@code conv1.*} to R channels
 * @param norm {@code bn1.*}
 * @param activation behind it
 * @param rows {@code conv_h.*}
 * @param columns {@code conv_w.*}
 * @param gate of rows and columns
 * @param hasSkip whether X is added
 */
public record CoordAttn(
        int channels,
        ConvolutionLayer conv1,
        BatchNormLayer norm,
        Activation activation,
        ConvolutionLayer rows,
        ConvolutionLayer columns,
        Activation gate,
        boolean hasSkip)
        implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "CoordAttn",
            "coord",
            "Coordinate Attention for Efficient Mobile Network Design, Hou et al., CVPR 2021",
            "2103.02907",
            List.of(
                    Option.required("channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("rd_ratio", Option.Kind.NUMBER, 1.0 / 16, "hidden width / (C se_factor)"),
                    Option.of("rd_channels", Option.Kind.OPTIONAL_INTEGER, null, "hidden width; null: from rd_ratio"),
                    Option.of("rd_divisor", Option.Kind.INTEGER, 8, "the hidden width is a multiple of it"),
                    Option.of("se_factor", Option.Kind.NUMBER, 2.0 / 3, "factor of the hidden width"),
                    Option.of("bias", Option.Kind.FLAG, false, "biases of the convolutions"),
                    Option.of("act_layer", Option.Kind.TEXT, "hard_swish", "hard_swish, relu, silu ..."),
                    Option.of("gate_layer", Option.Kind.TEXT, "sigmoid", "sigmoid, tanh or hard_sigmoid"),
                    Option.of("has_skip", Option.Kind.FLAG, false, "add the input")),
            CoordAttn::of,
            ModuleType.Fit.channels("channels"));

    private static CoordAttn of(Parameters p, Settings s) {
        int channels = s.integer("channels");
        int hidden = Reduction.timm("CoordAttn", s, channels * s.number("rd_ratio") * s.number("se_factor"));
        boolean bias = s.flag("bias");
        return new CoordAttn(
                channels,
                p.convolution1x1("conv1", channels, hidden, bias),
                p.batchNorm("bn1", hidden),
                Activation.named(s.text("act_layer")),
                p.convolution1x1("conv_h", hidden, channels, bias),
                p.convolution1x1("conv_w", hidden, channels, bias),
                Activation.named(s.text("gate_layer")),
                s.flag("has_skip"));
    }

    @Override
    public Value apply(Value x) {
        requireChannels("CoordAttn", x, channels);
        int batch = x.shape().batch();
        int height = x.shape().height();
        int width = x.shape().width();
        var both = Value.concat(2, List.of(x.mean(3).named("rows"), x.mean(2).named("columns")));
        var mixed = conv1.apply(both.reshape(batch, channels, height + width, 1));
        var y = norm.apply(mixed).activate(activation).named("mix");
        var h = rows.apply(y.slice(2, 0, height)).activate(gate);
        var w = columns.apply(y.slice(2, height, width)).activate(gate).reshape(batch, channels, 1, width);
        var gated = x.times(w).times(h);
        return (hasSkip ? gated.plus(x) : gated).named("gate");
    }
}
