package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.graph.EncodeTask;
import tornado.attention.tasks.graph.Value;

/**
 * Encoding layer: Zhang et al., Context Encoding for Semantic Segmentation, CVPR 2018 (arXiv 1803.08904).
 *
 * <pre>
 *   e_k = sum over n of a_nk (x_n - d_k),  a_n = softmax_k(s_k |x_n - d_k|^2)
 *
 *   X [B,D,...] ─ distances [B,N,K] ─ assignment ─ residuals [B,D,K] ─▶ E [B,K,D]
 * </pre>
 *
 * <p>The code has +s_k, which starts in (-1, 0); the paper's formula has -s_k. Parameters K D + K, MACs 2 N K D, 4
 * kernels; traffic (8 D + 16 K) N bytes an image. No residual is stored: the original makes all N K D of them twice.
 *
 * @param depth D
 * @param codewords {@code codewords [K,D]}
 * @param scale {@code scale [K]}
 */
public record Encoding(int depth, Value codewords, Value scale) implements Block {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "Encoding",
            "encoding",
            "Context Encoding for Semantic Segmentation, Zhang et al., CVPR 2018",
            "1803.08904",
            List.of(
                    Option.required("D", Option.Kind.INTEGER, "features of a pixel"),
                    Option.of("K", Option.Kind.INTEGER, 32, "codewords")),
            List.of("input"),
            List.of(),
            (p, s) -> of("Encoding", p, s.integer("D"), s.integer("K")),
            map -> Map.of("D", map.channels()));

    /** The layer as a part of module {@code owner}. */
    static Encoding of(String owner, Parameters p, int depth, int codes) {
        Layers.requirePositive(owner, "D", depth);
        Layers.requirePositive(owner, "K", codes);
        double bound = 1 / Math.sqrt((double) depth * codes);
        return new Encoding(
                depth,
                p.get("codewords", Initializer.uniform(bound), codes, depth),
                p.get("scale", random -> -random.nextFloat(), codes));
    }

    @Override
    public List<Value> apply(List<Value> inputs) {
        var x = inputs.getFirst();
        if (x.shape().rank() == 3) {
            Inputs.requireShape("Encoding", x, -1, depth, -1);
        } else {
            Inputs.requireShape("Encoding", x, -1, depth, -1, -1);
        }
        return List.of(encode(x));
    }

    /** {@code [B, D, ...]} to {@code [B, K, D]}. */
    Value encode(Value x) {
        return Value.of(new EncodeTask(), x, codewords, scale).named("encode");
    }
}
