package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.FusedConvolution1x1;

/** 1x1 convolution of an activated map, which is not stored. */
public final class ActivatedProjection {
    private ActivatedProjection() {}

    /**
     * {@code activation(norm(W before(x) + b))}, every {@code stride}-th pixel. With a stride the pixels are picked and
     * activated by one kernel and convolved by the next; without, one kernel does both. In evaluation mode the norm is
     * in the weights.
     *
     * @param x {@code [batch, inputs, height, width]}
     * @param before applied to the input
     * @param weight {@code [outputs, inputs, 1, 1]}
     * @param bias {@code [outputs]}
     * @param norm the batch norm behind it
     * @param stride distance of the pixels, at least 1
     * @param activation applied last
     * @return {@code [batch, outputs, (height - 1) / stride + 1, (width - 1) / stride + 1]}
     */
    public static Tensor convolution1x1(
            TaskChain chain,
            String name,
            Tensor x,
            Activation before,
            Weight weight,
            Weight bias,
            BatchNorm.Parameters norm,
            int stride,
            Activation activation) {
        Shapes.requireFeatureMap(name, x);
        if (stride != 1) {
            var picked = subsample(chain, name + ".subsample", x, before, stride);
            return Convolution.pointwise(chain, name, picked, weight, bias, norm, activation);
        }
        if (chain.training()) {
            var raw = fused(chain, name, x, before, weight, bias, Activation.IDENTITY);
            return BatchNorm.apply(chain, name + ".norm", raw, norm, activation);
        }
        return fused(
                chain,
                name,
                x,
                before,
                BatchNorm.folded(chain, weight, norm),
                BatchNorm.foldedBias(chain, bias, norm),
                activation);
    }

    private static Tensor fused(
            TaskChain chain,
            String name,
            Tensor x,
            Activation before,
            Weight weight,
            Weight bias,
            Activation activation) {
        int batch = x.shape().batch();
        int inputs = x.shape().channels();
        int pixels = x.shape().pixels();
        Shapes.requireMatrix(name, weight, inputs);
        int outputs = weight.shape().dim(0);
        var w = chain.weight(weight);
        var b = chain.weight(bias);
        var y = chain.tensor(
                name, Shape.of(batch, outputs, x.shape().height(), x.shape().width()));
        chain.step(name)
                .macs((long) batch * inputs * outputs * pixels)
                .launch(
                        FusedConvolution1x1::activatedInput,
                        x,
                        w,
                        b,
                        out(y),
                        batch,
                        inputs,
                        outputs,
                        pixels,
                        before.code(),
                        activation.code());
        return y;
    }

    /** Every {@code stride}-th pixel of every {@code stride}-th line, activated. */
    private static Tensor subsample(TaskChain chain, String name, Tensor x, Activation activation, int stride) {
        int batch = x.shape().batch();
        int channels = x.shape().channels();
        int height = x.shape().height();
        int width = x.shape().width();
        int outHeight = (height - 1) / stride + 1;
        int outWidth = (width - 1) / stride + 1;
        var y = chain.tensor(name, Shape.of(batch, channels, outHeight, outWidth));
        chain.step(name)
                .extraBytes(y.bytes() - x.bytes())
                .launch(
                        FusedConvolution1x1::subsample,
                        x,
                        out(y),
                        batch * channels,
                        height,
                        width,
                        outHeight,
                        outWidth,
                        stride,
                        activation.code());
        return y;
    }
}
