package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Mean and variance, and what batch norm makes of them in training (arXiv 1502.03167). */
public final class BatchStatistics {
    private BatchStatistics() {}

    /**
     * Mean and sum of squared differences from it for each plane, in two passes over the plane, since the difference of the
     * mean square and the squared mean would cancel.
     *
     * @param x {@code [planes, height rows of rowStride elements]}, a plane every {@code planeStride} elements
     * @param mean {@code [planes]}
     * @param squares {@code [planes]}
     * @param planes number of planes
     * @param height rows of a plane
     * @param width elements that count in a row
     * @param rowStride distance of rows
     * @param planeStride distance of planes
     */
    public static void moments(
            FloatArray x,
            FloatArray mean,
            FloatArray squares,
            int planes,
            int height,
            int width,
            int rowStride,
            int planeStride) {
        for (@Parallel int n = 0; n < planes; n++) {
            float sum = 0f;
            for (int y = 0; y < height; y++) {
                for (int z = 0; z < width; z++) {
                    sum += x.get(n * planeStride + y * rowStride + z);
                }
            }
            float center = sum / (height * width);
            float total = 0f;
            for (int y = 0; y < height; y++) {
                for (int z = 0; z < width; z++) {
                    float d = x.get(n * planeStride + y * rowStride + z) - center;
                    total += d * d;
                }
            }
            mean.set(n, center);
            squares.set(n, total);
        }
    }

    /**
     * Batch statistics of some channels from the moments of their planes, as factor and term of each channel, and the running
     * averages after this batch: {@code scale = gamma / sqrt(var + eps)}, {@code shift = beta - mean * scale}, {@code running =
     * (1 - momentum) * running + momentum * batch}. The batch is normalised with the biased variance, the running one is
     * unbiased.
     *
     * @param mean {@code [batch, imagePlanes]}
     * @param squares {@code [batch, imagePlanes]}
     * @param gamma {@code [channels]}
     * @param beta {@code [channels]}
     * @param runningMean {@code [channels]}, updated
     * @param runningVariance {@code [channels]}, updated
     * @param scale {@code [imagePlanes]}
     * @param shift {@code [imagePlanes]}
     * @param batch images
     * @param imagePlanes planes of an image, of which {@code channels} belong to this norm
     * @param first the norm's first plane
     * @param channels channels of the norm
     * @param count elements of a plane; batch * count is at least 2
     * @param eps added to the variance
     * @param momentum weight of the batch in the running averages
     */
    public static void combine(
            FloatArray mean,
            FloatArray squares,
            FloatArray gamma,
            FloatArray beta,
            FloatArray runningMean,
            FloatArray runningVariance,
            FloatArray scale,
            FloatArray shift,
            int batch,
            int imagePlanes,
            int first,
            int channels,
            int count,
            float eps,
            float momentum) {
        for (@Parallel int c = 0; c < channels; c++) {
            float sum = 0f;
            for (int b = 0; b < batch; b++) {
                sum += mean.get(b * imagePlanes + first + c);
            }
            float center = sum / batch;
            float total = 0f;
            for (int b = 0; b < batch; b++) {
                float d = mean.get(b * imagePlanes + first + c) - center;
                total += squares.get(b * imagePlanes + first + c) + count * d * d;
            }
            float factor = gamma.get(c) / TornadoMath.sqrt(total / (batch * count) + eps);
            scale.set(first + c, factor);
            shift.set(first + c, beta.get(c) - center * factor);
            runningMean.set(c, runningMean.get(c) * (1f - momentum) + momentum * center);
            runningVariance.set(c, runningVariance.get(c) * (1f - momentum) + momentum * (total / (batch * count - 1)));
        }
    }

