package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.graph.Value;

/**
 * Simplified non-local block: Cao et al., GCNet: Non-local Networks Meet Squeeze-Excitation Networks and Beyond, ICCV
 * Workshops 2019 (arXiv 1904.11492).
 *
 * <pre>
 *   Y = X + W_v sum over n of softmax_n(w_k . x_n + b_k) x_n
 *
 *   X [B,C,H,W] ─┬─ logits [B,1,H,W] ─┐
 *                ├──────────────── context [B,C] ─ value [B,C] ─┐
 *                └─────────────────────────────────────── add ──┴─▶ Y
 * </pre>
 *
 * <p>Parameters C^2 + C + 1, MACs C^2 + 2CN, 5 kernels (4 with work-groups, where softmax and sum are one); traffic 16 CHW
 * bytes an image. The authors' code projects every pixel and pools then (C^2 N MACs); pooling first gives the same sum.
 *
 * @param inplanes C
 * @param value {@code conv_value.weight [C,C,1,1]}
 * @param mask {@code conv_mask.weight [1,C,1,1]}, {@code conv_mask.bias [1]}
 */
public record SimplifiedNonLocal(int inplanes, LinearLayer value, ConvolutionLayer mask) implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "SimplifiedNonLocal",
            "snl",
            "GCNet: Non-local Networks Meet Squeeze-Excitation Networks and Beyond, Cao et al., ICCV Workshops 2019",
            "1904.11492",
            List.of(Option.required("inplanes", Option.Kind.INTEGER, "channels C")),
            SimplifiedNonLocal::of,
            ModuleType.Fit.channels("inplanes"));

    private static SimplifiedNonLocal of(Parameters p, Settings s) {
        int channels = s.integer("inplanes");
        Layers.requirePositive("SimplifiedNonLocal", "inplanes", channels);
        return new SimplifiedNonLocal(
                channels,
                p.pointwise("conv_value", channels, channels, false),
                p.convolution1x1("conv_mask", channels, 1, true));
    }

    @Override
    public Value apply(Value x) {
        requireChannels("SimplifiedNonLocal", x, inplanes);
        var context = ContextTransform.context(x, mask);
        return x.plus(value.apply(context).named("value").perChannel()).named("add");
    }
}
