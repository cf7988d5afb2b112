package tornado.attention.modules.float64;

import java.util.Arrays;

/** Normalisation over the batch and over one vector. */
final class Norm64 {

    /** Mean and variances of one channel; {@code unbiased} divides by one value less. */
    record Statistics(double[] mean, double[] variance, double[] unbiased) {}

    private Norm64() {}

    /**
     * Statistics of each channel over the batch and all trailing axes of x [B, C, ...].
     *
     * @throws IllegalArgumentException where a channel has one value only: its variance says nothing
     */
    static Statistics statistics(Array64 x) {
        int channels = x.dim(1);
        int inner = x.inner(2);
        int count = x.dim(0) * inner;
        if (count < 2) {
            throw new IllegalArgumentException("Batch norm in train mode got " + count + " value(s) per channel (input "
                    + Arrays.toString(x.shape()) + "); it needs at least two, so give a larger batch.");
        }
        var statistics = new Statistics(new double[channels], new double[channels], new double[channels]);
        Loops64.forEach(channels, x.size(), c -> {
            double sum = 0;
            for (var b = 0; b < x.dim(0); b++) {
                for (var i = 0; i < inner; i++) {
                    sum += x.values()[(b * channels + c) * inner + i];
                }
            }
            double mean = sum / count;
            double squares = 0;
            for (var b = 0; b < x.dim(0); b++) {
                for (var i = 0; i < inner; i++) {
                    double difference = x.values()[(b * channels + c) * inner + i] - mean;
                    squares += difference * difference;
                }
            }
            statistics.mean[c] = mean;
            statistics.variance[c] = squares / count;
            statistics.unbiased[c] = squares / (count - 1);
        });
        return statistics;
    }

    /** y = (x - mean_c) / sqrt(variance_c + eps) * weight_c + bias_c for x [B, C, ...]. */
    static Array64 apply(Array64 x, double[] mean, double[] variance, Array64 weight, Array64 bias, double eps) {
        int channels = x.dim(1);
        if (mean.length != channels || weight.size() != channels || bias.size() != channels) {
            throw new IllegalArgumentException(
                    "A batch norm over " + weight.size() + " channels does not fit an input of shape "
                            + Arrays.toString(x.shape()) + "; the second axis has to be the channels.");
        }
        int inner = x.inner(2);
        var y = Array64.zeros(x.shape());
        Loops64.forEach(x.dim(0) * channels, x.size(), plane -> {
            int c = plane % channels;
            double scale = weight.values()[c] / Math.sqrt(variance[c] + eps);
            for (var i = plane * inner; i < (plane + 1) * inner; i++) {
                y.values()[i] = (x.values()[i] - mean[c]) * scale + bias.values()[c];
            }
        });
        return y;
    }

    /** Layer norm of each row of x [B, R] with the biased variance. */
    static Array64 layerNorm(Array64 x, Array64 weight, Array64 bias, double eps) {
        int width = x.dim(-1);
        if (weight.size() != width || bias.size() != width) {
            throw new IllegalArgumentException("A layer norm over " + weight.size() + " values does not fit rows of "
                    + width + "; both have to be equal.");
        }
        var y = Array64.zeros(x.shape());
        for (var row = 0; row < x.size(); row += width) {
            double sum = 0;
            for (var i = 0; i < width; i++) {
                sum += x.values()[row + i];
            }
            double mean = sum / width;
            double squares = 0;
            for (var i = 0; i < width; i++) {
                squares += (x.values()[row + i] - mean) * (x.values()[row + i] - mean);
            }
            double root = Math.sqrt(squares / width + eps);
            for (var i = 0; i < width; i++) {
                y.values()[row + i] = (x.values()[row + i] - mean) / root * weight.values()[i] + bias.values()[i];
            }
        }
        return y;
    }
}
