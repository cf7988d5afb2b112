package tornado.attention.modules;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.graph.Value;

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
 * @param attention {@code conv_attn.*}, or null for average pooling
 * @param scale {@code mlp_scale.*}, or null: no scaling
 * @param add {@code mlp_add.*}, or null: no term
 */
public record GlobalContext(int channels, ConvolutionLayer attention, ContextTransform scale, ContextTransform add)
        implements Block.OfMap {
    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "GlobalContext",
            "gc",
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
            GlobalContext::of,
            ModuleType.Fit.channels("channels"));

    private static final Set<Activation> GATES =
            EnumSet.of(Activation.SIGMOID, Activation.TANH, Activation.HARD_SIGMOID);

    /** A module with timm's initialisation and defaults. */
    public static AttentionModule initial(int channels, long seed) {
        return TYPE.initial(TYPE.settings(Map.of("channels", channels)), seed);
    }

    private static GlobalContext of(Parameters p, Settings s) {
        int channels = s.integer("channels");
        int hidden = Reduction.timm("GlobalContext", s, channels * s.number("rd_ratio"));
        double eps = s.number("norm_eps");
        var activation = Activation.named(s.text("act_layer"));
        var gate = Activation.named(s.text("gate_layer"));
        if (eps < 0) {
            throw new IllegalArgumentException(
                    "Module GlobalContext needs a norm_eps of at least 0, but it is " + eps + ".");
        }
        if (!GATES.contains(gate)) {
            throw new IllegalArgumentException(
                    "Module GlobalContext has the gates sigmoid, tanh and hard_sigmoid, not " + gate.timmName() + ".");
        }
        var attention = s.flag("use_attn")
                ? p.with("weight", Initializer.kaimingNormal(channels)).convolution1x1("conv_attn", channels, 1, true)
                : null;
        var add = s.flag("fuse_add")
                ? ContextTransform.of(
                        p.at("mlp_add"),
                        ContextTransform.TIMM,
                        new ContextTransform.Widths(channels, hidden, hidden),
                        eps,
                        activation,
                        Activation.IDENTITY,
                        last -> last.with("weight", Initializer.constant(0)))
                : null;
        var scale = s.flag("fuse_scale")
                ? ContextTransform.of(
                        p.at("mlp_scale"),
                        ContextTransform.TIMM,
                        new ContextTransform.Widths(channels, hidden, hidden),
                        eps,
                        activation,
                        gate,
                        last -> last)
                : null;
        return new GlobalContext(channels, attention, scale, add);
    }

    @Override
    public Value apply(Value x) {
        requireChannels("GlobalContext", x, channels);
        if (scale == null && add == null) {
            return x;
        }
        var context = ContextTransform.context(x, attention);
        var factor = scale == null ? null : scale.apply(context, "transform.").exposed(AttentionKind.CHANNEL_GATE);
        return ContextTransform.fuse(x, factor, add == null ? null : add.apply(context, "transform."));
    }
}
