package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.ActivatedProjection;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.SecondOrder;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

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
 * @param dimension d
 * @param stride of the reduction
 * @param weights {@code conv_for_DR.*}, {@code bn_for_DR.*}, {@code row_bn.*}, {@code row_conv_group.weight
 *     [4d,1,d,1]}, {@code row_conv_group.bias [4d]}, {@code fc_adapt_channels.*}
 */
public record GSoPBlock(int channels, int dimension, int stride, Weights weights) implements FeatureMapModule {
    private static final int FILTERS = 4;

    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "GSoPBlock",
            "Global Second-order Pooling Convolutional Networks, Gao et al., CVPR 2019",
            "1811.12006",
            List.of(
                    Option.required("channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("att_dim", Option.Kind.INTEGER, 128, "channels of the covariance"),
                    Option.of("dr_stride", Option.Kind.INTEGER, 1, "stride of the reduction")),
            List.of("input"),
            GSoPBlock::specs,
            (settings, weights) -> new GSoPBlock(
                    settings.integer("channels"), settings.integer("att_dim"), settings.integer("dr_stride"), weights),
            ModuleType.Fit.channels("channels"));

    private static List<WeightSpec> specs(Settings settings) {
        for (var name : List.of("channels", "att_dim", "dr_stride")) {
            Layers.requirePositive("GSoPBlock", name, settings.integer(name));
        }
        int channels = settings.integer("channels");
        int d = settings.integer("att_dim");
        var init = Initializer.torchDefault(d);
        return Layers.join(
                Layers.convolution1x1("conv_for_DR", channels, d, true),
                Layers.batchNorm("bn_for_DR", d),
                Layers.batchNorm("row_bn", d),
                List.of(
                        WeightSpec.parameter("row_conv_group.weight", init, FILTERS * d, 1, d, 1),
                        WeightSpec.parameter("row_conv_group.bias", init, FILTERS * d)),
                Layers.convolution1x1("fc_adapt_channels", FILTERS * d, channels, true));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channels);
        var c = chain.scope("gsop");
        var z = ActivatedProjection.convolution1x1(
                c,
                "reduce",
                x,
                Activation.RELU,
                weights.get("conv_for_DR.weight"),
                weights.get("conv_for_DR.bias"),
                Layers.norm(weights, "bn_for_DR"),
                stride,
                Activation.RELU);
        var s = SecondOrder.covariance(c, "covariance", z, Integer.MAX_VALUE);
        var r = SecondOrder.normalizedRowConvolution(
                c,
                "rows",
                s,
                Layers.norm(weights, "row_bn"),
                weights.get("row_conv_group.weight"),
                weights.get("row_conv_group.bias"));
        var gate = Projection.linear(
                c,
                "excite",
                r,
                weights.get("fc_adapt_channels.weight"),
                weights.get("fc_adapt_channels.bias"),
                Activation.SIGMOID);
        c.attention(AttentionKind.CHANNEL_GATE, gate);
        return Broadcast.multiply(c, "gate", x, gate);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        long d = dimension;
        long pixels = (long) ((featureMap.height() - 1) / stride + 1) * ((featureMap.width() - 1) / stride + 1);
        return channels * d * pixels + d * d * pixels + FILTERS * d * d + FILTERS * d * channels;
    }
}
