package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.FeatureSlice;
import tornado.attention.tasks.JoinedWeights;
import tornado.attention.tasks.MaxPool;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.SpatialAttention;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;

/**
 * Non-local block in mmcv's form (NonLocal2d): Wang et al., Non-local Neural Networks, CVPR 2018 (arXiv 1711.07971).
 *
 * <pre>
 *   Y = X + W_o (sum over m of f_nm g_m), g = W_g X, theta = W_t X, phi = W_p X
 *   embedded_gaussian  f = softmax_m(theta_n . phi_m [/ sqrt(Ci)])
 *   gaussian           f = softmax_m(x_n . x_m)
 *   dot_product        f = theta_n . phi_m / M
 *   concatenation      f = relu(w . [theta_n ; phi_m]) / M
 *
 *   X [B,C,H,W] ─┬─ project [B,3Ci,N] ─ (pool) ─ attention [B,Ci,N] ─ out ─┐
 *                └──────────────────────────────────────────── residual ──┴─▶ Y
 * </pre>
 *
 * <p>Ci = max(C / reduction, 1), N = HW; with {@code sub_sample} keys and values are max-pooled 2x2 behind their
 * projections and M = (H/2)(W/2), else M = N. Parameters 4 C Ci + 3 Ci + C (gaussian: 2 C Ci + Ci + C; concatenation: 2
 * Ci more; norm BN: C more), MACs 4 C Ci N + 2 N M Ci (gaussian: 2 C Ci N + N M (C + Ci)).
 *
 * <p>What is saved against the original: theta, phi and g are one task, so X is read twice (projection, residual)
 * instead of four times; bias, batch norm (evaluation mode) and residual are in the last task; the N x M map is neither
 * made nor transposed unless it is small or asked for ({@link SpatialAttention}): 3 kernels, 4 with {@code sub_sample},
 * traffic (12 C + 32 Ci) N bytes an image without pooling; a map adds 2 kernels and 16 N M bytes. Without a softmax
 * {@code dot_product} multiplies values with keys first: Ci^2 (N + M) MACs instead of 2 N M Ci, 5 kernels.
 * {@code concatenation} makes its weights on the way (3 kernels) and is factored, {@code w . [theta ; phi] = w1 . theta
 * + w2 . phi}, and in evaluation mode w1 and w2 are folded into the projections: C instead of C Ci MACs a pixel each.
 *
 * @param inChannels C
 * @param reduction C / Ci
 * @param useScale whether embedded_gaussian divides by sqrt(Ci)
 * @param subSample whether keys and values are pooled
 * @param mode how f is made
 * @param batchNorm whether the last convolution has a batch norm instead of a bias
 * @param weights {@code g.conv.*}, {@code theta.conv.*}, {@code phi.conv.*}, {@code conv_out.conv.*},
 *     {@code conv_out.bn.*}, {@code concat_project.conv.weight}, as the mode has them; with {@code sub_sample}
 *     {@code g.0.conv.*} and {@code phi.0.conv.*}
 */
