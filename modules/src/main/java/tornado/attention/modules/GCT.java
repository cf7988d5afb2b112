package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.ReduceTask.Kind;
import tornado.attention.tasks.graph.UnaryFunction;
import tornado.attention.tasks.graph.Value;

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
 * @param embedding the sum of squares for l2; of magnitudes for l1, or of the elements themselves after a ReLU
 * @param alpha {@code [1, C, 1, 1]}
 * @param gamma likewise
 * @param beta likewise
 */
public record GCT(int channels, double epsilon, Kind embedding, Value alpha, Value gamma, Value beta)
        implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "GCT",
            "gct",
            "Gated Channel Transformation for Visual Recognition, Yang et al., CVPR 2020",
            "1909.11519",
            List.of(
                    Option.required("num_channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("epsilon", Option.Kind.NUMBER, 1e-5, "added to sums and means"),
                    Option.of("mode", Option.Kind.TEXT, "l2", "l2 or l1"),
                    Option.of("after_relu", Option.Kind.FLAG, false, "l1: the input is not negative, sum it as it is")),
            GCT::of,
            ModuleType.Fit.channels("num_channels"));

    private static Kind embedding(Settings settings) {
        return switch (settings.text("mode")) {
            case "l2" -> Kind.SQUARES;
            case "l1" -> settings.flag("after_relu") ? Kind.SUM : Kind.MAGNITUDES;
            default ->
                throw new IllegalArgumentException(
                        "Module GCT knows the modes l2 and l1, not '" + settings.text("mode") + "'.");
        };
    }

    private static GCT of(Parameters p, Settings s) {
        int channels = s.integer("num_channels");
        Layers.requirePositive("GCT", "num_channels", channels);
        return new GCT(
                channels,
                s.number("epsilon"),
                embedding(s),
                p.get("alpha", Initializer.constant(1), 1, channels, 1, 1),
                p.get("gamma", Initializer.constant(0), 1, channels, 1, 1),
                p.get("beta", Initializer.constant(0), 1, channels, 1, 1));
    }

    @Override
    public Value apply(Value x) {
        requireChannels("GCT", x, channels);
        boolean squared = embedding == Kind.SQUARES;
        var statistic = x.reduce(embedding, 0, Value.PIXELS);
        var s = (squared ? statistic.map(UnaryFunction.SQRT, 1, epsilon) : statistic)
                .times(alpha.reshape(channels))
                .named("embed");
        var mean = s.reduce(squared ? Kind.SQUARES : Kind.MAGNITUDES, 0, 1);
        var norm = mean.map(squared ? UnaryFunction.SQRT : UnaryFunction.IDENTITY, 1.0 / channels, epsilon)
                .reshape(-1, 1);
        var gate = s.times(gamma.reshape(channels))
                .over(norm)
                .plus(beta.reshape(channels))
                .map(UnaryFunction.TANH);
        return x.times(gate.plus(1)
                        .named("normalise")
                        .exposed(AttentionKind.CHANNEL_GATE)
                        .perChannel())
                .named("gate");
    }

    /** The squares, or magnitudes, of the map. */
    @Override
    public long macsPerImage(List<Shape> inputs) {
        return (long) channels * inputs.getFirst().pixels();
    }
}
