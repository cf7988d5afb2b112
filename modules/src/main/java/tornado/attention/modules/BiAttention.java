package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.graph.PairsTask;
import tornado.attention.tasks.graph.Value;

/**
 * Bilinear attention, "attention in attention": Fang et al., Bilinear Attention Networks for Person Retrieval, ICCV 2019.
 *
 * <pre>
 *   p_n = relu(BN(W1 x_n + b1))                      C to m = C / reduction channels at each pixel
 *   q_n = all p_i p_j with i &gt;= j, by diagonals     P = m (m + 1) / 2
 *   c   = relu(BN(W3 GAP(q) + b3))                   C
 *   v_n = relu(BN(W2 q_n + b2))                      C
 *   Y_n = sigmoid(c * v_n) X_n
 *
 *   X [B,C,H,W] ─┬─ reduce [B,m,H,W] ─┬─ pool [B,P] ─ context [B,C] ─┐
 *                │                    └──────────────────────── gate ┤
 *                └───────────────────────────────────────────────────┴─▶ Y
 * </pre>
 *
 * <p>Parameters Cm + 3m + 2(PC + 3C). MACs CmN + PN + PCN + PC. 4 kernels; traffic (12 C + 12 m) HW bytes an image: X is read
 * twice and Y written once. The products q (P maps) and the local maps v (C maps) are never stored: pool and gate multiply where
 * they read, and gate applies its result at once; the original writes and reads both. In training mode, and where the gates are
 * exposed as attention, v and the gates are stored. Training needs at least two images, because c is normalised over the batch.
 *
 * @param channels C
 * @param reduce {@code dimReduceLayer1.conv.conv.*}
 * @param reduceNorm {@code dimReduceLayer1.conv.bn.*}
 * @param local each pixel: {@code dimReduceLayer2.conv.conv.*}
 * @param localNorm {@code dimReduceLayer2.conv.bn.*}
 * @param context pooled: {@code dimReduceLayer3.conv.conv.*}
 * @param contextNorm {@code dimReduceLayer3.conv.bn.*}
 */
public record BiAttention(
        int channels,
        ConvolutionLayer reduce,
        BatchNormLayer reduceNorm,
        ConvolutionLayer local,
        BatchNormLayer localNorm,
        LinearLayer context,
        BatchNormLayer contextNorm)
        implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "BiAttention",
            "bi",
            "Bilinear Attention Networks for Person Retrieval, Fang et al., ICCV 2019",
            "",
            List.of(
                    Option.required("channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("reduction", Option.Kind.INTEGER, 16, "C / channels that are multiplied")),
            BiAttention::of,
            ModuleType.Fit.channels("channels"));

    private static BiAttention of(Parameters p, Settings s) {
        int channels = s.integer("channels");
        int middle = Reduction.divided("BiAttention", channels, s.integer("reduction"));
        int products = middle * (middle + 1) / 2;
        var one = p.at("dimReduceLayer1.conv");
        var two = p.at("dimReduceLayer2.conv");
        var three = p.at("dimReduceLayer3.conv");
        return new BiAttention(
                channels,
                one.convolution1x1("conv", channels, middle, true),
                one.batchNorm("bn", middle),
                two.convolution1x1("conv", products, channels, true),
                two.batchNorm("bn", channels),
                three.pointwise("conv", products, channels, true),
                three.batchNorm("bn", channels));
    }

    @Override
    public Value apply(Value x) {
        requireChannels("BiAttention", x, channels);
        var p = reduceNorm.apply(reduce.apply(x)).relu().named("reduce");
        var pairs = Value.of(new PairsTask(), p);
        var pooled = pairs.mean(Value.PIXELS).named("pool");
        var c = contextNorm.apply(context.apply(pooled)).relu().named("context");
        var v = localNorm.apply(local.apply(pairs)).relu().named("gate.local");
        var gates = v.times(c.perChannel()).sigmoid().named("gate.gates").exposed(AttentionKind.PIXEL_MAP);
        return x.times(gates).named("gate");
    }
}
