package tornado.attention.modules;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.Pooling;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * Global context block as timm has it: Cao et al., GCNet: Non-local Networks Meet Squeeze-Excitation Networks and Beyond, ICCV
 * Workshops 2019 (arXiv 1904.11492).
 *
 * <pre>
 *   g = sum over n of softmax_n(w . x_n + b) x_n   (or GAP(X))
 *   T(g) = W2 act(LN(W1 g + b1)) + b2
 *   Y = X * gate(T_scale(g)) + T_add(g)            (either part may be off)
 *
 *   X [B,C,H,W] ─┬─ logits ─ attention [B,1,H,W] ─┐
 *                ├──────────────────────────── context [B,C] ─┬─ transform: fc1 [B,R] ─ norm ─ fc2 [B,C] ─┐
 *                │                                            └─ (second transform) ──────────────────────┤
 *                └──────────────────────────────────────────────────────────────────────────────── fuse ──┴─▶ Y
 * </pre>
 *
 * <p>R = rd_channels, else make_divisible(C * rd_ratio, rd_divisor). Parameters [C + 1] + fusions (2CR + 3R + C), MACs [2CN] +
 * fusions 2CR, 3 + 3 fusions + 1 kernels (2 + fusions + 1 with work-groups); traffic 16 CHW bytes an image: the map is read for logits, context and fusion and
 * written once. Both fusions are one pass.
 *
 * <p>The layer norm's eps is 1e-6 as in timm since 0.6; timm up to 0.5.4 has 1e-5. {@code init_last_zero} is accepted and has no
 * effect, as there. Without any fusion the module is the identity.
 *
 * @param channels C
 * @param hidden R
 * @param useAttention attention pooling, else average pooling
 * @param fuseScale whether channels are scaled
 * @param fuseAdd whether a term is added
 * @param activation inside the transform
 * @param gate of the scaling
 * @param eps of the layer norm
 * @param weights {@code conv_attn.*}, {@code mlp_scale.*}, {@code mlp_add.*} as switched on
 */
