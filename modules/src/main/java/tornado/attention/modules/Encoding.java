package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.CodewordEncoding;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

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
 * @param codes K
 * @param weights {@code codewords [K,D]}, {@code scale [K]}
 */
public record Encoding(int depth, int codes, Weights weights) implements AttentionModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "Encoding",
            "Context Encoding for Semantic Segmentation, Zhang et al., CVPR 2018",
            "1803.08904",
            List.of(
                    Option.required("D", Option.Kind.INTEGER, "features of a pixel"),
                    Option.of("K", Option.Kind.INTEGER, 32, "codewords")),
            List.of("input"),
            settings -> {
                Layers.requirePositive("Encoding", "D", settings.integer("D"));
                Layers.requirePositive("Encoding", "K", settings.integer("K"));
                return specs("", settings.integer("D"), settings.integer("K"));
            },
            (settings, weights) -> new Encoding(settings.integer("D"), settings.integer("K"), weights),
            map -> Map.of("D", map.channels()));

    /** Codewords and scale under a prefix. */
    static List<WeightSpec> specs(String prefix, int depth, int codes) {
        double bound = 1 / Math.sqrt((double) depth * codes);
        return List.of(
                WeightSpec.parameter(prefix + "codewords", Initializer.uniform(bound), codes, depth),
                WeightSpec.parameter(prefix + "scale", random -> -random.nextFloat(), codes));
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public List<Tensor> attach(TaskChain chain, List<Tensor> inputs) {
        var x = Inputs.single(TYPE, inputs);
        if (x.shape().rank() == 3) {
            Inputs.requireShape(TYPE, x, -1, depth, -1);
        } else {
            Inputs.requireShape(TYPE, x, -1, depth, -1, -1);
        }
        var c = chain.scope("encoding");
        return List.of(CodewordEncoding.encode(c, "encode", x, weights.get("codewords"), weights.get("scale")));
    }

    @Override
    public long macsPerImage(List<Shape> inputs) {
        return 2L * inputs.getFirst().pixels() * codes * depth;
    }
}
