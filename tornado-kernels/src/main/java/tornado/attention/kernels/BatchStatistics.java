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
}