public record NonLocal(
        int inChannels,
        int reduction,
        boolean useScale,
        boolean subSample,
        Mode mode,
        boolean batchNorm,
        Weights weights)
        implements FeatureMapModule {
    /** How two positions are compared. */
    public enum Mode {
        /** Softmax of products of projections. */
        EMBEDDED_GAUSSIAN,
        /** Softmax of products of the features themselves. */
        GAUSSIAN,
        /** Products of projections over their number. */
        DOT_PRODUCT,
        /** Rectified linear function of both projections over their number. */
        CONCATENATION;

        static Mode named(String name) {
            for (var mode : values()) {
                if (mode.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return mode;
                }
            }
            throw new IllegalArgumentException(
                    "Module NonLocal knows the modes embedded_gaussian, gaussian, dot_product and"
                            + " concatenation, not '" + name + "'.");
        }
    }

    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "NonLocal",
            "Non-local Neural Networks, Wang et al., CVPR 2018",
            "1711.07971",
            List.of(
                    Option.required("in_channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("reduction", Option.Kind.INTEGER, 2, "C / inner channels"),
                    Option.of("use_scale", Option.Kind.FLAG, true, "divide by sqrt of the inner channels"),
                    Option.of("sub_sample", Option.Kind.FLAG, false, "max-pool keys and values 2x2"),
                    Option.of(
                            "mode",
                            Option.Kind.TEXT,
                            "embedded_gaussian",
                            "embedded_gaussian, gaussian, dot_product or concatenation"),
                    Option.of("norm", Option.Kind.OPTIONAL_TEXT, null, "BN: batch norm behind the last convolution")),
            List.of("input"),
            NonLocal::specs,
            (settings, weights) -> new NonLocal(
                    settings.integer("in_channels"),
                    settings.integer("reduction"),
                    settings.flag("use_scale"),
                    settings.flag("sub_sample"),
                    Mode.named(settings.text("mode")),
                    hasNorm(settings),
                    weights),
            ModuleType.Fit.channels("in_channels"));

    private static boolean hasNorm(Settings settings) {
        var norm = settings.text("norm");
        if (norm != null && !norm.equals("BN")) {
            throw new IllegalArgumentException("Module NonLocal knows the norm BN or none, not '" + norm + "'.");
        }
        return norm != null;
    }

    private static int inner(int channels, int reduction) {
        Layers.requirePositive("NonLocal", "in_channels", channels);
        Layers.requirePositive("NonLocal", "reduction", reduction);
        return Math.max(channels / reduction, 1);
    }

    private static List<WeightSpec> specs(Settings settings) {
        int channels = settings.integer("in_channels");
        int inner = inner(channels, settings.integer("reduction"));
        var mode = Mode.named(settings.text("mode"));
        boolean pools = settings.flag("sub_sample");
        var specs = new ArrayList<WeightSpec>(convolution(pools ? "g.0.conv" : "g.conv", channels, inner, true, 0.01));
        specs.addAll(convolution("conv_out.conv", inner, channels, !hasNorm(settings), hasNorm(settings) ? 0.01 : 0));
        if (hasNorm(settings)) {
            specs.addAll(Layers.initialised(
                    Layers.batchNorm("conv_out.bn", channels), "conv_out.bn.weight", Initializer.constant(0)));
        }
        if (mode != Mode.GAUSSIAN) {
            specs.addAll(convolution("theta.conv", channels, inner, true, 0.01));
            specs.addAll(convolution(pools ? "phi.0.conv" : "phi.conv", channels, inner, true, 0.01));
        }
        if (mode == Mode.CONCATENATION) {
            specs.addAll(convolution("concat_project.conv", 2 * inner, 1, false, 0.01));
        }
        return specs;
    }

    /**
     * mmcv's initialisation: normal weights, zero biases, the last layer zero so that the block starts as the identity.
     */
    private static List<WeightSpec> convolution(String name, int inputs, int outputs, boolean bias, double deviation) {
        var weight = Layers.initialised(
                Layers.convolution1x1(name, inputs, outputs, bias), name + ".weight", Initializer.normal(deviation));
        return Layers.initialised(weight, name + ".bias", Initializer.constant(0));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, inChannels);
        var c = chain.scope("nl");
        var y = switch (mode) {
            case GAUSSIAN -> gaussian(c, x);
            case EMBEDDED_GAUSSIAN, DOT_PRODUCT -> embedded(c, x);
            case CONCATENATION -> concatenation(c, x);
        };
        var features = c.view(
                y,
                Shape.of(
                        x.shape().batch(),
                        inner(),
                        x.shape().height(),
                        x.shape().width()));
        return Convolution.pointwiseResidual(
                c,
                "out",
                features,
                weights.get("conv_out.conv.weight"),
                weights.find("conv_out.conv.bias"),
                batchNorm ? Layers.norm(weights, "conv_out.bn") : null,
                x,
                Activation.IDENTITY);
    }

    private int inner() {
        return inner(inChannels, reduction);
    }

    private Tensor gaussian(TaskChain c, Tensor x) {
        var g = Projection.convolution1x1(c, "g", x, weight("g", "weight"), weight("g", "bias"), Activation.IDENTITY);
        return SpatialAttention.softmax(
                c,
                "attention",
                FeatureSlice.of(x),
                FeatureSlice.of(pooled(c, "keys", x)),
                FeatureSlice.of(pooled(c, "pool", g)),
                1);
    }

    private Tensor embedded(TaskChain c, Tensor x) {
        int inner = inner();
        var projected = project(
                c,
                x,
                weight("theta", "weight"),
                weight("theta", "bias"),
                weight("phi", "weight"),
                weight("phi", "bias"));
        var pooled = pooled(c, "pool", projected);
        var theta = new FeatureSlice(projected, 0, inner);
        var phi = new FeatureSlice(pooled, inner, inner);
        var g = new FeatureSlice(pooled, 2 * inner, inner);
        return mode == Mode.DOT_PRODUCT
                ? SpatialAttention.linear(c, "attention", theta, phi, g, 1.0 / phi.pixels())
                : SpatialAttention.softmax(c, "attention", theta, phi, g, useScale ? 1 / Math.sqrt(inner) : 1);
    }

    /**
     * One number a query and one a key: by the projections themselves where weights are constant and nothing lies
     * between.
     */
    private Tensor concatenation(TaskChain c, Tensor x) {
        int inner = inner();
        var project = weights.get("concat_project.conv.weight");
        var ofQuery = Folding.part("concat_project.query", project, 0, Shape.of(1, inner));
        var ofKey = Folding.part("concat_project.key", project, inner, Shape.of(1, inner));
        boolean foldQuery = !c.training();
        boolean foldKey = foldQuery && !subSample;
        var projected = project(
                c,
                x,
                folded(foldQuery, ofQuery, "theta", "weight"),
                folded(foldQuery, ofQuery, "theta", "bias"),
                folded(foldKey, ofKey, "phi", "weight"),
                folded(foldKey, ofKey, "phi", "bias"));
        var pooled = pooled(c, "pool", projected);
        int queryWidth = foldQuery ? 1 : inner;
        int keyWidth = foldKey ? 1 : inner;
        var theta = new FeatureSlice(projected, 0, queryWidth);
        var phi = new FeatureSlice(pooled, queryWidth, keyWidth);
        var a = foldQuery ? theta : FeatureSlice.of(SpatialAttention.project(c, "query", ofQuery, theta));
        var b = foldKey ? phi : FeatureSlice.of(SpatialAttention.project(c, "key", ofKey, phi));
        return SpatialAttention.additive(c, "attention", a, b, new FeatureSlice(pooled, queryWidth + keyWidth, inner));
    }

    private Weight folded(boolean fold, Weight row, String layer, String kind) {
        return fold ? Folding.product(layer + "." + kind, row, weight(layer, kind)) : weight(layer, kind);
    }

    /** theta, phi and g in one task. */
    private Tensor project(TaskChain c, Tensor x, Weight theta, Weight thetaBias, Weight phi, Weight phiBias) {
        return Projection.convolution1x1(
                c,
                "project",
                x,
                JoinedWeights.rows(List.of(theta, phi, weight("g", "weight"))),
                JoinedWeights.rows(List.of(thetaBias, phiBias, weight("g", "bias"))),
                Activation.IDENTITY);
    }

    private Tensor pooled(TaskChain c, String name, Tensor x) {
        return subSample ? MaxPool.inside(c, name, x, 2, 2) : x;
    }

    /** Pooled layers are the first of a sequence, which their names show. */
    private Weight weight(String layer, String kind) {
        return weights.get(layer + (subSample && !layer.equals("theta") ? ".0.conv." : ".conv.") + kind);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        long pixels = featureMap.pixels();
        long keys = subSample ? (long) (featureMap.height() / 2) * (featureMap.width() / 2) : pixels;
        long projections = (mode == Mode.GAUSSIAN ? 2L : 4L) * inChannels * inner() * pixels;
        long pairs = pixels * keys;
        return projections
                + switch (mode) {
                    case GAUSSIAN -> pairs * (inChannels + inner());
                    case EMBEDDED_GAUSSIAN, DOT_PRODUCT -> 2 * pairs * inner();
                    case CONCATENATION -> (pixels + keys) * inner() + pairs * inner();
                };
    }
}
