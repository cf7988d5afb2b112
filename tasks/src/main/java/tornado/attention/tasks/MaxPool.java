package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import java.util.List;
import tornado.attention.kernels.MaxPooling;

/** Tasks that take the maximum over windows. */
public final class MaxPool {
    private MaxPool() {}

    /**
     * Windows of {@code size x size} at a distance of {@code stride}, no padding; rows and columns that fill no window are left
     * out.
     *
     * @param x {@code [batch, channels, height, width]}, at least one window large
     * @return {@code [batch, channels, (height - size) / stride + 1, (width - size) / stride + 1]}
     */
    public static Tensor inside(TaskChain chain, String name, Tensor x, int size, int stride) {
        Shapes.requireFeatureMap(name, x);
        int height = x.shape().height();
        int width = x.shape().width();
        if (size < 1 || stride < 1 || height < size || width < size) {
            throw new IllegalArgumentException(
                    "Task '" + name + "' takes windows of " + size + "x" + size + " at a distance of " + stride
                            + ", but '" + x.name() + "' is " + height + "x" + width + "; use a larger map.");
        }
        int planes = x.shape().batch() * x.shape().channels();
        int outHeight = (height - size) / stride + 1;
        int outWidth = (width - size) / stride + 1;
        var y = chain.tensor(name, Shape.of(x.shape().batch(), x.shape().channels(), outHeight, outWidth));
        chain.step(name)
                .launch(MaxPooling::inside, x, out(y), planes, height, width, outHeight, outWidth, size, stride);
        return y;
    }

    /**
     * A depthwise 1x1 convolution, its batch norm, ReLU and a 3x3 maximum around each pixel (stride 1, padded with minus
     * infinity) in one pass. The maximum is taken before the ReLU, which changes nothing since it never falls. In training mode
     * the convolution is made first, for its statistics.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param weight factor of each channel, {@code [channels, 1, 1, 1]}
     * @param bias term of each channel
     * @param norms batch norms of consecutive channels
     * @return the shape of {@code x}
     */
    public static Tensor aroundDepthwise(
            TaskChain chain, String name, Tensor x, float[] weight, float[] bias, List<BatchNorm.Parameters> norms) {
        Shapes.requireFeatureMap(name, x);
        if (chain.training()) {
            var depthwise = BatchNorm.apply(
                    chain, name + ".depthwise", x, Affine.constant(chain, weight, bias), Activation.IDENTITY);
            var affine = BatchNorm.affine(chain, name + ".norm", RowMap.dense(depthwise), norms);
            return around(chain, name, depthwise, affine, 1, Activation.RELU, x.elements());
        }
        var affine = BatchNorm.behind(chain, weight, bias, norms);
        return around(chain, name, x, affine, 1, Activation.RELU, x.elements());
    }

    /**
     * The maximum around each pixel, stride 1, padded with minus infinity, of a factor and term for each channel and an
     * activation.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param affine applied first
     * @param reach the window has side {@code 2 * reach + 1}
     * @param activation applied last; it must never fall, so that it and the maximum may change places
     * @return the shape of {@code x}
     */
    public static Tensor around(
            TaskChain chain, String name, Tensor x, Affine affine, int reach, Activation activation) {
        return around(chain, name, x, affine, reach, activation, 0);
    }

    private static Tensor around(
            TaskChain chain, String name, Tensor x, Affine affine, int reach, Activation activation, long macs) {
        Shapes.requireFeatureMap(name, x);
        var shape = x.shape();
        var y = chain.tensor(name, shape);
        chain.step(name)
                .macs(macs)
                .launch(
                        MaxPooling::around,
                        x,
                        affine.scale(),
                        affine.shift(),
                        out(y),
                        shape.batch() * shape.channels(),
                        shape.channels(),
                        shape.height(),
                        shape.width(),
                        reach,
                        activation.code());
        return y;
    }
}