    /**
     * Adds 1 to a counter, and starts again at 0 where a float cannot count on.
     *
     * @param counter {@code [n]}, updated
     * @param n number of counters
     */
    public static void increment(FloatArray counter, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            float next = counter.get(i) + 1f;
            counter.set(i, next < 16777216f ? next : 0f);
        }
    }

    /**
     * Mean and inverse deviation of each channel, from the moments of its planes.
     *
     * @param mean {@code [batch, channels]}
     * @param squares {@code [batch, channels]}
     * @param out {@code [4, channels]}: mean and inverse deviation; the other rows stay as they are
     * @param batch images
     * @param channels channels
     * @param count elements of a plane
     * @param eps added to the variance
     */
    public static void centre(
            FloatArray mean, FloatArray squares, FloatArray out, int batch, int channels, int count, float eps) {
        for (@Parallel int c = 0; c < channels; c++) {
            float sum = 0f;
            for (int b = 0; b < batch; b++) {
                sum += mean.get(b * channels + c);
            }
            float center = sum / batch;
            float total = 0f;
            for (int b = 0; b < batch; b++) {
                float d = mean.get(b * channels + c) - center;
                total += squares.get(b * channels + c) + count * d * d;
            }
            out.set(c, center);
            out.set(channels + c, 1f / TornadoMath.sqrt(total / (batch * count) + eps));
        }
    }

    /**
     * For each plane the sum of its gradient, and of its gradient times the distance from the mean.
     *
     * @param x {@code [planes, count]}
     * @param g {@code [planes, count]}
     * @param statistics {@code [4, channels]}: the mean first
     * @param out {@code [2, planes]}
     * @param planes batch times channels
     * @param channels channels
     * @param count elements of a plane
     */
    public static void gradientOfPlanes(
            FloatArray x, FloatArray g, FloatArray statistics, FloatArray out, int planes, int channels, int count) {
        for (@Parallel int n = 0; n < planes; n++) {
            float center = statistics.get(n % channels);
            float sum = 0f;
            float moved = 0f;
            for (int i = 0; i < count; i++) {
                float d = g.get(n * count + i);
                sum += d;
                moved += d * (x.get(n * count + i) - center);
            }
            out.set(n, sum);
            out.set(planes + n, moved);
        }
    }

    /**
     * The gradients of terms and factors from those of planes, behind mean and inverse deviation.
     *
     * @param planes {@code [2, batch, channels]}
     * @param statistics {@code [4, channels]}: mean and inverse deviation
     * @param out {@code [4, channels]}: those, the gradient of the term and that of the factor
     * @param batch images
     * @param channels channels
     */
    public static void gradientOfChannels(
            FloatArray planes, FloatArray statistics, FloatArray out, int batch, int channels) {
        for (@Parallel int c = 0; c < channels; c++) {
            float sum = 0f;
            float moved = 0f;
            for (int b = 0; b < batch; b++) {
                sum += planes.get(b * channels + c);
                moved += planes.get((batch + b) * channels + c);
            }
            float inverse = statistics.get(channels + c);
            out.set(c, statistics.get(c));
            out.set(channels + c, inverse);
            out.set(2 * channels + c, sum);
            out.set(3 * channels + c, moved * inverse);
        }
    }

    /**
     * The map's gradient: {@code gamma inverse (g - sum / n - (x - mean) inverse moved / n)}.
     *
     * @param x {@code [batch, channels, count]}
     * @param g {@code [batch, channels, count]}
     * @param gamma {@code [channels]}
     * @param statistics {@code [4, channels]}: mean, inverse deviation, gradient of the term and of the factor
     * @param out {@code [batch, channels, count]}
     * @param batch images
     * @param channels channels
     * @param count elements of a plane
     */
    public static void gradient(
            FloatArray x,
            FloatArray g,
            FloatArray gamma,
            FloatArray statistics,
            FloatArray out,
            int batch,
            int channels,
            int count) {
        for (@Parallel int b = 0; b < batch; b++) {
            for (@Parallel int c = 0; c < channels; c++) {
                for (@Parallel int i = 0; i < count; i++) {
                    float inverse = statistics.get(channels + c);
                    float n = batch * count;
                    float sum = statistics.get(2 * channels + c) / n;
                    float moved = inverse * statistics.get(3 * channels + c) / n;
                    int at = (b * channels + c) * count + i;
                    float d = g.get(at) - sum - (x.get(at) - statistics.get(c)) * moved;
                    out.set(at, gamma.get(c) * inverse * d);
                }
            }
        }
    }
}
