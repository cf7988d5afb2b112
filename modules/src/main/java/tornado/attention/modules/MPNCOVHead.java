package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.SecondOrder;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

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
 * @param dimension d
 * @param iterations T
 * @param classes n
 * @param weights {@code layer_reduce.weight}, {@code layer_reduce_bn.*}, {@code fc.*}
 */
public record MPNCOVHead(int inChannels, int dimension, int iterations, int classes, Weights weights)
        implements AttentionModule {
    /** Name, paper and options. */
    public static final ModuleType TYPE = new ModuleType(
            "MPNCOVHead",
            CovpoolLayer.PAPER,
            "1712.01034",
            List.of(
                    Option.required("in_channels", Option.Kind.INTEGER, "channels C"),
                    Option.of("isqrt_dim", Option.Kind.INTEGER, 256, "channels of the covariance"),
                    Option.of("iterN", Option.Kind.INTEGER, 3, "steps of the square root"),
                    Option.of("num_classes", Option.Kind.INTEGER, 1000, "classes")),
            List.of("input"),
            MPNCOVHead::specs,
            (settings, weights) -> new MPNCOVHead(
                    settings.integer("in_channels"),
                    settings.integer("isqrt_dim"),
                    settings.integer("iterN"),
                    settings.integer("num_classes"),
                    weights),
            map -> Map.of("in_channels", map.channels()));

    private static List<WeightSpec> specs(Settings settings) {
        for (var name : List.of("in_channels", "isqrt_dim", "iterN", "num_classes")) {
            Layers.requirePositive("MPNCOVHead", name, settings.integer(name));
        }
        int dimension = settings.integer("isqrt_dim");
        return Layers.join(
                Layers.convolution1x1("layer_reduce", settings.integer("in_channels"), dimension, false),
                Layers.batchNorm("layer_reduce_bn", dimension),
                Layers.linear("fc", triangle(dimension), settings.integer("num_classes"), true));
    }

    private static int triangle(int dimension) {
        return Math.toIntExact((long) dimension * (dimension + 1) / 2);
    }

    @Override
    public ModuleType type() {
        return TYPE;
    }

    @Override
    public List<Tensor> attach(TaskChain chain, List<Tensor> inputs) {
        var x = Inputs.single(TYPE, inputs);
        Inputs.requireShape(TYPE, x, -1, inChannels, -1, -1);
        var c = chain.scope("mpncov");
        var norm = Layers.norm(weights, "layer_reduce_bn");
        var reduced =
                Convolution.pointwise(c, "reduce", x, weights.get("layer_reduce.weight"), null, norm, Activation.RELU);
        var covariance = SecondOrder.covariance(c, "covariance", reduced, Integer.MAX_VALUE);
        var root = SecondOrder.squareRoot(c, "root", covariance, iterations);
        var vector = SecondOrder.triangle(c, "triangle", root);
        var logits = Projection.linear(
                c, "fc", vector, weights.get("fc.weight"), weights.get("fc.bias"), Activation.IDENTITY);
        return List.of(vector, logits);
    }

    @Override
    public long macsPerImage(List<Shape> inputs) {
        long pixels = inputs.getFirst().pixels();
        return (long) inChannels * dimension * pixels
                + (long) dimension * dimension * pixels
                + SqrtmLayer.macs(dimension, iterations)
                + (long) classes * triangle(dimension);
    }
}
