package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.Pooling;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * Global context block of GCNet's official code: Cao et al., GCNet: Non-local Networks Meet Squeeze-Excitation Networks and
 * Beyond, ICCV Workshops 2019 (arXiv 1904.11492).
 *
 * <pre>
 *   g = sum over n of softmax_n(w . x_n + b) x_n   (pool att; GAP(X) for pool avg)
 *   T(g) = W2 relu(LN(W1 g + b1)) + b2
 *   Y = X * sigmoid(T_mul(g)) + T_add(g)           (either part may be absent; multiplied first)
 * </pre>
 *
 * <p>The same function as {@link GlobalContext} with eps 1e-5, under other weight names. Parameters [C + 1] + fusions (2CP + 3P +
 * C), MACs [2CN] + fusions 2CP, 3 + 3 fusions + 1 kernels (2 + fusions + 1 with work-groups); traffic 16 CHW bytes an image. A fresh {@code channel_add} is the
 * identity, a fresh {@code channel_mul} halves the input: the last convolution starts at zero.
 *
 * @param inplanes C
 * @param planes P, the hidden width
 * @param attentionPool attention pooling, else average pooling
 * @param multiplies whether {@code channel_mul} is among the fusions
 * @param adds whether {@code channel_add} is among the fusions
 * @param weights {@code conv_mask.*}, {@code channel_add_conv.*}, {@code channel_mul_conv.*} as switched on
 */
public record ContextBlock2d(
        int inplanes, int planes, boolean attentionPool, boolean multiplies, boolean adds, Weights weights)
        implements FeatureMapModule {
    private static final double EPS = 1e-5;
    private static final String MULTIPLY = "channel_mul";
    private static final String ADD = "channel_add";

    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "ContextBlock2d",
            "GCNet: Non-local Networks Meet Squeeze-Excitation Networks and Beyond, Cao et al., ICCV Workshops 2019",
            "1904.11492",
            List.of(
                    Option.required("inplanes", Option.Kind.INTEGER, "channels C"),
                    Option.required("planes", Option.Kind.INTEGER, "hidden width"),
                    Option.of("pool", Option.Kind.TEXT, "att", "att or avg"),
                    Option.of(
                            "fusions",
                            Option.Kind.TEXTS,
                            List.of(ADD),
                            "channel_add, channel_mul or both; multiplied first")),
            List.of("input"),
            ContextBlock2d::specs,
            ContextBlock2d::of,
            new ModuleType.Fit() {
                @Override
                public Map<String, Object> settings(Shape featureMap) {
                    int channels = featureMap.channels();
                    return Map.of("inplanes", channels, "planes", Math.max(channels / 16, 1));
                }
            });

    /** Checks the widths. */
    public ContextBlock2d {
        Layers.requirePositive("ContextBlock2d", "inplanes", inplanes);
        Layers.requirePositive("ContextBlock2d", "planes", planes);
        Objects.requireNonNull(weights, "weights");
    }

    private static ContextBlock2d of(Settings settings, Weights weights) {
        var fusions = fusions(settings);
        return new ContextBlock2d(
                settings.integer("inplanes"),
                settings.integer("planes"),
                attentionPool(settings),
                fusions.contains(MULTIPLY),
                fusions.contains(ADD),
                weights);
    }

    private static boolean attentionPool(Settings settings) {
        return switch (settings.text("pool")) {
            case "att" -> true;
            case "avg" -> false;
            default ->
                throw new IllegalArgumentException(
                        "Module ContextBlock2d knows the pools att and avg, not '" + settings.text("pool") + "'.");
        };
    }

    private static List<String> fusions(Settings settings) {
        var fusions = settings.texts("fusions");
        if (fusions.isEmpty() || !List.of(MULTIPLY, ADD).containsAll(fusions)) {
            throw new IllegalArgumentException(
                    "Module ContextBlock2d needs at least one of the fusions channel_add and channel_mul and no other, not "
                            + fusions + ".");
        }
        return fusions;
    }

    private static List<WeightSpec> specs(Settings settings) {
        int channels = settings.integer("inplanes");
        int planes = settings.integer("planes");
        Layers.requirePositive("ContextBlock2d", "inplanes", channels);
        Layers.requirePositive("ContextBlock2d", "planes", planes);
        var fusions = fusions(settings);
        var specs = new ArrayList<WeightSpec>();
        if (attentionPool(settings)) {
            specs.addAll(List.of(
                    WeightSpec.parameter("conv_mask.weight", Initializer.kaimingNormal(channels), 1, channels, 1, 1),
                    WeightSpec.parameter("conv_mask.bias", Initializer.constant(0), 1)));
        }
        for (var fusion : List.of(ADD, MULTIPLY)) {
            if (fusions.contains(fusion)) {
                var last = transform(fusion).fc2();
                var layers = transform(fusion).specs(channels, planes, planes, 1, 1);
                layers = Layers.initialised(layers, last + ".weight", Initializer.constant(0));
                specs.addAll(Layers.initialised(layers, last + ".bias", Initializer.constant(0)));
            }
        }
        return specs;
    }

    private static ContextTransform transform(String fusion) {
        var conv = fusion + "_conv";
        return new ContextTransform(conv + ".0", conv + ".1", conv + ".3", EPS, Activation.RELU);
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, inplanes);
        var c = chain.scope("context");
        var context = attentionPool
                ? ContextTransform.attentionPooling(
                        c, x, weights.get("conv_mask.weight"), weights.get("conv_mask.bias"))
                : Pooling.average(c, "context", x);
        var scale =
                multiplies ? transform(MULTIPLY).attach(c.scope(MULTIPLY), context, weights, Activation.SIGMOID) : null;
        var term = adds ? transform(ADD).attach(c.scope(ADD), context, weights, Activation.IDENTITY) : null;
        if (scale == null) {
            return Broadcast.add(c, "fuse", x, term);
        }
        c.attention(AttentionKind.CHANNEL_GATE, scale);
        return term == null
                ? Broadcast.multiply(c, "fuse", x, scale)
                : Broadcast.multiplyAdd(c, "fuse", x, scale, term);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        int transforms = (multiplies ? 1 : 0) + (adds ? 1 : 0);
        return ContextTransform.macs(featureMap, planes, attentionPool, transforms);
    }
}
