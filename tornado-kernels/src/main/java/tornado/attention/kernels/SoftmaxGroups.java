package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** {@link Softmax} with one work-group a row. */
public final class SoftmaxGroups {
    private SoftmaxGroups() {}

    /**
     * {@link Softmax#rows}. Exponentials are taken twice instead of stored: no item reads what another wrote.
     *
     * @param context as many groups as rows
     * @param x {@code [rows, columns]}
     * @param out {@code [rows, columns]}
     * @param columns elements in a row, at least 1
     * @param size items of a group, a power of two
     * @param lanes items that exchange values in registers: 32 where a SIMD group does, else 1
     */
    public static void rows(KernelContext context, FloatArray x, FloatArray out, int columns, int size, int lanes) {
        float[] shared = context.allocateFloatLocalArray(size);
        int item = context.localIdx;
        int row = context.groupIdx;
        float largest = x.get(row * columns);
        for (int j = item; j < columns; j += size) {
            largest = TornadoMath.max(largest, x.get(row * columns + j));
        }
        shared[item] = SimdLanes.max(context, largest, lanes);
        for (int half = size / 2; half >= lanes; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] = TornadoMath.max(shared[item], shared[item + half]);
            }
        }
        context.localBarrier();
        float max = shared[0];
        float sum = 0f;
        for (int j = item; j < columns; j += size) {
            sum += TornadoMath.exp(x.get(row * columns + j) - max);
        }
        context.localBarrier();
        shared[item] = SimdLanes.sum(context, sum, lanes);
        for (int half = size / 2; half >= lanes; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        context.localBarrier();
        float scale = 1f / shared[0];
        for (int j = item; j < columns; j += size) {
            out.set(row * columns + j, TornadoMath.exp(x.get(row * columns + j) - max) * scale);
        }
    }
}
