package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Axis;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.Excitation;
import tornado.attention.tasks.SecondOrder;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

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
 * @param reduction C / R
 * @param crop longest side of the crop
 * @param weights {@code conv_du.0.*}, {@code conv_du.2.*}
 */
public record SOCA(int channel, int reduction, int crop, Weights weights) implements FeatureMapModule {
    private static final int ITERATIONS = 5;

    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "SOCA",
            "Second-order Attention Network for Single Image Super-Resolution, Dai et al., CVPR 2019",
            "",
            List.of(
                    Option.required("channel", Option.Kind.INTEGER, "channels C"),
                    Option.of("reduction", Option.Kind.INTEGER, 8, "C / hidden width"),
                    Option.of("crop", Option.Kind.INTEGER, 1000, "longest side of the centre crop")),
            List.of("input"),
            SOCA::specs,
            (settings, weights) -> new SOCA(
                    settings.integer("channel"), settings.integer("reduction"), settings.integer("crop"), weights),
            ModuleType.Fit.channels("channel"));

    private static List<WeightSpec> specs(Settings settings) {
        Layers.requirePositive("SOCA", "crop", settings.integer("crop"));
        int channel = settings.integer("channel");
        return Layers.bottleneck(channel, Reduction.divided("SOCA", channel, settings.integer("reduction")));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channel);
        var c = chain.scope("soca");
        var covariance = SecondOrder.covariance(c, "covariance", x, crop);
        var root = SecondOrder.squareRoot(c, "root", covariance, ITERATIONS);
        var v = Axis.mean(c, "mean", root);
        var gate = Excitation.apply(
                c,
                v,
                new Excitation.Layer(
                        "reduce", weights.get("conv_du.0.weight"), weights.get("conv_du.0.bias"), Activation.RELU),
                new Excitation.Layer(
                        "excite", weights.get("conv_du.2.weight"), weights.get("conv_du.2.bias"), Activation.SIGMOID));
        c.attention(AttentionKind.CHANNEL_GATE, gate);
        return Broadcast.multiply(c, "gate", x, gate);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        long c = channel;
        long pixels = (long) Math.min(featureMap.height(), crop) * Math.min(featureMap.width(), crop);
        return c * c * pixels + SqrtmLayer.macs(c, ITERATIONS) + 2 * c * (channel / reduction);
    }
}
