package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;

/**
 * The first steps of a work-group's reduction, from register to register: what the {@value #LANES} items of a SIMD group hold comes
 * together in its first one, so that the tree over local memory goes on with one item of every {@code lanes}. With {@code lanes} of 1,
 * where a backend has no such exchange, nothing is done and the tree does it all.
 */
final class SimdLanes {
    /** Items of a SIMD group. */
    static final int LANES = 32;

    private SimdLanes() {}

    /** The sum over the SIMD group in the first of its lanes; parts of it in the others. */
    static float sum(KernelContext context, float value, int lanes) {
        float sum = value;
        if (lanes == LANES) {
            sum += context.simdShuffleDown(sum, 16);
            sum += context.simdShuffleDown(sum, 8);
            sum += context.simdShuffleDown(sum, 4);
            sum += context.simdShuffleDown(sum, 2);
            sum += context.simdShuffleDown(sum, 1);
        }
        return sum;
    }

    /** The largest of the SIMD group in the first of its lanes; that of some in the others. */
    static float max(KernelContext context, float value, int lanes) {
        float max = value;
        if (lanes == LANES) {
            max = TornadoMath.max(max, context.simdShuffleDown(max, 16));
            max = TornadoMath.max(max, context.simdShuffleDown(max, 8));
            max = TornadoMath.max(max, context.simdShuffleDown(max, 4));
            max = TornadoMath.max(max, context.simdShuffleDown(max, 2));
            max = TornadoMath.max(max, context.simdShuffleDown(max, 1));
        }
        return max;
    }
}
