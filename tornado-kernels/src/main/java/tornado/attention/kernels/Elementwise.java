package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Element by element over tensors of one shape. */
public final class Elementwise {
    private Elementwise() {}

    /**
     * {@code out = x}.
     *
     * @param x {@code [n]}
     * @param out {@code [n]}
     * @param n elements
     */
    public static void copy(FloatArray x, FloatArray out, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            out.set(i, x.get(i));
        }
    }

    /**
     * Residual add: {@code out = activation(x + y)}.
     *
     * @param x {@code [n]}
     * @param y {@code [n]}
     * @param out {@code [n]}
     * @param n elements
     * @param activation a constant of {@link Activations}
     */
    public static void add(FloatArray x, FloatArray y, FloatArray out, int n, int activation) {
        for (@Parallel int i = 0; i < n; i++) {
            out.set(i, Activations.apply(activation, x.get(i) + y.get(i)));
        }
    }
}
