package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.Bilinear;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Tasks over the products of a pixel's channels with each other. The products are {@code p_i p_j} for i &gt;= j, ordered by the
 * diagonals of the outer product: all with i = j, then i = j + 1, and so on. For m channels there are m (m + 1) / 2, and they are
 * never stored.
 */
public final class BilinearPooling {
    private BilinearPooling() {}

    /** Number of products of m channels. */
    public static int products(int channels) {
        return channels * (channels + 1) / 2;
    }

    /**
     * Global average of each product.
     *
     * @param x {@code [batch, channels, height, width]}
     * @return {@code [batch, products]}
     */
    public static Tensor average(TaskChain chain, String name, Tensor x) {
        Shapes.requireFeatureMap(name, x);
        int batch = x.shape().batch();
        int channels = x.shape().channels();
        int pixels = x.shape().pixels();
        int pairs = products(channels);
        var first = diagonals(chain, channels, 0);
        var second = diagonals(chain, channels, 1);
        var y = chain.tensor(name, Shape.of(batch, pairs));
        chain.step(name)
                .macs((long) batch * pairs * pixels)
                .launch(Bilinear::average, x, first, second, out(y), batch, channels, pairs, pixels);
        return y;
    }

    /**
     * A 1x1 convolution of the products, its batch norm and ReLU.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param weight {@code [outputs, products, 1, 1]}
     * @param bias {@code [outputs]}
     * @param norm batch norm over the outputs
     * @return {@code [batch, outputs, height, width]}
     */
    public static Tensor project(
            TaskChain chain, String name, Tensor x, Weight weight, Weight bias, BatchNorm.Parameters norm) {
        Shapes.requireFeatureMap(name, x);
        Shapes.requireMatrix(name, weight, products(x.shape().channels()));
        boolean later = chain.training();
        int batch = x.shape().batch();
        int channels = x.shape().channels();
        int pixels = x.shape().pixels();
        int pairs = products(channels);
        int outputs = weight.shape().dim(0);
        var first = diagonals(chain, channels, 0);
        var second = diagonals(chain, channels, 1);
        var w = chain.weight(later ? weight : BatchNorm.folded(chain, weight, norm));
        var b = chain.weight(later ? bias : BatchNorm.foldedBias(chain, bias, norm));
        var now = later ? Activation.IDENTITY : Activation.RELU;
        var y = chain.tensor(
                name, Shape.of(batch, outputs, x.shape().height(), x.shape().width()));
        chain.step(name)
                .macs((long) batch * pairs * pixels * outputs)
                .launch(
                        Bilinear::project,
                        x,
                        first,
                        second,
                        w,
                        b,
                        out(y),
                        batch,
                        channels,
                        pairs,
                        outputs,
                        pixels,
                        now.code());
        return later ? BatchNorm.apply(chain, name + ".norm", y, norm, Activation.RELU) : y;
    }

    /**
     * A feature map gated by {@link #project} and a context of each channel, with running averages: {@code map * sigmoid(context *
     * relu(norm(W q + b)))} in one kernel.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param weight {@code [outputs, products, 1, 1]}
     * @param bias {@code [outputs]}
     * @param norm batch norm over the outputs
     * @param context {@code [batch, outputs]}
     * @param map {@code [batch, outputs, height, width]}
     * @return the shape of {@code map}
     */
    public static Tensor projectGated(
            TaskChain chain,
            String name,
            Tensor x,
            Weight weight,
            Weight bias,
            BatchNorm.Parameters norm,
            Tensor context,
            Tensor map) {
        Shapes.requireFeatureMap(name, x);
        Shapes.requireMatrix(name, weight, products(x.shape().channels()));
        int rows = x.shape().batch() * weight.shape().dim(0);
        Shapes.requireElements(name, context, rows, "one value an image and output channel");
        Shapes.requireElements(name, map, (long) rows * x.shape().pixels(), "the outputs at each pixel");
        return fused(
                chain,
                name,
                x,
                BatchNorm.folded(chain, weight, norm),
                BatchNorm.foldedBias(chain, bias, norm),
                context,
                map);
    }

    private static Tensor fused(
            TaskChain chain, String name, Tensor x, Weight weight, Weight bias, Tensor context, Tensor map) {
        int batch = x.shape().batch();
        int channels = x.shape().channels();
        int pixels = x.shape().pixels();
        int pairs = products(channels);
        int outputs = weight.shape().dim(0);
        var first = diagonals(chain, channels, 0);
        var second = diagonals(chain, channels, 1);
        var w = chain.weight(weight);
        var b = chain.weight(bias);
        var y = chain.tensor(name, map.shape());
        chain.step(name)
                .macs((long) batch * pairs * pixels * outputs)
                .launch(
                        Bilinear::projectGated,
                        x,
                        first,
                        second,
                        w,
                        b,
                        context,
                        map,
                        out(y),
                        batch,
                        channels,
                        pairs,
                        outputs,
                        pixels,
                        Activation.RELU.code());
        return y;
    }

    /** First (0) or second (1) channel of each product. */
    public static int[] channels(int channels, int which) {
        var entries = new int[channels * (channels + 1) / 2];
        int at = 0;
        for (int d = 0; d < channels; d++) {
            for (int j = 0; j + d < channels; j++) {
                entries[at++] = which == 0 ? j + d : j;
            }
        }
        return entries;
    }

    private static IntArray diagonals(TaskChain chain, int channels, int which) {
        return chain.table(channels(channels, which));
    }
}
