package tornado.attention.networks;

import java.util.List;
import java.util.stream.IntStream;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.AveragePoolTask;
import tornado.attention.tasks.graph.Constant;
import tornado.attention.tasks.graph.MaxPoolTask;
import tornado.attention.tasks.graph.SelectTask;
import tornado.attention.tasks.graph.Value;

/** Poolings of networks' stems and shortcuts. */
final class Pools {
    /** The binomial filter 1 2 1 in both directions. */
    private static final double[] BINOMIAL = {1, 2, 1, 2, 4, 2, 1, 2, 1};

    private static final double BINOMIAL_SUM = 16;

    private Pools() {}

    /** Maximum of 3x3 windows at a distance of 2, padding 1. */
    static Value max(Value x) {
        return Value.of(new MaxPoolTask(3, 2, 1), x).named("maxpool");
    }

    /** {@code AvgPool2d(2)}: a row or column too many is left out. */
    static Value average(Value x) {
        int height = x.shape().height() / 2;
        int width = x.shape().width() / 2;
        if (height == 0 || width == 0) {
            throw new IllegalArgumentException(
                    "A map of " + x.shape() + " is too small to be halved; use larger images.");
        }
        return halves(x.slice(2, 0, 2 * height).slice(3, 0, 2 * width), height, width);
    }

    /** {@code AvgPool2d(2, ceil_mode=True, count_include_pad=False)}: windows that stick out average what lies inside. */
    static Value averageInside(Value x) {
        // The last row twice has the mean of that row once.
        var even = twice(twice(x, 2), 3);
        return halves(even, even.shape().height() / 2, even.shape().width() / 2);
    }

    private static Value twice(Value x, int axis) {
        int extent = x.shape().dim(axis);
        return extent % 2 == 0 ? x : Value.concat(axis, List.of(x, x.slice(axis, extent - 1, 1)));
    }

    private static Value halves(Value x, int height, int width) {
        return Value.of(new AveragePoolTask(height, width), x).named("avgpool");
    }

    /** Maximum of 3x3 windows at a distance of 1, then {@link #blur}. */
    static Value maxBlur(Value x) {
        return blur(Value.of(new MaxPoolTask(3, 1, 1), x).named("maxpool"));
    }

    /** timm's {@code BlurPool2d}: reflected by one pixel, the binomial filter, every second pixel. */
    static Value blur(Value x) {
        int channels = x.shape().channels();
        var filter = Array.zeros(Shape.of(channels, 1, 3, 3));
        for (int i = 0; i < filter.values().length; i++) {
            filter.values()[i] = BINOMIAL[i % BINOMIAL.length] / BINOMIAL_SUM;
        }
        var weight = Value.of(new Constant("blur", filter));
        var window = Window.plain().strided(2).grouped(channels);
        return reflected(reflected(x, 2), 3).convolve(weight, null, window).named("blur");
    }

    private static Value reflected(Value x, int axis) {
        int extent = x.shape().dim(axis);
        if (extent < 2) {
            throw new IllegalArgumentException("A map of " + x.shape() + " has nothing to reflect; use larger images.");
        }
        var entries = IntStream.range(-1, extent + 1)
                .map(i -> i < 0 ? 1 : i == extent ? extent - 2 : i)
                .toArray();
        return Value.of(SelectTask.of(axis, entries), x);
    }

    /** The mean over the pixels, {@code [batch, channels]}. */
    static Value global(Value x) {
        return x.mean(Value.PIXELS).named("global_pool");
    }
}
