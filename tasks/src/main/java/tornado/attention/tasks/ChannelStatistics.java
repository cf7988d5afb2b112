package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.AdaptivePooling;
import tornado.attention.kernels.ChannelNorms;
import tornado.attention.kernels.ChannelStatisticsGroups;
import tornado.attention.kernels.FilterPooling;
import tornado.attention.kernels.StylePooling;
import uk.ac.manchester.tornado.api.KernelContext;

/** Tasks that describe each channel by something other than its mean, or pool it to a given size. */
public final class ChannelStatistics {
    /** A norm of a channel's values. */
    public enum Norm {
        /** The sum as it is, for values that are not negative. */
        SUM(ChannelNorms.SUM),
        /** The sum of absolute values. */
        L1(ChannelNorms.L1),
        /** The root of the sum of squares. */
        L2(ChannelNorms.L2);

        private final int code;

        Norm(int code) {
            this.code = code;
        }
    }

    private ChannelStatistics() {}

    /**
     * The norm of each channel over its pixels, times a weight.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param weight {@code [channels]}, or that with extents of 1
     * @param norm which one
     * @param eps added to the sum of squares of {@link Norm#L2}
     * @return {@code [batch, channels]}
     */
    public static Tensor norm(TaskChain chain, String name, Tensor x, Weight weight, Norm norm, double eps) {
        Shapes.requireFeatureMap(name, x);
        int batch = x.shape().batch();
        int channels = x.shape().channels();
        int pixels = x.shape().pixels();
        Shapes.requireVector(name, weight, channels);
        var w = chain.weight(weight);
        var y = chain.tensor(name, Shape.of(batch, channels));
        var step = chain.step(name).macs(x.elements());
        var variants = KernelVariants.of(chain);
        if (variants.forRows(pixels)) {
            int size = variants.rowSize(pixels);
            step.inGroups(batch * channels, size)
                    .launch(
                            ChannelStatisticsGroups::channelNorm,
                            new KernelContext(),
                            x,
                            w,
                            out(y),
                            channels,
                            pixels,
                            norm.code,
                            (float) eps,
                            size,
                            variants.lanes(size));
            return y;
        }
        step.launch(ChannelNorms::pool, x, w, out(y), batch, channels, pixels, norm.code, (float) eps);
        return y;
    }

    /**
     * Channels normalised by their mean norm and turned into gates around 1: {@code 1 + tanh(s * gamma / mean + beta)}.
     *
     * @param s {@code [batch, channels]}
     * @param gamma {@code [channels]}, or that with extents of 1
     * @param beta {@code [channels]}, or that with extents of 1
     * @param norm {@link Norm#L1} or {@link Norm#L2}
     * @param eps added to the mean
     * @return {@code [batch, channels]}
     */
    public static Tensor gate(
            TaskChain chain, String name, Tensor s, Weight gamma, Weight beta, Norm norm, double eps) {
        int rows = s.shape().batch();
        int channels = s.shape().channels();
        Shapes.requireVector(name, gamma, channels);
        Shapes.requireVector(name, beta, channels);
        var g = chain.weight(gamma);
        var b = chain.weight(beta);
        var y = chain.tensor(name, s.shape());
        var step = chain.step(name);
        var variants = KernelVariants.of(chain);
        if (variants.forRows(channels)) {
            int size = variants.rowSize(channels);
            step.inGroups(rows, size)
                    .launch(
                            ChannelStatisticsGroups::gate,
                            new KernelContext(),
                            s,
                            g,
                            b,
                            out(y),
                            channels,
                            norm.code,
                            (float) eps,
                            size,
                            variants.lanes(size));
            return y;
        }
        step.launch(ChannelNorms::gate, s, g, b, out(y), rows, channels, norm.code, (float) eps);
        return y;
    }

