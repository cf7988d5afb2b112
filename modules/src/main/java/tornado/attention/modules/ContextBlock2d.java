package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Value;

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
 * @param mask {@code conv_mask.*}, or null for average pooling
 * @param multiply {@code channel_mul_conv.*}, or null
 * @param add {@code channel_add_conv.*}, or null
 */
public record ContextBlock2d(int inplanes, ConvolutionLayer mask, ContextTransform multiply, ContextTransform add)
        implements Block.OfMap {
    private static final double EPS = 1e-5;
    private static final String MULTIPLY = "channel_mul";
    private static final String ADD = "channel_add";
    private static final ContextTransform.Names NAMES = new ContextTransform.Names("0", "1", "3");

    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "ContextBlock2d",
            "context",
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
            ContextBlock2d::of,
            new ModuleType.Fit() {
                @Override
                public Map<String, Object> settings(Shape featureMap) {
                    int channels = featureMap.channels();
                    return Map.of("inplanes", channels, "planes", Math.max(channels / 16, 1));
                }
            });

    private static ContextBlock2d of(Parameters p, Settings s) {
        int channels = s.integer("inplanes");
        int planes = s.integer("planes");
        Layers.requirePositive("ContextBlock2d", "inplanes", channels);
        Layers.requirePositive("ContextBlock2d", "planes", planes);
        var fusions = fusions(s);
        var mask = attentionPool(s)
                ? p.with("weight", Initializer.kaimingNormal(channels))
                        .with("bias", Initializer.constant(0))
                        .convolution1x1("conv_mask", channels, 1, true)
                : null;
        var add = fusions.contains(ADD)
                ? transform(p.at("channel_add_conv"), channels, planes, Activation.IDENTITY)
                : null;
        var multiply = fusions.contains(MULTIPLY)
                ? transform(p.at("channel_mul_conv"), channels, planes, Activation.SIGMOID)
                : null;
        return new ContextBlock2d(channels, mask, multiply, add);
    }

    private static ContextTransform transform(Parameters p, int channels, int planes, Activation last) {
        return ContextTransform.of(
                p,
                NAMES,
                new ContextTransform.Widths(channels, planes, planes, 1, 1),
                EPS,
                Activation.RELU,
                last,
                layer -> layer.with("weight", Initializer.constant(0)).with("bias", Initializer.constant(0)));
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

    @Override
    public Value apply(Value x) {
        requireChannels("ContextBlock2d", x, inplanes);
        var context = ContextTransform.context(x, mask);
        var factor = multiply == null
                ? null
                : multiply.apply(context, MULTIPLY + ".").exposed(AttentionKind.CHANNEL_GATE);
        return ContextTransform.fuse(x, factor, add == null ? null : add.apply(context, ADD + "."));
    }
}
