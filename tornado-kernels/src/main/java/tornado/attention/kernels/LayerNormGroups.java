package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** {@link LayerNorm} with one work-group a row. */
public final class LayerNormGroups {
    private LayerNormGroups() {}

    /**
     * {@link LayerNorm#rows}.
     *
     * @param context as many groups as rows
     * @param x {@code [rows, columns]}
     * @param gamma {@code [columns]}
     * @param beta {@code [columns]}
     * @param out {@code [rows, columns]}
     * @param columns elements in a row, at least 1
     * @param eps added to the variance
     * @param activation a constant of {@link Activations}
     * @param size items of a group, a power of two
     * @param lanes items that exchange values in registers: 32 where a SIMD group does, else 1
     */
    public static void rows(
            KernelContext context,
            FloatArray x,
            FloatArray gamma,
            FloatArray beta,
            FloatArray out,
            int columns,
            float eps,
            int activation,
            int size,
            int lanes) {
        float[] shared = context.allocateFloatLocalArray(size);
        int item = context.localIdx;
        int row = context.groupIdx;
        float sum = 0f;
        for (int j = item; j < columns; j += size) {
            sum += x.get(row * columns + j);
        }
        shared[item] = SimdLanes.sum(context, sum, lanes);
        for (int half = size / 2; half >= lanes; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        context.localBarrier();
        float mean = shared[0] / columns;
        float squares = 0f;
        for (int j = item; j < columns; j += size) {
            float d = x.get(row * columns + j) - mean;
            squares += d * d;
        }
        context.localBarrier();
        shared[item] = SimdLanes.sum(context, squares, lanes);
        for (int half = size / 2; half >= lanes; half /= 2) {
            context.localBarrier();
            if (item < half) {
                shared[item] += shared[item + half];
            }
        }
        context.localBarrier();
        float variance = shared[0] / columns;
        float scale = 1f / TornadoMath.sqrt(variance + eps);
        for (int j = item; j < columns; j += size) {
            float y = (x.get(row * columns + j) - mean) * scale * gamma.get(j) + beta.get(j);
            out.set(row * columns + j, Activations.apply(activation, y));
        }
    }
}
