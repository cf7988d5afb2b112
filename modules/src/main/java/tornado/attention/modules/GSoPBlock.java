package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.Value;

/**
 * Channel attention of GSoP-Net1, {@code chan_att} of the official bottleneck: Gao et al., Global Second-order Pooling
 * Convolutional Networks, CVPR 2019 (arXiv 1811.12006).
 *
 * <pre>
 *   Z = relu(BN(W_0 relu(X) + b_0)), S = BN_rows(covariance(Z)), r_(4i+j) = w_ij . S_i + b_ij
 *   Y = X * sigmoid(W r + b)
 *
 *   X [B,C,H,W] ─┬─ reduce [B,d,N'] ─ covariance [B,d,d] ─ rows [B,4d] ─ excite [B,C] ─┐
 *                └─────────────────────────────────────────────────────────── gate ──┴─▶ Y
 * </pre>
 *
 * <p>N' pixels remain behind the stride. Parameters C d + d + 4 d + 4 d^2 + 4 d + 4 d C + C, MACs C d N' + d^2 N' + 4
 * d^2 + 4 d C. 7 kernels in evaluation mode, 8 with a stride; traffic about 12 C N + 20 d N' bytes an image. relu(X) is
 * not stored (with a stride only the pixels that are read); both batch norms are in the weights behind or before them.
 * As in the code, and unlike the paper, there is no activation between row convolution and last layer.
 *
 * @param channels C
 * @param reduce {@code conv_for_DR.*}
 * @param reduceNorm {@code bn_for_DR.*}
 * @param rowNorm {@code row_bn.*}
 * @param rowWeight {@code row_conv_group.weight [4d, 1, d, 1]}
 * @param rowBias {@code row_conv_group.bias [4d]}
 * @param excite {@code fc_adapt_channels.*}
 */
public record GSoPBlock(
        int channels,
        ConvolutionLayer reduce,
        BatchNormLayer reduceNorm,
        BatchNormLayer rowNorm,
        Value rowWeight,
        Value rowBias,
        LinearLayer excite)
        implements Block.OfMap {
    private static final int FILTERS = 4;

    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "GSoPBlock",
            "gsop",
            "Global Second-order Pooling Convolutional Networks, Gao et al., CVPR 2019",
            "1811.12006",
            List.of(
                    Option.required("channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("att_dim", Option.Kind.INTEGER, 128, "channels of the covariance"),
                    Option.of("dr_stride", Option.Kind.INTEGER, 1, "stride of the reduction")),
            GSoPBlock::of,
            ModuleType.Fit.channels("channels"));

    private static GSoPBlock of(Parameters p, Settings s) {
        for (var name : List.of("channels", "att_dim", "dr_stride")) {
            Layers.requirePositive("GSoPBlock", name, s.integer(name));
        }
        int channels = s.integer("channels");
        int d = s.integer("att_dim");
        var init = Initializer.torchDefault(d);
        var window = Window.plain().strided(s.integer("dr_stride"));
        return new GSoPBlock(
                channels,
                p.convolution("conv_for_DR", channels, d, 1, window, true),
                p.batchNorm("bn_for_DR", d),
                p.batchNorm("row_bn", d),
                p.at("row_conv_group").get("weight", init, FILTERS * d, 1, d, 1),
                p.at("row_conv_group").get("bias", init, FILTERS * d),
                p.pointwise("fc_adapt_channels", FILTERS * d, channels, true));
    }

    @Override
    public Value apply(Value x) {
        requireChannels("GSoPBlock", x, channels);
        var z = reduceNorm.apply(reduce.apply(x.relu())).relu().named("reduce");
        var s = CovpoolLayer.covariance(z);
        int d = s.shape().dim(1);
        var rows = rowNorm.apply(s)
                .reshape(-1, d, d, 1)
                .convolve(rowWeight, rowBias, Window.plain().grouped(d))
                .named("rows");
        var gate = excite.apply(rows.reshape(-1, FILTERS * d)).sigmoid().named("excite");
        return x.times(gate.exposed(AttentionKind.CHANNEL_GATE).perChannel()).named("gate");
    }
}
