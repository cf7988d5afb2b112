package tornado.attention.modules;

import java.util.List;
import java.util.Locale;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.AttendTask;
import tornado.attention.tasks.graph.AttendTask.Kind;
import tornado.attention.tasks.graph.MaxPoolTask;
import tornado.attention.tasks.graph.Value;

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
 * made nor transposed unless it is small or asked for ({@link tornado.attention.tasks.SpatialAttention}): 3 kernels, 4 with {@code sub_sample},
 * traffic (12 C + 32 Ci) N bytes an image without pooling; a map adds 2 kernels and 16 N M bytes. Without a softmax
 * {@code dot_product} multiplies values with keys first: Ci^2 (N + M) MACs instead of 2 N M Ci, 5 kernels.
 * {@code concatenation} makes its weights on the way (3 kernels) and is factored, {@code w . [theta ; phi] = w1 . theta
 * + w2 . phi}, and in evaluation mode w1 and w2 are folded into the projections: C instead of C Ci MACs a pixel each.
 *
 * @param inChannels C
 * @param useScale whether embedded_gaussian divides by sqrt(Ci)
 * @param subSample whether keys and values are pooled
 * @param mode how f is made
 * @param g {@code g.conv.*}; pooled {@code g.0.conv.*}
 * @param out {@code conv_out.conv.*}
 * @param norm {@code conv_out.bn.*}, or null
 * @param theta {@code theta.conv.*}, null for gaussian
 * @param phi {@code phi.conv.*}; pooled {@code phi.0.conv.*}; null for gaussian
 * @param project {@code concat_project.conv.weight}, null but for concatenation
 */
public record NonLocal(
        int inChannels,
        boolean useScale,
        boolean subSample,
        Mode mode,
        ConvolutionLayer g,
        ConvolutionLayer out,
        BatchNormLayer norm,
        ConvolutionLayer theta,
        ConvolutionLayer phi,
        Value project)
        implements Block.OfMap {
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
    public static final ModuleType TYPE = ModuleType.of(
            "NonLocal",
            "nl",
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
            NonLocal::of,
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

    private static NonLocal of(Parameters p, Settings s) {
        int channels = s.integer("in_channels");
        int inner = inner(channels, s.integer("reduction"));
        var mode = Mode.named(s.text("mode"));
        boolean pools = s.flag("sub_sample");
        boolean normed = hasNorm(s);
        // A pooled layer is the first of a sequence, which its name shows.
        var g = convolution(p.at(pools ? "g.0" : "g"), "g", channels, inner, true, 0.01);
        var out = convolution(p.at("conv_out"), "out", inner, channels, !normed, normed ? 0.01 : 0);
        var norm = normed
                ? p.at("conv_out").with("weight", Initializer.constant(0)).batchNorm("bn", channels)
                : null;
        boolean embeds = mode != Mode.GAUSSIAN;
        var theta = embeds ? convolution(p.at("theta"), "theta", channels, inner, true, 0.01) : null;
        var phi = embeds ? convolution(p.at(pools ? "phi.0" : "phi"), "phi", channels, inner, true, 0.01) : null;
        var project = mode == Mode.CONCATENATION
                ? convolution(p.at("concat_project"), "project", 2 * inner, 1, false, 0.01)
                        .weight()
                : null;
        return new NonLocal(channels, s.flag("use_scale"), pools, mode, g, out, norm, theta, phi, project);
    }

    private static ConvolutionLayer convolution(
            Parameters p, String name, int inputs, int outputs, boolean bias, double deviation) {
        var layer = p.with("weight", Initializer.normal(deviation))
                .with("bias", Initializer.constant(0))
                .convolution1x1("conv", inputs, outputs, bias);
        return new ConvolutionLayer(name, layer.weight(), layer.bias(), layer.window());
    }

    @Override
    public Value apply(Value x) {
        requireChannels("NonLocal", x, inChannels);
        var shape = x.shape();
        var y = attended(x).named("attention").reshape(shape.batch(), -1, shape.height(), shape.width());
        var last = norm == null ? out.apply(y) : norm.apply(out.apply(y));
        return last.plus(x).named("out");
    }

    private Value attended(Value x) {
        if (mode == Mode.GAUSSIAN) {
            return attend(Kind.SOFTMAX, 1, flat(x), flat(pooled(x).named("keys")), flat(pooled(g.apply(x))));
        }
        var queries = theta.apply(x);
        var keys = pooled(phi.apply(x));
        int inner = theta.weight().shape().dim(0);
        int count = keys.shape().pixels();
        return switch (mode) {
            case DOT_PRODUCT -> attend(Kind.LINEAR, 1.0 / count, flat(queries), flat(keys), flat(pooled(g.apply(x))));
            case CONCATENATION -> {
                var a = queries.convolve(project.slice(1, 0, inner), null, Window.plain())
                        .named("query");
                var b = keys.convolve(project.slice(1, inner, inner), null, Window.plain())
                        .named("key");
                yield attend(Kind.ADDITIVE, 1.0 / count, flat(a), flat(b), flat(pooled(g.apply(x))));
            }
            default -> {
                double scale = useScale ? 1 / Math.sqrt(inner) : 1;
                yield attend(Kind.SOFTMAX, scale, flat(queries), flat(keys), flat(pooled(g.apply(x))));
            }
        };
    }

    private static Value attend(Kind kind, double scale, Value q, Value k, Value v) {
        return AttendTask.ofMaps(kind, scale).attend(q, k, v);
    }

    private Value pooled(Value x) {
        return subSample ? Value.of(new MaxPoolTask(2, 2, 0), x).named("pool") : x;
    }

    private static Value flat(Value x) {
        return x.reshape(x.shape().batch(), x.shape().channels(), -1);
    }
}
