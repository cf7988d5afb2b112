package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.Activations;
import tornado.attention.kernels.Elementwise;
import tornado.attention.kernels.Gating;

/** Tasks that combine a feature map with one value a channel, or two tensors element by element. */
public final class Broadcast {
    private Broadcast() {}

    /**
     * Each channel times its gate.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param gate {@code [batch, channels]}
     * @return the shape of {@code x}
     */
    public static Tensor multiply(TaskChain chain, String name, Tensor x, Tensor gate) {
        int rows = rows(name, x, gate);
        int pixels = x.shape().pixels();
        var y = chain.tensor(name, x.shape());
        chain.step(name).launch(Gating::multiply, x, gate, out(y), rows, pixels);
        return y;
    }

    /**
     * Each channel plus its term.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param term {@code [batch, channels]}
     * @return the shape of {@code x}
     */
    public static Tensor add(TaskChain chain, String name, Tensor x, Tensor term) {
        int rows = rows(name, x, term);
        int pixels = x.shape().pixels();
        var y = chain.tensor(name, x.shape());
        chain.step(name).launch(Gating::add, x, term, out(y), rows, pixels);
        return y;
    }

    /**
     * Each channel times its gate plus its term, in one pass over the feature map.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param gate {@code [batch, channels]}
     * @param term {@code [batch, channels]}
     * @return the shape of {@code x}
     */
    public static Tensor multiplyAdd(TaskChain chain, String name, Tensor x, Tensor gate, Tensor term) {
        int rows = rows(name, x, gate);
        rows(name, x, term);
        int pixels = x.shape().pixels();
        var y = chain.tensor(name, x.shape());
        chain.step(name).launch(Gating::multiplyAdd, x, gate, term, out(y), rows, pixels);
        return y;
    }

    /**
     * Residual add of two tensors of one shape, activation fused.
     *
     * @return the shape of {@code x}
     */
    public static Tensor residual(TaskChain chain, String name, Tensor x, Tensor y, Activation activation) {
        Shapes.requireSame(name, x, y);
        int n = x.elements();
        var out = chain.tensor(name, x.shape());
        chain.step(name).launch(Elementwise::add, x, y, out(out), n, activation.code());
        return out;
    }

    /**
     * An activation by itself, where no task before it can do it in passing.
     *
     * @return the shape of {@code x}
     */
    public static Tensor activate(TaskChain chain, String name, Tensor x, Activation activation) {
        int n = x.elements();
        var y = chain.tensor(name, x.shape());
        chain.step(name).launch(Activations::elementwise, x, out(y), n, activation.code());
        return y;
    }

    private static int rows(String name, Tensor x, Tensor perChannel) {
        Shapes.requireFeatureMap(name, x);
        int rows = x.shape().batch() * x.shape().channels();
        Shapes.requireElements(name, perChannel, rows, "one value an image and channel");
        return rows;
    }
}
