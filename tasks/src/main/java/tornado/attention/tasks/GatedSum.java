package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.GatedResidual;

/** A gated map added to another one in a single pass. */
public final class GatedSum {
    private GatedSum() {}

    /**
     * {@code activation(x * gate + residual)}, one gate a channel.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param gate {@code [batch, channels]}
     * @param residual the shape of {@code x}; may be {@code x} itself
     * @return the shape of {@code x}
     */
    public static Tensor apply(
            TaskChain chain, String name, Tensor x, Tensor gate, Tensor residual, Activation activation) {
        Shapes.requireFeatureMap(name, x);
        Shapes.requireSame(name, x, residual);
        int rows = x.shape().batch() * x.shape().channels();
        int pixels = x.shape().pixels();
        Shapes.requireElements(name, gate, rows, "one value an image and channel");
        var y = chain.tensor(name, x.shape());
        // A map that is its own residual is read once: its second element comes from the register or the cache.
        long twice = x.base() == residual.base() ? x.bytes() : 0;
        chain.step(name)
                .extraBytes(-twice)
                .launch(GatedResidual::apply, x, gate, residual, out(y), rows, pixels, activation.code());
        return y;
    }
}
