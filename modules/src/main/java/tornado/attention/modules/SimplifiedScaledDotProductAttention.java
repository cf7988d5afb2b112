package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.AttendTask;
import tornado.attention.tasks.graph.Value;

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
 * <p>Heads are slices of d / h features. Parameters d^2 + d, MACs 2 nq nk d + nq d^2; 5 kernels, one more each for
 * mask, weights and bias; 6 if streamed ({@link tornado.attention.tasks.TokenAttention}). Mask, weights, bias and dropout as in
 * {@link ScaledDotProductAttention}.
 *
 * @param dModel d
 * @param attention in h heads
 * @param o {@code fc_o.*}
 */
public record SimplifiedScaledDotProductAttention(int dModel, AttendTask attention, LinearLayer o) implements Block {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "SimplifiedScaledDotProductAttention",
            "ssa",
            "Attention Is All You Need, Vaswani et al., NeurIPS 2017",
            "1706.03762",
            List.of(
                    Option.required("d_model", Option.Kind.INTEGER, "features d of a token"),
                    Option.required("h", Option.Kind.INTEGER, "heads, a divisor of d_model"),
                    Option.of("dropout", Option.Kind.NUMBER, 0.1, "dropout of the attention in training mode"),
                    Option.of("seed", Option.Kind.INTEGER, 0, "seed of the dropout")),
            ScaledDotProductAttention.INPUTS,
            ScaledDotProductAttention.OPTIONAL_INPUTS,
            SimplifiedScaledDotProductAttention::of,
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

    private static SimplifiedScaledDotProductAttention of(Parameters p, Settings s) {
        int model = s.integer("d_model");
        int heads = s.integer("h");
        Layers.requirePositive("SimplifiedScaledDotProductAttention", "d_model", model);
        Layers.requirePositive("SimplifiedScaledDotProductAttention", "h", heads);
        if (model % heads != 0) {
            throw new IllegalArgumentException(
                    "Module SimplifiedScaledDotProductAttention needs a d_model divisible by h, because"
                            + " heads are slices of a token, but they are " + model + " and " + heads + ".");
        }
        return new SimplifiedScaledDotProductAttention(
                model,
                ScaledDotProductAttention.attention("SimplifiedScaledDotProductAttention", heads, model / heads, s),
                ScaledDotProductAttention.layer(p, "fc_o", model, model));
    }

    @Override
    public List<Value> apply(List<Value> inputs) {
        ScaledDotProductAttention.requireTokens("SimplifiedScaledDotProductAttention", dModel, inputs);
        var attended = ScaledDotProductAttention.attend(attention, inputs.get(0), inputs.get(1), inputs.get(2), inputs);
        return List.of(o.apply(attended));
    }
}
