package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.Bilinear;
import tornado.attention.kernels.PixelGating;
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
     * A feature map gated by a 1x1 convolution of the products and a context of each channel: {@code map * sigmoid(context *
     * relu(norm(W q + b)))}. One kernel in evaluation mode; with the statistics of the batch, or with the gates as attention,
     * the gates are made first.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param weight {@code [outputs, products, 1, 1]}
     * @param bias {@code [outputs]}
     * @param norm batch norm over the outputs
     * @param context {@code [batch, outputs]}
     * @param map {@code [batch, outputs, height, width]}
     * @return the shape of {@code map}
     */
    public static Tensor gate(
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
        int outputs = weight.shape().dim(0);
        int rows = x.shape().batch() * outputs;
        Shapes.requireElements(name, context, rows, "one value an image and output channel");
        Shapes.requireElements(name, map, (long) rows * x.shape().pixels(), "the outputs at each pixel");
        if (!chain.training() && !chain.exposesAttention()) {
            return fused(
                    chain,
                    name,
                    x,
                    BatchNorm.folded(chain, weight, norm),
                    BatchNorm.foldedBias(chain, bias, norm),
                    context,
                    map);
        }
        var local = local(chain, name + ".local", x, weight, bias, norm);
        var gates = chain.tensor(name + ".gates", map.shape());
        int pixels = x.shape().pixels();
        chain.step(name + ".gates").launch(PixelGating::sigmoidOfProduct, local, context, out(gates), rows, pixels);
        chain.attention(AttentionKind.PIXEL_MAP, gates);
        var y = chain.tensor(name, map.shape());
        int n = map.elements();
        chain.step(name).launch(PixelGating::multiply, map, gates, out(y), n);
        return y;
    }

    private static Tensor local(
            TaskChain chain, String name, Tensor x, Weight weight, Weight bias, BatchNorm.Parameters norm) {
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

    /** First (0) or second (1) channel of each product: on diagonal d they are j + d and j. */
    private static IntArray diagonals(TaskChain chain, int channels, int which) {
        var table = new int[products(channels)];
        int at = 0;
        for (int d = 0; d < channels; d++) {
            for (int j = 0; j + d < channels; j++) {
                table[at++] = which == 0 ? j + d : j;
            }
        }
        return chain.table(table);
    }
}
