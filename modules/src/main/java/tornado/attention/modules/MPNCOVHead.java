package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.graph.Value;

/**
 * Second-order head of iSQRT-COV and GSoP-Net2: Li et al., Towards Faster Training of Global Covariance Pooling
 * Networks by Iterative Matrix Square Root Normalization, CVPR 2018 (arXiv 1712.01034).
 *
 * <pre>
 *   v = triangle(sqrt_T(covariance(relu(BN(W X))))),  logits = W_fc v + b
 *
 *   X [B,C,H,W] ─ reduce [B,d,N] ─ covariance [B,d,d] ─ root ─ triangle ─┬──────▶ v [B, d (d + 1) / 2]
 *                                                                        └─ fc ─▶ logits [B,n]
 * </pre>
 *
 * <p>Parameters C d + 2 d + n d (d + 1)/2 + n, MACs C d N + d^2 N + (3T - 3) d^3 + n d (d + 1)/2. 3T + 5 kernels (9 for
 * T = 1) in evaluation mode: the batch norm is in the convolution's weights.
 *
 * @param inChannels C
 * @param iterations T
 * @param reduce {@code layer_reduce.weight}
 * @param norm {@code layer_reduce_bn.*}
 * @param fc {@code fc.*}
 */
public record MPNCOVHead(int inChannels, int iterations, ConvolutionLayer reduce, BatchNormLayer norm, LinearLayer fc)
        implements Block {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "MPNCOVHead",
            "mpncov",
            CovpoolLayer.PAPER,
            "1712.01034",
            List.of(
                    Option.required("in_channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("isqrt_dim", Option.Kind.INTEGER, 256, "channels of the covariance"),
                    Option.of("iterN", Option.Kind.INTEGER, 3, "steps of the square root"),
                    Option.of("num_classes", Option.Kind.INTEGER, 1000, "classes")),
            List.of("input"),
            List.of(),
            MPNCOVHead::of,
            map -> Map.of("in_channels", map.channels()));

    private static MPNCOVHead of(Parameters p, Settings s) {
        for (var name : List.of("in_channels", "isqrt_dim", "iterN", "num_classes")) {
            Layers.requirePositive("MPNCOVHead", name, s.integer(name));
        }
        int channels = s.integer("in_channels");
        int dimension = s.integer("isqrt_dim");
        int triangle = Math.toIntExact((long) dimension * (dimension + 1) / 2);
        return new MPNCOVHead(
                channels,
                s.integer("iterN"),
                p.convolution1x1("layer_reduce", channels, dimension, false),
                p.batchNorm("layer_reduce_bn", dimension),
                p.linear("fc", triangle, s.integer("num_classes"), true));
    }

    @Override
    public List<Value> apply(List<Value> inputs) {
        var x = inputs.getFirst();
        Inputs.requireShape("MPNCOVHead", x, -1, inChannels, -1, -1);
        var reduced = norm.apply(reduce.apply(x)).relu().named("reduce");
        var root = SqrtmLayer.root(CovpoolLayer.covariance(reduced), iterations);
        var vector = TriuvecLayer.triangle(root).named("triangle");
        return List.of(vector, fc.apply(vector));
    }
}
