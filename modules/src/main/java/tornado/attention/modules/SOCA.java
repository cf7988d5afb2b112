package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.graph.Value;

/**
 * Second-order channel attention of SAN: Dai et al., Second-order Attention Network for Single Image Super-Resolution,
 * CVPR 2019.
 *
 * <pre>
 *   R = sqrt_5(covariance(centre crop of X)), v = mean over the rows of R, Y = X * sigmoid(W2 relu(W1 v + b1) + b2)
 *
 *   X [B,C,H,W] ─┬─ covariance [B,C,C] ─ root ─ mean [B,C] ─ reduce [B,R] ─ excite [B,C] ─┐
 *                └───────────────────────────────────────────────────────────── gate ──┴─▶ Y
 * </pre>
 *
 * <p>Parameters 2CR + R + C with R = C / reduction, MACs C^2 N + 12 C^3 + 2CR, 21 kernels (3 covariance, 14 root, 4);
 * traffic about 24 C N bytes an image and 160 C^2 of the root. Sides longer than {@code crop} are cropped to it around
 * the centre, by indexing. The published code crops wrongly where one side is exactly 1000; here the crop is clean.
 * Constant channels and a single pixel give NaN, as there.
 *
 * @param channel C
 * @param crop longest side of the crop
 * @param reduce {@code conv_du.0.*}
 * @param excite {@code conv_du.2.*}
 */
public record SOCA(int channel, int crop, LinearLayer reduce, LinearLayer excite) implements Block.OfMap {
    private static final int ITERATIONS = 5;

    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "SOCA",
            "soca",
            "Second-order Attention Network for Single Image Super-Resolution, Dai et al., CVPR 2019",
            "",
            List.of(
                    Option.required("channel", Option.Kind.INTEGER, "channels C"),
                    Option.of("reduction", Option.Kind.INTEGER, 8, "C / hidden width"),
                    Option.of("crop", Option.Kind.INTEGER, 1000, "longest side of the centre crop")),
            SOCA::of,
            ModuleType.Fit.channels("channel"));

    private static SOCA of(Parameters p, Settings s) {
        Layers.requirePositive("SOCA", "crop", s.integer("crop"));
        int channel = s.integer("channel");
        int hidden = Reduction.divided("SOCA", channel, s.integer("reduction"));
        return new SOCA(
                channel,
                s.integer("crop"),
                p.pointwise("conv_du.0", channel, hidden, true),
                p.pointwise("conv_du.2", hidden, channel, true));
    }

    @Override
    public Value apply(Value x) {
        requireChannels("SOCA", x, channel);
        var covariance = CovpoolLayer.covariance(centre(centre(x, 2), 3));
        var squeezed = SqrtmLayer.root(covariance, ITERATIONS).mean(1).named("mean");
        var hidden = reduce.apply(squeezed).relu().named("reduce");
        var gate = excite.apply(hidden).sigmoid().named("excite").exposed(AttentionKind.CHANNEL_GATE);
        return x.times(gate.perChannel()).named("gate");
    }

    private Value centre(Value x, int axis) {
        int extent = x.shape().dim(axis);
        int count = Math.min(extent, crop);
        return x.slice(axis, (extent - count) / 2, count);
    }
}
