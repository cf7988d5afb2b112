package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.ReduceTask;
import tornado.attention.tasks.graph.Value;

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
 * @param first {@code conv1.*}
 * @param keys {@code linear_0.weight [k,C,1]}
 * @param values {@code linear_1.weight [C,k,1]}
 * @param last {@code conv2.0.weight}
 * @param norm {@code conv2.1.*}
 */
public record ExternalAttention(
        int c,
        int k,
        ConvolutionLayer first,
        ConvolutionLayer keys,
        ConvolutionLayer values,
        ConvolutionLayer last,
        BatchNormLayer norm)
        implements Block.OfMap {
    /** Keeps memories finite that no pixel attends to. */
    private static final double EPS = 1e-9;

    /** Name, paper and options. */
    public static final ModuleType TYPE = ModuleType.of(
            "ExternalAttention",
            "ea",
            "Beyond Self-attention: External Attention using Two Linear Layers for Visual Tasks, Guo et al., 2021",
            "2105.02358",
            List.of(
                    Option.required("c", Option.Kind.INTEGER, "channels C"),
                    Option.of("k", Option.Kind.INTEGER, 64, "memories"),
                    Option.of("tied", Option.Kind.FLAG, true, "fresh modules have M_v = M_k transposed")),
            ExternalAttention::of,
            ModuleType.Fit.channels("c"));

    private static ExternalAttention of(Parameters p, Settings s) {
        int channels = s.integer("c");
        int memories = s.integer("k");
        Layers.requirePositive("ExternalAttention", "c", channels);
        Layers.requirePositive("ExternalAttention", "k", memories);
        var normal = Initializer.normal(Math.sqrt(2.0 / channels));
        var drawn = new float[memories * channels];
        var first = p.with("weight", normal).convolution1x1("conv1", channels, channels, true);
        var keys = p.at("linear_0").get("weight", recording(drawn, normal), memories, channels, 1);
        var values = p.at("linear_1")
                .get("weight", s.flag("tied") ? transposed(drawn, channels) : normal, channels, memories, 1);
        return new ExternalAttention(
                channels,
                memories,
                first,
                layer("logits", keys),
                layer("linear_1", values),
                p.with("weight", normal).convolution1x1("conv2.0", channels, channels, false),
                p.batchNorm("conv2.1", channels));
    }

    /** A linear layer on pixels. */
    private static ConvolutionLayer layer(String name, Value weight) {
        return new ConvolutionLayer(
                name, weight.reshape(weight.shape().dim(0), weight.shape().dim(1), 1, 1), null, Window.plain());
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
    public Value apply(Value x) {
        requireChannels("ExternalAttention", x, c);
        int batch = x.shape().batch();
        var logits = keys.apply(first.apply(x));
        var overPixels = logits.reshape(batch, k, -1).softmax(2).named("softmax");
        var sums = overPixels.reduce(ReduceTask.Kind.MAGNITUDES, 0, 1).plus(EPS).reshape(batch, 1, -1);
        var a = overPixels.over(sums).named("normalise").exposed(AttentionKind.PIXEL_MAP, logits.shape());
        var z = values.apply(a.reshape(logits.shape().dims()));
        return norm.apply(last.apply(z)).plus(x).relu().named("out");
    }
}
