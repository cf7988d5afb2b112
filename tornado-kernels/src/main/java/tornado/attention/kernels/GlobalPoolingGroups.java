package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * {@link GlobalPooling} with one work-group a row: neighbouring items read neighbouring pixels.
 *
 * <p>Here and in all work-group kernels a reduction is a tree of fixed shape over local memory, so equal runs give equal bits, and it
 * is written out in the kernel: TornadoVM 5.2 indexes a local array in bytes, beyond its end, where it was given to a helper method
 * (look again at 6.0).
 */
public final class GlobalPoolingGroups {
    private GlobalPoolingGroups() {}

    /**
     * {@link GlobalPooling#average}.
     *
     * @param context as many groups as rows
     * @param x {@code [rows, pixels]}
     * @param out {@code [rows]}
     * @param pixels pixels in a row, at least 1
     * @param size items of a group, a power of two
     * @param lanes items that exchange values in registers: 32 where a SIMD group does, else 1
     */
    public static void average(KernelContext context, FloatArray x, FloatArray out, int pixels, int size, int lanes) {
        float[] shared = context.allocateFloatLocalArray(size);
        int item = context.localIdx;
        int row = context.groupIdx;
        float sum = 0f;
        for (int p = item; p < pixels; p += size) {
            sum += x.get(row * pixels + p);
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
            out.set(row, total / pixels);
        }
    }
}
