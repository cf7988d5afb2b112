package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.AttendTask;
import tornado.attention.tasks.graph.Value;

/**
 * Multi-head attention: Vaswani et al., Attention Is All You Need, NeurIPS 2017 (arXiv 1706.03762).
 *
 * <pre>
 *   Q = W_q q + b_q, K = W_k k + b_k, V = W_v v + b_v, in h heads
 *   A = softmax over keys of mask(Q K^T / sqrt(d_k) * weights + bias),  O = W_o (A V) + b_o
 *
 *   queries [B,nq,d] ─ fc_q ─┐
 *   keys    [B,nk,d] ─ fc_k ─┼─ attention [B,nq,h d_v] ─ fc_o ─▶ O [B,nq,d]
 *   values  [B,nk,d] ─ fc_v ─┘
 * </pre>
 *
 * <p>Parameters 2 (d h d_k + h d_k) + d h d_v + h d_v + h d_v d + d, MACs (nq + nk) d h d_k + nk d h d_v + nq nk h (d_k
 * + d_v) + nq h d_v d. 8 kernels, and one each for weights, bias and mask: four linear layers, the keys transposed,
 * scores, softmax, values. Heads are never split or joined in memory. Without those three a large map is streamed over
 * instead of made ({@link tornado.attention.tasks.TokenAttention}): 9 kernels.
 *
 * <p>{@code weights} multiply the scores, {@code bias} is added to them (PyTorch's mask of numbers), {@code mask} (not 0:
 * hidden) then sets them to minus infinity; each may have any shape that broadcasts to {@code [B,h,nq,nk]}, and may be
 * absent. A query whose keys are all hidden becomes
 * NaN, as in PyTorch. Dropout acts on A in training mode.
 *
 * @param dModel d
 * @param attention in h heads
 * @param q {@code fc_q.*}
 * @param k {@code fc_k.*}
 * @param v {@code fc_v.*}
 * @param o {@code fc_o.*}
 */
public record ScaledDotProductAttention(
        int dModel, AttendTask attention, LinearLayer q, LinearLayer k, LinearLayer v, LinearLayer o) implements Block {
    /** Names of the inputs, which {@link SimplifiedScaledDotProductAttention} has too. */
    static final List<String> INPUTS = List.of("queries", "keys", "values", "mask", "weights", "bias");

    /** Those that may be absent. */
    static final List<String> OPTIONAL_INPUTS = List.of("mask", "weights", "bias");

    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "ScaledDotProductAttention",
            "mhsa",
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
            ScaledDotProductAttention::of,
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

    private static ScaledDotProductAttention of(Parameters p, Settings s) {
        for (var name : List.of("d_model", "d_k", "d_v", "h")) {
            Layers.requirePositive("ScaledDotProductAttention", name, s.integer(name));
        }
        int model = s.integer("d_model");
        int heads = s.integer("h");
        int depth = s.integer("d_k");
        int width = heads * s.integer("d_v");
        return new ScaledDotProductAttention(
                model,
                attention("ScaledDotProductAttention", heads, depth, s),
                layer(p, "fc_q", model, heads * depth),
                layer(p, "fc_k", model, heads * depth),
                layer(p, "fc_v", model, width),
                layer(p, "fc_o", width, model));
    }

    /** Attention of tokens with the dropout of the settings; whether there are weights, a bias and a mask is known when it is applied. */
    static AttendTask attention(String module, int heads, int depth, Settings s) {
        requireRate(module, s.number("dropout"));
        double scale = 1 / Math.sqrt(depth);
        return new AttendTask(
                AttendTask.Kind.SOFTMAX,
                AttendTask.Layout.TOKENS,
                heads,
                scale,
                s.number("dropout"),
                s.integer("seed"));
    }

    /** A linear layer as External-Attention-pytorch initialises it. */
    static LinearLayer layer(Parameters p, String name, int inputs, int outputs) {
        return p.with("weight", Initializer.normal(0.001))
                .with("bias", Initializer.constant(0))
                .linear(name, inputs, outputs, true);
    }

    /** Fails unless a dropout rate is a probability below 1. */
    static void requireRate(String module, double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException(
                    "Module " + module + " needs a dropout of at least 0 and below 1, but it is " + rate + ".");
        }
    }

    /** Attention of what the inputs became; mask, weights and bias are the ones given. */
    static Value attend(AttendTask task, Value q, Value k, Value v, List<Value> inputs) {
        return task.attend(q, k, v, inputs.get(4), inputs.get(5), inputs.get(3)).named("attention");
    }

    /** Checks the tokens of queries, keys and values. */
    static void requireTokens(String module, int model, List<Value> inputs) {
        for (var tokens : inputs.subList(0, 3)) {
            Inputs.requireShape(module, tokens, -1, -1, model);
        }
    }

    @Override
    public List<Value> apply(List<Value> inputs) {
        requireTokens("ScaledDotProductAttention", dModel, inputs);
        var attended =
                attend(attention, q.apply(inputs.get(0)), k.apply(inputs.get(1)), v.apply(inputs.get(2)), inputs);
        return List.of(o.apply(attended));
    }
}
