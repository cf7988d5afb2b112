package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.PixelGating;

/** Tasks that weight pixels, each group of channels by a map of its own. */
public final class PixelGates {
    private PixelGates() {}

    /**
     * Each group of neighbouring channels times its map, added to itself: {@code attention * x + x}.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param attention {@code [batch, maps, height, width]}; the channels are divided evenly among the maps
     * @return the shape of {@code x}
     */
    public static Tensor multiplyAddSelf(TaskChain chain, String name, Tensor x, Tensor attention) {
        Shapes.requireFeatureMap(name, x);
        int maps = attention.shape().channels();
        if (x.shape().channels() % maps != 0) {
            throw new IllegalArgumentException("Task '" + name + "' cannot divide the "
                    + x.shape().channels() + " channels of '" + x.name() + "' among " + maps + " maps.");
        }
        int groups = x.shape().batch() * maps;
        int pixels = x.shape().pixels();
        Shapes.requireElements(name, attention, (long) groups * pixels, "one weight an image, map and pixel");
        var y = chain.tensor(name, x.shape());
        chain.step(name)
                .launch(
                        PixelGating::multiplyAddSelf,
                        x,
                        attention,
                        out(y),
                        groups,
                        x.shape().channels() / maps,
                        pixels);
        return y;
    }

    /**
     * {@code sigmoid(x * context)}, one context a channel.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param context {@code [batch, channels]}
     * @return the shape of {@code x}
     */
    public static Tensor sigmoidOfProduct(TaskChain chain, String name, Tensor x, Tensor context) {
        Shapes.requireFeatureMap(name, x);
        int rows = x.shape().batch() * x.shape().channels();
        int pixels = x.shape().pixels();
        Shapes.requireElements(name, context, rows, "one value an image and channel");
        var y = chain.tensor(name, x.shape());
        chain.step(name).launch(PixelGating::sigmoidOfProduct, x, context, out(y), rows, pixels);
        return y;
    }

    /** Product of two tensors of one shape. */
    public static Tensor multiply(TaskChain chain, String name, Tensor x, Tensor gates) {
        Shapes.requireSame(name, x, gates);
        var y = chain.tensor(name, x.shape());
        int n = x.elements();
        chain.step(name).launch(PixelGating::multiply, x, gates, out(y), n);
        return y;
    }

    /**
     * Each channel times the pixel map of its group.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param attention {@code [batch, maps, height, width]}, a divisor of the channels
     * @return the shape of {@code x}
     */
    public static Tensor multiplyMap(TaskChain chain, String name, Tensor x, Tensor attention) {
        Shapes.requireFeatureMap(name, x);
        int maps = attention.shape().channels();
        int groups = x.shape().batch() * maps;
        int pixels = x.shape().pixels();
        int channels = x.shape().channels() / maps;
        Shapes.requireElements(name, attention, (long) groups * pixels, "one weight an image, map and pixel");
        var y = chain.tensor(name, x.shape());
        chain.step(name).launch(PixelGating::multiplyMap, x, attention, out(y), groups, channels, pixels);
        return y;
    }

    /**
     * Each pixel times the gates of its row and its column.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param rows {@code [batch, channels, height]}
     * @param columns {@code [batch, channels, width]}
     * @param skip whether x is added
     * @return the shape of {@code x}
     */
    public static Tensor rowsAndColumns(
            TaskChain chain, String name, Tensor x, Tensor rows, Tensor columns, boolean skip) {
        Shapes.requireFeatureMap(name, x);
        int planes = x.shape().batch() * x.shape().channels();
        int height = x.shape().height();
        int width = x.shape().width();
        Shapes.requireElements(name, rows, (long) planes * height, "one gate a row");
        Shapes.requireElements(name, columns, (long) planes * width, "one gate a column");
        var y = chain.tensor(name, x.shape());
        chain.step(name)
                .launch(PixelGating::rowsAndColumns, x, rows, columns, out(y), planes, height, width, skip ? 1f : 0f);
        return y;
    }

    /**
     * Each pixel times a gate of its squared distance from its channel's mean.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param moments of its channels
     * @param lambda added to the variance
     * @return the shape of {@code x}
     */
    public static Tensor distance(TaskChain chain, String name, Tensor x, Moments moments, double lambda) {
        Shapes.requireFeatureMap(name, x);
        int rows = x.shape().batch() * x.shape().channels();
        int pixels = x.shape().pixels();
        var y = chain.tensor(name, x.shape());
        chain.step(name)
                .launch(
                        PixelGating::squaredDistance,
                        x,
                        moments.mean(),
                        moments.squares(),
                        out(y),
                        rows,
                        pixels,
                        (float) lambda);
        return y;
    }
}