public record GlobalContext(
        int channels,
        int hidden,
        boolean useAttention,
        boolean fuseScale,
        boolean fuseAdd,
        Activation activation,
        Activation gate,
        double eps,
        Weights weights)
        implements FeatureMapModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "GlobalContext",
            "GCNet: Non-local Networks Meet Squeeze-Excitation Networks and Beyond, Cao et al., ICCV Workshops 2019",
            "1904.11492",
            List.of(
                    Option.required("channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("use_attn", Option.Kind.FLAG, true, "attention pooling, else average pooling"),
                    Option.of("fuse_add", Option.Kind.FLAG, false, "add a term per channel"),
                    Option.of("fuse_scale", Option.Kind.FLAG, true, "scale each channel"),
                    Option.of("init_last_zero", Option.Kind.FLAG, false, "accepted without effect, as in timm"),
                    Option.of("rd_ratio", Option.Kind.NUMBER, 1.0 / 8, "hidden width / C"),
                    Option.of("rd_channels", Option.Kind.OPTIONAL_INTEGER, null, "hidden width; null: from rd_ratio"),
                    Option.of("rd_divisor", Option.Kind.INTEGER, 1, "the hidden width is a multiple of it"),
                    Option.of("act_layer", Option.Kind.TEXT, "relu", "relu, silu, gelu or tanh"),
                    Option.of("gate_layer", Option.Kind.TEXT, "sigmoid", "sigmoid, tanh or hard_sigmoid"),
                    Option.of("norm_eps", Option.Kind.NUMBER, 1e-6, "eps of the layer norm")),
            List.of("input"),
            GlobalContext::specs,
            GlobalContext::of,
            ModuleType.Fit.channels("channels"));

    private static final Set<Activation> GATES =
            EnumSet.of(Activation.SIGMOID, Activation.TANH, Activation.HARD_SIGMOID);

    /** A module with timm's initialisation and defaults. */
    public static GlobalContext initial(int channels, long seed) {
        return (GlobalContext) TYPE.initial(TYPE.settings(Map.of("channels", channels)), seed);
    }

    /** Checks what the settings alone do not hold. */
    public GlobalContext {
        Layers.requirePositive("GlobalContext", "channels", channels);
        Layers.requirePositive("GlobalContext", "hidden width", hidden);
        Objects.requireNonNull(weights, "weights");
        if (eps < 0) {
            throw new IllegalArgumentException(
                    "Module GlobalContext needs a norm_eps of at least 0, but it is " + eps + ".");
        }
        if (!GATES.contains(gate)) {
            throw new IllegalArgumentException(
                    "Module GlobalContext has the gates sigmoid, tanh and hard_sigmoid, not " + gate.timmName() + ".");
        }
    }

    private static GlobalContext of(Settings settings, Weights weights) {
        return new GlobalContext(
                settings.integer("channels"),
                hidden(settings),
                settings.flag("use_attn"),
                settings.flag("fuse_scale"),
                settings.flag("fuse_add"),
                Activation.named(settings.text("act_layer")),
                Activation.named(settings.text("gate_layer")),
                settings.number("norm_eps"),
                weights);
    }

    private static int hidden(Settings settings) {
        Layers.requirePositive("GlobalContext", "channels", settings.integer("channels"));
        var given = settings.optionalInteger("rd_channels");
        if (given != null) {
            Layers.requirePositive("GlobalContext", "rd_channels", given);
            return given;
        }
        Layers.requirePositive("GlobalContext", "rd_divisor", settings.integer("rd_divisor"));
        if (settings.number("rd_ratio") <= 0) {
            throw new IllegalArgumentException(
                    "Module GlobalContext needs an rd_ratio above 0, but it is " + settings.number("rd_ratio") + ".");
        }
        return Reduction.makeDivisible(
                settings.integer("channels") * settings.number("rd_ratio"), settings.integer("rd_divisor"));
    }

    private static List<WeightSpec> specs(Settings settings) {
        int channels = settings.integer("channels");
        int hidden = hidden(settings);
        var specs = new ArrayList<WeightSpec>();
        if (settings.flag("use_attn")) {
            specs.addAll(Layers.initialised(
                    Layers.convolution1x1("conv_attn", channels, 1, true),
                    "conv_attn.weight",
                    Initializer.kaimingNormal(channels)));
        }
        if (settings.flag("fuse_add")) {
            specs.addAll(Layers.initialised(
                    transform("mlp_add", 0, Activation.RELU).specs(channels, hidden, hidden),
                    "mlp_add.fc2.weight",
                    Initializer.constant(0)));
        }
        if (settings.flag("fuse_scale")) {
            specs.addAll(transform("mlp_scale", 0, Activation.RELU).specs(channels, hidden, hidden));
        }
        return specs;
    }

    private static ContextTransform transform(String name, double eps, Activation activation) {
        return new ContextTransform(name + ".fc1", name + ".norm", name + ".fc2", eps, activation);
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, channels);
        if (!fuseScale && !fuseAdd) {
            return x;
        }
        var c = chain.scope("gc");
        var context = useAttention
                ? ContextTransform.attentionPooling(
                        c, x, weights.get("conv_attn.weight"), weights.get("conv_attn.bias"))
                : Pooling.average(c, "context", x);
        var scale = fuseScale ? transform(c, "mlp_scale", context, gate) : null;
        var term = fuseAdd ? transform(c, "mlp_add", context, Activation.IDENTITY) : null;
        if (scale == null) {
            return Broadcast.add(c, "fuse", x, term);
        }
        c.attention(AttentionKind.CHANNEL_GATE, scale);
        return term == null
                ? Broadcast.multiply(c, "fuse", x, scale)
                : Broadcast.multiplyAdd(c, "fuse", x, scale, term);
    }

    private Tensor transform(TaskChain chain, String name, Tensor context, Activation last) {
        return transform(name, eps, activation).attach(chain.scope("transform"), context, weights, last);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        int transforms = (fuseScale ? 1 : 0) + (fuseAdd ? 1 : 0);
        return ContextTransform.macs(featureMap, hidden, useAttention, transforms);
    }
}
