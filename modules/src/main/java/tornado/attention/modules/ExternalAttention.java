package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Axis;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * External attention block: Guo et al., Beyond Self-attention: External Attention using Two Linear Layers for Visual
 * Tasks, 2021 (arXiv 2105.02358).
 *
 * <pre>
 *   a = softmax_n(M_k (W_1 X + b_1)), a_kn = a_kn / (1e-9 + sum over k' of a_k'n)
 *   Y = relu(BN(W_2 M_v a) + X)
 *
 *   X [B,C,H,W] ─┬─ logits [B,k,N] ─ softmax ─ normalise ─ out ─┐
 *                └────────────────────────────────── residual ──┴─▶ Y
 * </pre>
 *
 * <p>Parameters 2 C^2 + 2 k C + 3 C, MACs as published 2 C^2 N + 2 k C N. In evaluation mode the linear layers next to
 * each other are folded on the host, M_k W_1 and W_2 M_v with the batch norm in it: 2 k C N MACs and 4 kernels, traffic
 * (12 C + 24 k) N bytes an image. {@code conv1.bias} shifts each memory's logits by a constant and cannot be seen in
 * the result; the folded chain leaves it out. In training mode the layers stay apart.
 *
 * <p>The published class ties both memories when it is made and its state has both; a file's memories are taken as they
 * are, {@code tied} concerns fresh modules only.
 *
 * @param c C
 * @param k memories
 * @param tied whether a fresh module has M_v = M_k transposed
 * @param weights {@code conv1.*}, {@code linear_0.weight [k,C,1]}, {@code linear_1.weight [C,k,1]},
 *     {@code conv2.0.weight}, {@code conv2.1.*} (batch norm)
 */
public record ExternalAttention(int c, int k, boolean tied, Weights weights) implements FeatureMapModule {
    /** Keeps memories finite that no pixel attends to. */
    private static final double EPS = 1e-9;

    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "ExternalAttention",
            "Beyond Self-attention: External Attention using Two Linear Layers for Visual Tasks, Guo et al., 2021",
            "2105.02358",
            List.of(
                    Option.required("c", Option.Kind.INTEGER, "channels C"),
                    Option.of("k", Option.Kind.INTEGER, 64, "memories"),
                    Option.of("tied", Option.Kind.FLAG, true, "fresh modules have M_v = M_k transposed")),
            List.of("input"),
            ExternalAttention::specs,
            (settings, weights) ->
                    new ExternalAttention(settings.integer("c"), settings.integer("k"), settings.flag("tied"), weights),
            ModuleType.Fit.channels("c"));

    private static List<WeightSpec> specs(Settings settings) {
        int channels = settings.integer("c");
        int memories = settings.integer("k");
        Layers.requirePositive("ExternalAttention", "c", channels);
        Layers.requirePositive("ExternalAttention", "k", memories);
        var normal = Initializer.normal(Math.sqrt(2.0 / channels));
        var keys = new float[memories * channels];
        return Layers.join(
                Layers.initialised(Layers.convolution1x1("conv1", channels, channels, true), "conv1.weight", normal),
                List.of(
                        WeightSpec.parameter("linear_0.weight", recording(keys, normal), memories, channels, 1),
                        WeightSpec.parameter(
                                "linear_1.weight",
                                settings.flag("tied") ? transposed(keys, channels) : normal,
                                channels,
                                memories,
                                1)),
                Layers.initialised(
                        Layers.convolution1x1("conv2.0", channels, channels, false), "conv2.0.weight", normal),
                Layers.batchNorm("conv2.1", channels));
    }

    /** Keeps what it draws, for {@link #transposed}: weights are drawn in the order of the specs. */
    private static Initializer recording(float[] values, Initializer initializer) {
        var at = new int[1];
        return random -> values[at[0]++] = initializer.next(random);
    }

    /** The kept matrix, {@code [rows, columns]}, column by column. */
    private static Initializer transposed(float[] values, int columns) {
        int rows = values.length / columns;
        var at = new int[1];
        return random -> {
            int i = at[0]++;
            return values[i % rows * columns + i / rows];
        };
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        requireChannels(x, c);
        var scope = chain.scope("ea");
        var shape = x.shape();
        var logits = scope.view(logits(scope, x), Shape.of(shape.batch(), k, shape.pixels()));
        var overPixels = Axis.softmax(scope, "softmax", logits, 2);
        var overMemories = Axis.l1(scope, "normalise", overPixels, 1, EPS);
        var a = scope.view(overMemories, Shape.of(shape.batch(), k, shape.height(), shape.width()));
        scope.attention(AttentionKind.PIXEL_MAP, a);
        var norm = Layers.norm(weights, "conv2.1");
        var values = weights.get("linear_1.weight");
        var last = weights.get("conv2.0.weight");
        if (chain.training()) {
            var z = Projection.convolution1x1(scope, "linear_1", a, values, null, Activation.IDENTITY);
            return Convolution.pointwiseResidual(scope, "out", z, last, null, norm, x, Activation.RELU);
        }
        var folded = Folding.product("conv2.linear_1", last, values);
        return Convolution.pointwiseResidual(scope, "out", a, folded, null, norm, x, Activation.RELU);
    }

    private Tensor logits(TaskChain scope, Tensor x) {
        var keys = weights.get("linear_0.weight");
        var first = weights.get("conv1.weight");
        if (!scope.training()) {
            var folded = Folding.product("linear_0.conv1", keys, first);
            return Projection.convolution1x1(scope, "logits", x, folded, null, Activation.IDENTITY);
        }
        var y = Projection.convolution1x1(scope, "conv1", x, first, weights.get("conv1.bias"), Activation.IDENTITY);
        return Projection.convolution1x1(scope, "logits", y, keys, null, Activation.IDENTITY);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return (2L * c * c + 2L * k * c) * featureMap.pixels();
    }
}
