package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.ChannelStatistics;
import tornado.attention.tasks.Moments;
import tornado.attention.tasks.RowMap;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * Style-based recalibration: Lee et al., SRM: A Style-based Recalibration Module for Convolutional Neural Networks, ICCV 2019
 * (arXiv 1903.10829).
 *
 * <pre>
 *   z_c = w_c0 mean_c + w_c1 std_c       over the pixels, std unbiased
 *   Y   = X * sigmoid(BN(z))
 *
 *   X [B,C,H,W] ─┬─ moments [B,C] x 2 ─ style [B,C] ─┐
 *                └───────────────────────────── gate ┴─▶ Y
 * </pre>
 *
 * <p>Parameters 4C, MACs 2C. 3 kernels; traffic 12 CHW bytes an image: mean and deviation are one task, and batch norm and sigmoid
 * are part of the weighting. The deviation has no epsilon, as in EvgenyKashin/SRMnet; the authors' code adds 1e-5 to the variance
 * (option {@code eps}). A single pixel has no deviation and gives NaN, in both. Training needs at least two images. {@code
 * reduction} is accepted and ignored, as in the code.
 *
 * @param channel C
 * @param eps added to the variance
 * @param weights {@code cfc.weight [C, 1, 2]}, {@code bn.*}
 */
public record SRM(int channel, double eps, Weights weights) implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "SRM",
            "SRM: A Style-based Recalibration Module for Convolutional Neural Networks, Lee et al., ICCV 2019",
            "1903.10829",
            List.of(
                    Option.required("channel", Option.Kind.INTEGER, "channels C"),
                    Option.of("reduction", Option.Kind.OPTIONAL_INTEGER, null, "accepted without effect"),
                    Option.of("eps", Option.Kind.NUMBER, 0.0, "added to the variance of a channel")),
            List.of("input"),
            SRM::specs,
            (settings, weights) -> new SRM(settings.integer("channel"), settings.number("eps"), weights),
            ModuleType.Fit.channels("channel"));

    /** Checks eps. */
    public SRM {
        if (!(eps >= 0)) {
            throw new IllegalArgumentException("Module SRM needs eps of at least 0, but it is " + eps + ".");
        }
    }

    private static List<WeightSpec> specs(Settings settings) {
        int channel = settings.integer("channel");
        Layers.requirePositive("SRM", "channel", channel);
        return Layers.join(
                List.of(WeightSpec.parameter("cfc.weight", Initializer.torchDefault(2), channel, 1, 2)),
                Layers.batchNorm("bn", channel));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channel);
        var c = chain.scope("srm");
        var moments = Moments.of(c, "moments", RowMap.dense(x));
        var gate = ChannelStatistics.style(
                c, "style", moments, weights.get("cfc.weight"), Layers.norm(weights, "bn"), eps, Activation.SIGMOID);
        c.attention(AttentionKind.CHANNEL_GATE, gate);
        return Broadcast.multiply(c, "gate", x, gate);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return 2L * channel;
    }
}
