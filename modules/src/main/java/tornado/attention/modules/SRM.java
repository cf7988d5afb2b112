package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.ReduceTask;
import tornado.attention.tasks.graph.Value;

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
 * @param weight {@code cfc.weight [C, 1, 2]}
 * @param norm {@code bn.*}
 */
public record SRM(int channel, double eps, Value weight, BatchNormLayer norm) implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "SRM",
            "srm",
            "SRM: A Style-based Recalibration Module for Convolutional Neural Networks, Lee et al., ICCV 2019",
            "1903.10829",
            List.of(
                    Option.required("channel", Option.Kind.INTEGER, "channels C"),
                    Option.of("reduction", Option.Kind.OPTIONAL_INTEGER, null, "accepted without effect"),
                    Option.of("eps", Option.Kind.NUMBER, 0.0, "added to the variance of a channel")),
            SRM::of,
            ModuleType.Fit.channels("channel"));

    private static SRM of(Parameters p, Settings s) {
        int channel = s.integer("channel");
        double eps = s.number("eps");
        Layers.requirePositive("SRM", "channel", channel);
        if (!(eps >= 0)) {
            throw new IllegalArgumentException("Module SRM needs eps of at least 0, but it is " + eps + ".");
        }
        return new SRM(
                channel,
                eps,
                p.at("cfc").get("weight", Initializer.torchDefault(2), channel, 1, 2),
                p.batchNorm("bn", channel));
    }

    @Override
    public Value apply(Value x) {
        requireChannels("SRM", x, channel);
        var mean = x.mean(Value.PIXELS).named("moments");
        var deviation = x.reduce(ReduceTask.Kind.DEVIATION, eps, Value.PIXELS).named("deviation");
        var style = Value.stack(2, List.of(mean, deviation)).reshape(x.shape().batch(), channel, 1, 2);
        var mixed = style.convolve(
                weight.reshape(channel, 1, 1, 2), null, Window.plain().grouped(channel));
        var gate = norm.apply(mixed).sigmoid().named("style");
        return x.times(gate.exposed(AttentionKind.CHANNEL_GATE, mean.shape())).named("gate");
    }
}
