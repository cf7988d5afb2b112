package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.AttentionPooling;
import tornado.attention.kernels.AttentionPoolingGroups;
import tornado.attention.kernels.GlobalPooling;
import tornado.attention.kernels.GlobalPoolingGroups;
import uk.ac.manchester.tornado.api.KernelContext;

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
        var step = chain.step(name);
        var variants = KernelVariants.of(chain);
        if (variants.forRows(pixels)) {
            int size = variants.rowSize(pixels);
            step.inGroups(rows, size)
                    .launch(
                            GlobalPoolingGroups::average,
                            new KernelContext(),
                            x,
                            out(y),
                            pixels,
                            size,
                            variants.lanes(size));
        } else {
            step.launch(GlobalPooling::average, x, out(y), rows, pixels);
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
        var step = chain.step(name).macs((long) batch * channels * pixels);
        var variants = KernelVariants.of(chain);
        if (variants.forRows(pixels)) {
            int size = variants.rowSize(pixels);
            step.inGroups(batch * channels, size)
                    .launch(
                            AttentionPoolingGroups::weightedSum,
                            new KernelContext(),
                            x,
                            attention,
                            out(y),
                            channels,
                            pixels,
                            size,
                            variants.lanes(size));
        } else {
            step.launch(AttentionPooling::weightedSum, x, attention, out(y), batch, channels, pixels);
        }
        return y;
    }
}
