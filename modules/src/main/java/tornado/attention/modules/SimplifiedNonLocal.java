package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.ContextPooling;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

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
 * @param weights {@code conv_value.weight [C,C,1,1]}, {@code conv_mask.weight [1,C,1,1]}, {@code conv_mask.bias [1]}
 */
public record SimplifiedNonLocal(int inplanes, Weights weights) implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "SimplifiedNonLocal",
            "GCNet: Non-local Networks Meet Squeeze-Excitation Networks and Beyond, Cao et al., ICCV Workshops 2019",
            "1904.11492",
            List.of(Option.required("inplanes", Option.Kind.INTEGER, "channels C")),
            List.of("input"),
            SimplifiedNonLocal::specs,
            (settings, weights) -> new SimplifiedNonLocal(settings.integer("inplanes"), weights),
            ModuleType.Fit.channels("inplanes"));

    private static List<WeightSpec> specs(Settings settings) {
        int channels = settings.integer("inplanes");
        Layers.requirePositive("SimplifiedNonLocal", "inplanes", channels);
        return Layers.join(
                Layers.convolution1x1("conv_value", channels, channels, false),
                Layers.convolution1x1("conv_mask", channels, 1, true));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, inplanes);
        var c = chain.scope("snl");
        var logits = Projection.convolution1x1(
                c, "logits", x, weights.get("conv_mask.weight"), weights.get("conv_mask.bias"), Activation.IDENTITY);
        var context = ContextPooling.attention(c, "context", "attention", x, logits);
        var value = Projection.linear(c, "value", context, weights.get("conv_value.weight"), null, Activation.IDENTITY);
        return Broadcast.add(c, "add", x, value);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return (long) inplanes * inplanes + 2L * inplanes * featureMap.pixels();
    }
}
