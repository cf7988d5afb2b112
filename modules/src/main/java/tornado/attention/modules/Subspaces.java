package tornado.attention.modules;

import java.util.List;
import java.util.function.Function;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.graph.BatchNormTask;
import tornado.attention.tasks.graph.MaxPoolTask;
import tornado.attention.tasks.graph.Value;

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

    /** The layers of one subspace. */
    record Layer(
            ConvolutionLayer depthwise,
            BatchNormLayer depthwiseNorm,
            ConvolutionLayer point,
            BatchNormLayer pointNorm) {
        static Layer of(Parameters p, int channels) {
            return new Layer(
                    p.convolution(
                            "conv_dws", channels, channels, 1, Window.plain().grouped(channels), true),
                    p.batchNorm("bn_dws", channels, MOMENTUM),
                    p.convolution1x1("conv_point", channels, 1, true),
                    p.batchNorm("bn_point", 1, MOMENTUM));
        }
    }

    /** All subspaces at once, their channels one behind the other. */
    static Value apply(Value x, List<Layer> spaces) {
        int batch = x.shape().batch();
        int groups = spaces.size();
        int channels = x.shape().channels();
        var depthwise = convolve(x, spaces, Layer::depthwise, channels);
        var pooled = Value.of(
                        new MaxPoolTask(3, 1, 1),
                        norm(depthwise, spaces, Layer::depthwiseNorm).relu())
                .named("pool");
        var logits = norm(convolve(pooled, spaces, Layer::point, groups), spaces, Layer::pointNorm)
                .relu()
                .named("point");
        var attention = logits.reshape(batch, groups, -1)
                .softmax(2)
                .named("attention")
                .exposed(AttentionKind.PIXEL_MAP, logits.shape());
        return x.reshape(batch, groups, channels / groups, -1)
                .times(attention.reshape(batch, groups, 1, -1))
                .reshape(x.shape().dims())
                .plus(x)
                .named("fuse");
    }

    private static Value convolve(Value x, List<Layer> spaces, Function<Layer, ConvolutionLayer> which, int groups) {
        return x.convolve(
                joined(spaces, which.andThen(ConvolutionLayer::weight)),
                joined(spaces, which.andThen(ConvolutionLayer::bias)),
                Window.plain().grouped(groups));
    }

    private static Value norm(Value x, List<Layer> spaces, Function<Layer, BatchNormLayer> which) {
        var first = which.apply(spaces.getFirst());
        return Value.of(
                new BatchNormTask(first.eps(), first.momentum()),
                x,
                joined(spaces, which.andThen(BatchNormLayer::weight)),
                joined(spaces, which.andThen(BatchNormLayer::bias)),
                joined(spaces, which.andThen(BatchNormLayer::mean)),
                joined(spaces, which.andThen(BatchNormLayer::variance)),
                joined(
                        spaces,
                        which.andThen(l ->
                                spaces.size() == 1 ? l.batches() : l.batches().reshape(1))));
    }

    private static Value joined(List<Layer> spaces, Function<Layer, Value> which) {
        return Value.concat(0, spaces.stream().map(which).toList());
    }
}
