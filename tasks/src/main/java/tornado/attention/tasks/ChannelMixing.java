package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.ChannelConvolution;

/** Tasks that mix neighbouring channels of pooled vectors. */
public final class ChannelMixing {
    private ChannelMixing() {}

    /**
     * 1-D convolution along the channels with one filter for all of them, zero padding, activation fused.
     *
     * @param x {@code [batch, channels]}
     * @param weight {@code [1, 1, size]}, size odd
     * @param activation applied to the result
     * @return {@code [batch, channels]}
     */
    public static Tensor convolution(TaskChain chain, String name, Tensor x, Weight weight, Activation activation) {
        Shapes.requireRank(name, x, 2);
        int size = Math.toIntExact(weight.shape().elements());
        if (size % 2 == 0) {
            throw new IllegalArgumentException("Task '" + name + "' needs an odd number of taps in '" + weight.name()
                    + "', but it has " + size + ".");
        }
        int rows = x.shape().batch();
        int channels = x.shape().channels();
        var w = chain.weight(weight);
        var y = chain.tensor(name, x.shape());
        chain.step(name)
                .macs((long) rows * channels * size)
                .launch(ChannelConvolution::apply, x, w, out(y), rows, channels, size, activation.code());
        return y;
    }
}
