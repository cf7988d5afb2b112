package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.ChannelStatistics;
import tornado.attention.tasks.ChannelStatistics.Norm;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * Gated channel transformation: Yang et al., Gated Channel Transformation for Visual Recognition, CVPR 2020 (arXiv 1909.11519).
 *
 * <pre>
 *   l2: s_c = alpha_c sqrt(sum over n of x_cn^2 + eps),  m = sqrt(mean over c of s_c^2 + eps)
 *   l1: s_c = alpha_c sum over n of |x_cn|,              m = mean over c of |s_c| + eps
 *   Y = X * (1 + tanh(s_c gamma_c / m + beta_c))
 *
 *   X [B,C,H,W] ─┬─ embed [B,C] ─ normalise [B,C] ─┐
 *                └─────────────────────────── gate ┴─▶ Y
 * </pre>
 *
 * <p>Parameters 3C, MACs CN (the squares). 3 kernels; traffic 12 CHW bytes an image. {@code after_relu} (l1 only) sums x as it is:
 * nothing is rectified, a signed input keeps its signs. A fresh module (alpha 1, gamma and beta 0) is the identity.
 *
 * @param channels C
 * @param epsilon eps
 * @param norm of the embedding: l2, l1, or the plain sum of l1 after a ReLU
 * @param weights {@code alpha}, {@code gamma}, {@code beta}, each {@code [1, C, 1, 1]}
 */
public record GCT(int channels, double epsilon, Norm norm, Weights weights) implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "GCT",
            "Gated Channel Transformation for Visual Recognition, Yang et al., CVPR 2020",
            "1909.11519",
            List.of(
                    Option.required("num_channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("epsilon", Option.Kind.NUMBER, 1e-5, "added to sums and means"),
                    Option.of("mode", Option.Kind.TEXT, "l2", "l2 or l1"),
                    Option.of("after_relu", Option.Kind.FLAG, false, "l1: the input is not negative, sum it as it is")),
            List.of("input"),
            GCT::specs,
            (settings, weights) ->
                    new GCT(settings.integer("num_channels"), settings.number("epsilon"), norm(settings), weights),
            ModuleType.Fit.channels("num_channels"));

    private static Norm norm(Settings settings) {
        return switch (settings.text("mode")) {
            case "l2" -> Norm.L2;
            case "l1" -> settings.flag("after_relu") ? Norm.SUM : Norm.L1;
            default ->
                throw new IllegalArgumentException(
                        "Module GCT knows the modes l2 and l1, not '" + settings.text("mode") + "'.");
        };
    }

    private static List<WeightSpec> specs(Settings settings) {
        int channels = settings.integer("num_channels");
        Layers.requirePositive("GCT", "num_channels", channels);
        norm(settings);
        return List.of(
                WeightSpec.parameter("alpha", Initializer.constant(1), 1, channels, 1, 1),
                WeightSpec.parameter("gamma", Initializer.constant(0), 1, channels, 1, 1),
                WeightSpec.parameter("beta", Initializer.constant(0), 1, channels, 1, 1));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channels);
        var c = chain.scope("gct");
        var embedded = ChannelStatistics.norm(c, "embed", x, weights.get("alpha"), norm, epsilon);
        var mean = norm == Norm.L2 ? Norm.L2 : Norm.L1;
        var gate = ChannelStatistics.gate(
                c, "normalise", embedded, weights.get("gamma"), weights.get("beta"), mean, epsilon);
        c.attention(AttentionKind.CHANNEL_GATE, gate);
        return Broadcast.multiply(c, "gate", x, gate);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return (long) channels * featureMap.pixels();
    }
}
