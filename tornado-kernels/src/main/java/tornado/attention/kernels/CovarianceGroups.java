package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** {@link Covariance} with one work-group a channel of an image. */
public final class CovarianceGroups {
    private CovarianceGroups() {}

    /**
     * {@link Covariance#mean}: mean of a window of each channel, around the window's first pixel.
     *
     * @param context as many groups as rows
     * @param x {@code [rows, height, width]}, rows = batch * channels
     * @param out {@code [rows]}
     * @param height lines of the map
     * @param width pixels of a line
     * @param top first line of the window
     * @param left first pixel of the window in a line
     * @param windowHeight lines of the window, at least 1
     * @param windowWidth pixels of the window in a line, at least 1
     * @param size items of a group, a power of two
     * @param lanes items that exchange values in registers: 32 where a SIMD group does, else 1
     */
    public static void mean(
            KernelContext context,
            FloatArray x,
            FloatArray out,
            int height,
            int width,
            int top,
            int left,
            int windowHeight,
            int windowWidth,
            int size,
            int lanes) {
        float[] shared = context.allocateFloatLocalArray(size);
        int item = context.localIdx;
        int row = context.groupIdx;
        int origin = (row * height + top) * width + left;
        int count = windowHeight * windowWidth;
        float first = x.get(origin);
        float sum = 0f;
        for (int p = item; p < count; p += size) {
            sum += x.get(origin + p / windowWidth * width + p % windowWidth) - first;
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
            out.set(row, first + total / count);
        }
    }
}
