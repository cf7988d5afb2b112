package tornado.attention.embedded.internal.runtime;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Kernels for tests of the runtime. */
public final class SampleKernels {

    private SampleKernels() {}

    /** {@code out[i] = in[i] + amount}. */
    public static void plus(FloatArray in, FloatArray out, float amount) {
        for (@Parallel int i = 0; i < in.getSize(); i++) {
            out.set(i, in.get(i) + amount);
        }
    }

    /** {@code out[i] = a[i] * b[i]}. */
    public static void times(FloatArray a, FloatArray b, FloatArray out) {
        for (@Parallel int i = 0; i < out.getSize(); i++) {
            out.set(i, a.get(i) * b.get(i));
        }
    }

    /** {@code values[i] = values[i] + 1}. */
    public static void increment(FloatArray values) {
        for (@Parallel int i = 0; i < values.getSize(); i++) {
            values.set(i, values.get(i) + 1);
        }
    }

    /** {@code out[i] = in[i]}. */
    public static void copy(IntArray in, IntArray out) {
        for (@Parallel int i = 0; i < in.getSize(); i++) {
            out.set(i, in.get(i));
        }
    }

    /** {@code out[i + 1] = in[i]}: the first and the last element of {@code out} are not written. */
    public static void interior(FloatArray in, FloatArray out) {
        for (@Parallel int i = 0; i < in.getSize(); i++) {
            out.set(i + 1, in.get(i));
        }
    }
}
