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
 * Multi-head attention without projections of queries, keys and values, as in External-Attention-pytorch: Vaswani et
 * al., Attention Is All You Need, NeurIPS 2017 (arXiv 1706.03762).
 *
 * <pre>
 *   A = softmax over keys of mask(q k^T / sqrt(d / h) * weights),  O = W_o (A v) + b_o
 *
 *   queries, keys, values [B,n,d] ─ attention [B,nq,d] ─ fc_o ─▶ O [B,nq,d]
 * </pre>
 *
 * <p>Heads are slices of d / h features. Parameters d^2 + d, MACs 2 nq nk d + nq d^2; 5 kernels, one more each for mask
 * and weights; 6 if streamed ({@link TokenAttention}). Mask, weights and dropout as in
 * {@link ScaledDotProductAttention}.
 *
 * @param dModel d
 * @param heads h, divides d
 * @param dropout rate
 * @param seed of the dropout
 * @param weights {@code fc_o.weight [d,d]}, {@code fc_o.bias [d]}
 */
public record SimplifiedScaledDotProductAttention(int dModel, int heads, double dropout, int seed, Weights weights)
        implements AttentionModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "SimplifiedScaledDotProductAttention",
            "Attention Is All You Need, Vaswani et al., NeurIPS 2017",
            "1706.03762",
            List.of(
                    Option.required("d_model", Option.Kind.INTEGER, "features d of a token"),
                    Option.required("h", Option.Kind.INTEGER, "heads, a divisor of d_model"),
                    Option.of("dropout", Option.Kind.NUMBER, 0.1, "dropout of the attention in training mode"),
                    Option.of("seed", Option.Kind.INTEGER, 0, "seed of the dropout")),
            ScaledDotProductAttention.INPUTS,
            ScaledDotProductAttention.OPTIONAL_INPUTS,
            SimplifiedScaledDotProductAttention::specs,
            (settings, weights) -> new SimplifiedScaledDotProductAttention(
                    settings.integer("d_model"),
                    settings.integer("h"),
                    settings.number("dropout"),
                    settings.integer("seed"),
                    weights),
            new ModuleType.Fit() {
                @Override
                public Map<String, Object> settings(Shape map) {
                    return Map.of("d_model", map.channels(), "h", map.channels() % 8 == 0 ? 8 : 1);
                }

                @Override
                public List<Shape> inputs(Shape map, Settings settings) {
                    return ScaledDotProductAttention.tokens(map);
                }
            });

    private static List<WeightSpec> specs(Settings settings) {
        int model = settings.integer("d_model");
        int heads = settings.integer("h");
        Layers.requirePositive("SimplifiedScaledDotProductAttention", "d_model", model);
        Layers.requirePositive("SimplifiedScaledDotProductAttention", "h", heads);
        ScaledDotProductAttention.requireRate("SimplifiedScaledDotProductAttention", settings.number("dropout"));
        if (model % heads != 0) {
            throw new IllegalArgumentException(
                    "Module SimplifiedScaledDotProductAttention needs a d_model divisible by h, because"
                            + " heads are slices of a token, but they are " + model + " and " + heads + ".");
        }
        return ScaledDotProductAttention.layer("fc_o", model, model);
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
        var c = chain.scope("ssa");
        var attended = TokenAttention.softmax(
                c,
                "attention",
                inputs.get(0),
                inputs.get(1),
                inputs.get(2),
                new TokenAttention.Scheme(
                        heads, Inputs.optional(inputs, 4), Inputs.optional(inputs, 3), dropout, seed));
        return List.of(Projection.linear(
                c, "fc_o", attended, weights.get("fc_o.weight"), weights.get("fc_o.bias"), Activation.IDENTITY));
    }

    @Override
    public long macsPerImage(List<Shape> inputs) {
        long queries = inputs.get(0).dim(1);
        long keys = inputs.get(1).dim(1);
        return 2 * queries * keys * dModel + queries * dModel * dModel;
    }
}
