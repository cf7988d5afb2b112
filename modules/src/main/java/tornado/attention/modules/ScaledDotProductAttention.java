package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.TokenAttention;

/**
 * Multi-head attention: Vaswani et al., Attention Is All You Need, NeurIPS 2017 (arXiv 1706.03762).
 *
 * <pre>
 *   Q = W_q q + b_q, K = W_k k + b_k, V = W_v v + b_v, in h heads
 *   A = softmax over keys of mask(Q K^T / sqrt(d_k) * weights),  O = W_o (A V) + b_o
 *
 *   queries [B,nq,d] ─ fc_q ─┐
 *   keys    [B,nk,d] ─ fc_k ─┼─ attention [B,nq,h d_v] ─ fc_o ─▶ O [B,nq,d]
 *   values  [B,nk,d] ─ fc_v ─┘
 * </pre>
 *
 * <p>Parameters 2 (d h d_k + h d_k) + d h d_v + h d_v + h d_v d + d, MACs (nq + nk) d h d_k + nk d h d_v + nq nk h (d_k
 * + d_v) + nq h d_v d. 8 kernels, and one each for mask and weights: four linear layers, the keys transposed, scores,
 * mask, softmax, values. Heads are never split or joined in memory. Without mask and weights a large map is streamed
 * over instead of made ({@link TokenAttention}): 9 kernels.
 *
 * <p>{@code weights} multiply the scores, {@code mask} (not 0: hidden) then sets them to minus infinity; both may have
 * any shape that broadcasts to {@code [B,h,nq,nk]}, and either may be absent. A query whose keys are all hidden becomes
 * NaN, as in PyTorch. Dropout acts on A in training mode.
 *
 * @param dModel d
 * @param dK features of a query and key in a head
 * @param dV features of a value in a head
 * @param heads h
 * @param dropout rate
 * @param seed of the dropout
 * @param weights {@code fc_q.*}, {@code fc_k.*}, {@code fc_v.*}, {@code fc_o.*}
 */
public record ScaledDotProductAttention(
        int dModel, int dK, int dV, int heads, double dropout, int seed, Weights weights) implements AttentionModule {
    /** Names of the inputs, which {@link SimplifiedScaledDotProductAttention} has too. */
    static final List<String> INPUTS = List.of("queries", "keys", "values", "mask", "weights");

    /** Those that may be absent. */
    static final List<String> OPTIONAL_INPUTS = List.of("mask", "weights");

    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "ScaledDotProductAttention",
            "Attention Is All You Need, Vaswani et al., NeurIPS 2017",
            "1706.03762",
            List.of(
                    Option.required("d_model", Option.Kind.INTEGER, "features d of a token"),
                    Option.required("d_k", Option.Kind.INTEGER, "features of a query and key in a head"),
                    Option.required("d_v", Option.Kind.INTEGER, "features of a value in a head"),
                    Option.required("h", Option.Kind.INTEGER, "heads"),
                    Option.of("dropout", Option.Kind.NUMBER, 0.1, "dropout of the attention in training mode"),
                    Option.of("seed", Option.Kind.INTEGER, 0, "seed of the dropout")),
            INPUTS,
            OPTIONAL_INPUTS,
            ScaledDotProductAttention::specs,
            (settings, weights) -> new ScaledDotProductAttention(
                    settings.integer("d_model"),
                    settings.integer("d_k"),
                    settings.integer("d_v"),
                    settings.integer("h"),
                    settings.number("dropout"),
                    settings.integer("seed"),
                    weights),
            new ModuleType.Fit() {
                @Override
                public Map<String, Object> settings(Shape map) {
                    int heads = map.channels() % 8 == 0 ? 8 : 1;
                    int width = map.channels() / heads;
                    return Map.of("d_model", map.channels(), "d_k", width, "d_v", width, "h", heads);
                }

                @Override
                public List<Shape> inputs(Shape map, Settings settings) {
                    return tokens(map);
                }
            });

    /** Queries, keys and values for a feature map: its pixels. */
    static List<Shape> tokens(Shape map) {
        var tokens = Shape.of(map.batch(), map.pixels(), map.channels());
        return List.of(tokens, tokens, tokens);
    }

    private static List<WeightSpec> specs(Settings settings) {
        for (var name : List.of("d_model", "d_k", "d_v", "h")) {
            Layers.requirePositive("ScaledDotProductAttention", name, settings.integer(name));
        }
        requireRate("ScaledDotProductAttention", settings.number("dropout"));
        return specs(
                "",
                settings.integer("d_model"),
                settings.integer("h") * settings.integer("d_k"),
                settings.integer("h") * settings.integer("d_v"));
    }

    /**
     * The four layers, which dual attention has under a prefix; normal weights and zero biases as in the published
     * code.
     */
    static List<WeightSpec> specs(String prefix, int model, int keyWidth, int valueWidth) {
        return Layers.join(
                layer(prefix + "fc_q", model, keyWidth),
                layer(prefix + "fc_k", model, keyWidth),
                layer(prefix + "fc_v", model, valueWidth),
                layer(prefix + "fc_o", valueWidth, model));
    }

    /** A linear layer with weights N(0, 0.001) and bias 0. */
    static List<WeightSpec> layer(String name, int inputs, int outputs) {
        var weight = Layers.initialised(
                Layers.linear(name, inputs, outputs, true), name + ".weight", Initializer.normal(0.001));
        return Layers.initialised(weight, name + ".bias", Initializer.constant(0));
    }

    /** Fails unless a dropout rate is a probability below 1. */
    static void requireRate(String module, double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException(
                    "Module " + module + " needs a dropout of at least 0 and below 1, but it is " + rate + ".");
        }
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public List<Tensor> attach(TaskChain chain, List<Tensor> inputs) {
        Inputs.requireCount(TYPE, inputs);
        for (int i = 0; i < 3; i++) {
            Inputs.requireShape(TYPE, inputs.get(i), -1, -1, dModel);
        }
        var c = chain.scope("mhsa");
        var attended = TokenAttention.softmax(
                c,
                "attention",
                linear(c, "fc_q", inputs.get(0)),
                linear(c, "fc_k", inputs.get(1)),
                linear(c, "fc_v", inputs.get(2)),
                new TokenAttention.Scheme(
                        heads, Inputs.optional(inputs, 4), Inputs.optional(inputs, 3), dropout, seed));
        return List.of(linear(c, "fc_o", attended));
    }

    private Tensor linear(TaskChain c, String name, Tensor x) {
        return Projection.linear(
                c, name, x, weights.get(name + ".weight"), weights.get(name + ".bias"), Activation.IDENTITY);
    }

    @Override
    public long macsPerImage(List<Shape> inputs) {
        long queries = inputs.get(0).dim(1);
        long keys = inputs.get(1).dim(1);
        long keyWidth = (long) heads * dK;
        long valueWidth = (long) heads * dV;
        return (queries + keys) * dModel * keyWidth
                + keys * dModel * valueWidth
                + queries * keys * (keyWidth + valueWidth)
                + queries * valueWidth * dModel;
    }
}
