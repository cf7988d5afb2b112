package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Statistics of channels other than the mean, with one work-group a channel of an image, and norms over the channels. */
public final class ChannelStatisticsGroups {
    private ChannelStatisticsGroups() {}

    /**
     * {@link BatchStatistics#moments}.
     *
     * @param context as many groups as planes
     * @param x {@code [planes, height rows of rowStride elements]}, a plane every {@code planeStride} elements
     * @param mean {@code [planes]}
     * @param squares {@code [planes]}
     * @param height rows of a plane
     * @param width elements that count in a row
     * @param rowStride distance of rows
     * @param planeStride distance of planes
     * @param size items of a group, a power of two
     * @param lanes items that exchange values in registers: 32 where a SIMD group does, else 1
     */
    public static void moments(
            KernelContext context,
            FloatArray x,
            FloatArray mean,
            FloatArray squares,
            int height,
            int width,
            int rowStride,
            int planeStride,
            int size,
            int lanes) {
        float[] shared = context.allocateFloatLocalArray(size);
        int item = context.localIdx;
        int plane = context.groupIdx;
        int count = height * width;
        float sum = 0f;
        for (int p = item; p < count; p += size) {
            sum += x.get(plane * planeStride + p / width * rowStride + p % width);
        }
        shared[item] = SimdLanes.sum(context, sum, lanes);
        for (int half = size / 2; half >= lanes; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        context.localBarrier();
        float center = shared[0] / count;
        float total = 0f;
        for (int p = item; p < count; p += size) {
            float d = x.get(plane * planeStride + p / width * rowStride + p % width) - center;
            total += d * d;
        }
        context.localBarrier();
        shared[item] = SimdLanes.sum(context, total, lanes);
        for (int half = size / 2; half >= lanes; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        context.localBarrier();
        float all = shared[0];
        if (item == 0) {
            mean.set(plane, center);
            squares.set(plane, all);
        }
    }

    /**
     * {@link ChannelNorms#pool}.
     *
     * @param context {@code batch * channels} groups
     * @param x {@code [batch, channels, pixels]}
     * @param weight {@code [channels]}
     * @param out {@code [batch, channels]}
     * @param channels channels
     * @param pixels pixels of a channel
     * @param norm a constant of {@link ChannelNorms}
     * @param eps added to the sum of squares
     * @param size items of a group, a power of two
     * @param lanes items that exchange values in registers: 32 where a SIMD group does, else 1
     */
    public static void channelNorm(
            KernelContext context,
            FloatArray x,
            FloatArray weight,
            FloatArray out,
            int channels,
            int pixels,
            int norm,
            float eps,
            int size,
            int lanes) {
        float[] shared = context.allocateFloatLocalArray(size);
        int item = context.localIdx;
        int row = context.groupIdx;
        float sum = 0f;
        for (int p = item; p < pixels; p += size) {
            sum += ChannelNorms.term(norm, x.get(row * pixels + p));
        }
        shared[item] = SimdLanes.sum(context, sum, lanes);
        for (int half = size / 2; half >= lanes; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        context.localBarrier();
        float total = shared[0];
        if (item == 0) {
            float root = norm == ChannelNorms.L2 ? TornadoMath.sqrt(total + eps) : total;
            out.set(row, weight.get(row % channels) * root);
        }
    }

    /**
     * {@link ChannelNorms#gate}.
     *
     * @param context as many groups as rows
     * @param s {@code [rows, channels]}
     * @param gamma {@code [channels]}
     * @param beta {@code [channels]}
     * @param out {@code [rows, channels]}
     * @param channels elements of a row
     * @param norm {@link ChannelNorms#L1} or {@link ChannelNorms#L2}
     * @param eps added to the mean
     * @param size items of a group, a power of two
     * @param lanes items that exchange values in registers: 32 where a SIMD group does, else 1
     */
    public static void gate(
            KernelContext context,
            FloatArray s,
            FloatArray gamma,
            FloatArray beta,
            FloatArray out,
            int channels,
            int norm,
            float eps,
            int size,
            int lanes) {
        float[] shared = context.allocateFloatLocalArray(size);
        int item = context.localIdx;
        int row = context.groupIdx;
        float sum = 0f;
        for (int c = item; c < channels; c += size) {
            sum += ChannelNorms.term(norm, s.get(row * channels + c));
        }
        shared[item] = SimdLanes.sum(context, sum, lanes);
        for (int half = size / 2; half >= lanes; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        context.localBarrier();
        float mean = shared[0] / channels + eps;
        float scale = 1f / (norm == ChannelNorms.L2 ? TornadoMath.sqrt(mean) : mean);
        for (int c = item; c < channels; c += size) {
            float z = s.get(row * channels + c) * (gamma.get(c) * scale) + beta.get(c);
            out.set(row * channels + c, 1f + TornadoMath.tanh(z));
        }
    }

    /**
     * {@link FilterPooling#weighted}.
     *
     * @param context {@code batch * filters * channels} groups
     * @param x {@code [batch, filters * channels, pixels]}
     * @param filter {@code [filters, pixels]}
     * @param out {@code [batch, filters * channels]}
     * @param filters number of filters
     * @param channels neighbouring channels that share a filter
     * @param pixels pixels of a channel
     * @param size items of a group, a power of two
     * @param lanes items that exchange values in registers: 32 where a SIMD group does, else 1
     */
    public static void filtered(
            KernelContext context,
            FloatArray x,
            FloatArray filter,
            FloatArray out,
            int filters,
            int channels,
            int pixels,
            int size,
            int lanes) {
        float[] shared = context.allocateFloatLocalArray(size);
        int item = context.localIdx;
        int row = context.groupIdx;
        int f = row / channels % filters;
        float sum = 0f;
        for (int p = item; p < pixels; p += size) {
            sum += x.get(row * pixels + p) * filter.get(f * pixels + p);
        }
        shared[item] = SimdLanes.sum(context, sum, lanes);
        for (int half = size / 2; half >= lanes; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        context.localBarrier();
        float total = shared[0];
        if (item == 0) {
            out.set(row, total);
        }
    }
}