    /**
     * Mean and unbiased standard deviation of each channel, weighted and normalised: {@code activation(norm(w0 * mean + w1 *
     * deviation))}. A single pixel has no deviation: the result is NaN, as 0 / 0 is.
     *
     * @param moments of the map
     * @param weight {@code [channels, 1, 2]}
     * @param norm over the batch; in evaluation mode it goes into the weights
     * @param eps added to the variance
     * @param activation applied last
     * @return {@code [batch, channels]}
     */
    public static Tensor style(
            TaskChain chain,
            String name,
            Moments moments,
            Weight weight,
            BatchNorm.Parameters norm,
            double eps,
            Activation activation) {
        int batch = moments.mean().shape().batch();
        int channels = moments.mean().shape().channels();
        Shapes.requireVector(name, weight, 2 * channels);
        boolean later = chain.training();
        var w = chain.weight(later ? weight : BatchNorm.folded(chain, weight, norm));
        var shift = later ? chain.zeros(channels) : chain.weight(BatchNorm.foldedBias(chain, null, norm));
        var now = later ? Activation.IDENTITY : activation;
        var y = chain.tensor(name, moments.mean().shape());
        chain.step(name)
                .macs(2L * batch * channels)
                .launch(
                        StylePooling::combine,
                        moments.mean(),
                        moments.squares(),
                        w,
                        shift,
                        out(y),
                        batch,
                        channels,
                        moments.count(),
                        (float) eps,
                        now.code());
        return later ? BatchNorm.apply(chain, name + ".norm", y, norm, activation) : y;
    }

    /**
     * Each channel's product with a filter of its size; neighbouring channels share a filter.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param filter {@code [filters, height, width]}; the channels are divided evenly among the filters
     * @return {@code [batch, channels]}
     */
    public static Tensor filtered(TaskChain chain, String name, Tensor x, Weight filter) {
        Shapes.requireFeatureMap(name, x);
        int batch = x.shape().batch();
        int channels = x.shape().channels();
        int pixels = x.shape().pixels();
        int filters = filter.shape().dim(0);
        if (filters < 1 || channels % filters != 0 || filter.shape().elements() != (long) filters * pixels) {
            throw new IllegalArgumentException("Task '" + name + "' needs filters [a divisor of " + channels + ", "
                    + x.shape().height() + ", " + x.shape().width() + "], but '" + filter.name() + "' has shape "
                    + filter.shape() + ".");
        }
        var f = chain.weight(filter);
        var y = chain.tensor(name, Shape.of(batch, channels));
        var step = chain.step(name).macs(x.elements());
        var variants = KernelVariants.of(chain);
        if (variants.forRows(pixels)) {
            int size = variants.rowSize(pixels);
            step.inGroups(batch * channels, size)
                    .launch(
                            ChannelStatisticsGroups::filtered,
                            new KernelContext(),
                            x,
                            f,
                            out(y),
                            filters,
                            channels / filters,
                            pixels,
                            size,
                            variants.lanes(size));
            return y;
        }
        step.launch(FilterPooling::weighted, x, f, out(y), batch, filters, channels / filters, pixels);
        return y;
    }

    /**
     * Average pooling to a given size, smaller or larger than the map, with PyTorch's bins.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param height rows of the result, at least 1
     * @param width columns of the result, at least 1
     * @return {@code [batch, channels, height, width]}
     */
    public static Tensor adaptiveAverage(TaskChain chain, String name, Tensor x, int height, int width) {
        Shapes.requireFeatureMap(name, x);
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "Task '" + name + "' pools to at least 1x1, but was asked for " + height + "x" + width + ".");
        }
        var shape = x.shape();
        var y = chain.tensor(name, Shape.of(shape.batch(), shape.channels(), height, width));
        chain.step(name)
                .launch(
                        AdaptivePooling::average,
                        x,
                        out(y),
                        shape.batch() * shape.channels(),
                        shape.height(),
                        shape.width(),
                        height,
                        width);
        return y;
    }
}
