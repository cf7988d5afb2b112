package tornado.attention.tasks;

import tornado.attention.kernels.AttentionPooling;
import tornado.attention.kernels.AttentionPoolingGroups;
import tornado.attention.kernels.GlobalPooling;
import tornado.attention.kernels.GlobalPoolingGroups;

/** Tasks that make one value a channel out of its pixels. */
public final class Pooling {
    private Pooling() {}

    /**
     * Global average pooling.
     *
     * @param x {@code [batch, channels, height, width]}, at least one pixel
     * @return {@code [batch, channels]}
     */
    public static Tensor average(TaskChain chain, String name, Tensor x) {
        Shapes.requireFeatureMap(name, x);
        int rows = x.shape().batch() * x.shape().channels();
        int pixels = x.shape().pixels();
        var y = chain.tensor(name, Shape.of(x.shape().batch(), x.shape().channels()));
        var step = chain.step(name).reads(x).writes(y);
        var variants = KernelVariants.of(chain);
        if (variants.forRows(pixels)) {
            KernelVariants.emit(
                    step,
                    rows,
                    variants.rowSize(pixels),
                    (e, context, size) -> e.graph()
                            .task(e.id(), GlobalPoolingGroups::average, context, x.array(), y.array(), pixels, size));
        } else {
            step.emit(e -> e.graph().task(e.id(), GlobalPooling::average, x.array(), y.array(), rows, pixels));
        }
        return y;
    }

    /**
     * Sum over the pixels, each with its weight.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param attention {@code [batch, pixels]}
     * @return {@code [batch, channels]}
     */
    public static Tensor weighted(TaskChain chain, String name, Tensor x, Tensor attention) {
        Shapes.requireFeatureMap(name, x);
        int batch = x.shape().batch();
        int channels = x.shape().channels();
        int pixels = x.shape().pixels();
        Shapes.requireElements(name, attention, (long) batch * pixels, "one weight an image and pixel");
        var y = chain.tensor(name, Shape.of(batch, channels));
        var step = chain.step(name).reads(x, attention).writes(y).macs((long) batch * channels * pixels);
        var variants = KernelVariants.of(chain);
        if (variants.forRows(pixels)) {
            KernelVariants.emit(
                    step,
                    batch * channels,
                    variants.rowSize(pixels),
                    (e, context, size) -> e.graph()
                            .task(
                                    e.id(),
                                    AttentionPoolingGroups::weightedSum,
                                    context,
                                    x.array(),
                                    attention.array(),
                                    y.array(),
                                    channels,
                                    pixels,
                                    size));
        } else {
            step.emit(e -> e.graph()
                    .task(
                            e.id(),
                            AttentionPooling::weightedSum,
                            x.array(),
                            attention.array(),
                            y.array(),
                            batch,
                            channels,
                            pixels));
        }
        return y;
    }
}
