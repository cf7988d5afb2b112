package tornado.attention.modules;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Axis;
import tornado.attention.tasks.BatchNorm;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.JoinedWeights;
import tornado.attention.tasks.MaxPool;
import tornado.attention.tasks.PixelGates;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * ULSAM's subspaces: what one group of channels goes through, for one group or for several in the same kernels.
 *
 * <pre>
 *   t = max 3x3 of relu(BN(w x + b))      w, b per channel
 *   l = relu(BN(w' t + b'))               G channels to 1
 *   Y = softmax_n(l) X + X
 *
 *   X [B,gG,H,W] ─┬─ pool [B,gG,H,W] ─ point [B,g,H,W] ─ attention [B,g,H,W] ─┐
 *                 └───────────────────────────────────────────────────── fuse ┴─▶ Y
 * </pre>
 */
final class Subspaces {
    /** Unlike everybody else's 0.1. */
    private static final double MOMENTUM = 0.9;

    private Subspaces() {}

    /** The layers of one subspace with these channels; {@code prefix} is empty or ends in a dot. */
    static List<WeightSpec> specs(String prefix, int channels) {
        return Layers.join(
                Layers.convolution(prefix + "conv_dws", channels, channels, 1, channels, true),
                Layers.batchNorm(prefix + "bn_dws", channels),
                Layers.convolution1x1(prefix + "conv_point", channels, 1, true),
                Layers.batchNorm(prefix + "bn_point", 1));
    }

    /** All subspaces at once, their channels one behind the other: 4 kernels. */
    static Tensor attach(TaskChain c, Tensor x, Weights weights, List<String> prefixes) {
        var factors = JoinedWeights.rows(
                prefixes.stream().map(p -> weights.get(p + "conv_dws.weight")).toList());
        var terms = JoinedWeights.rows(
                prefixes.stream().map(p -> weights.get(p + "conv_dws.bias")).toList());
        var norms = new ArrayList<BatchNorm.Parameters>();
        var points = new ArrayList<Convolution.Layer>();
        for (var prefix : prefixes) {
            norms.add(Layers.norm(weights, prefix + "bn_dws", MOMENTUM));
            points.add(new Convolution.Layer(
                    weights.get(prefix + "conv_point.weight"),
                    weights.get(prefix + "conv_point.bias"),
                    Layers.norm(weights, prefix + "bn_point", MOMENTUM),
                    Window.plain()));
        }
        var pooled = MaxPool.aroundDepthwise(
                c, "pool", x, factors.values().toHeapArray(), terms.values().toHeapArray(), norms);
        var logits = Convolution.groupwise(c, "point", pooled, points, Activation.RELU);
        var shape = logits.shape();
        var flat = c.view(logits, Shape.of(shape.batch(), shape.channels(), shape.pixels()));
        var attention = c.view(Axis.softmax(c, "attention", flat, -1), shape);
        c.attention(AttentionKind.PIXEL_MAP, attention);
        return PixelGates.multiplyAddSelf(c, "fuse", x, attention);
    }
}
