package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Steps of the Newton-Schulz iteration for matrix square roots (iSQRT-COV, Li et al., CVPR 2018). With T = Z Y the
 * factor (3 I - T) / 2 is never stored: Y (3 I - T) / 2 = 1.5 Y - 0.5 Y T.
 */
public final class NewtonSchulz {
    private NewtonSchulz() {}

    /**
     * {@code out[g] = sum over i of a[g][i][i]}.
     *
     * @param a {@code [groups, n, n]}
     * @param out {@code [groups]}
     * @param groups number of matrices
     * @param n rows of a matrix
     */
    public static void trace(FloatArray a, FloatArray out, int groups, int n) {
        for (@Parallel int g = 0; g < groups; g++) {
            float sum = 0f;
            for (int i = 0; i < n; i++) {
                sum += a.get((g * n + i) * n + i);
            }
            out.set(g, sum);
        }
    }

    /**
     * {@code y = a / trace} and {@code z = (3 I - y) / 2}. A trace of 0 gives NaN, as in the published code.
     *
     * @param a {@code [groups, n, n]}
     * @param trace {@code [groups]}
     * @param y {@code [groups, n, n]}
     * @param z {@code [groups, n, n]}
     * @param groups number of matrices
     * @param n rows of a matrix
     */
    public static void start(FloatArray a, FloatArray trace, FloatArray y, FloatArray z, int groups, int n) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int i = 0; i < n; i++) {
                for (@Parallel int j = 0; j < n; j++) {
                    int at = (g * n + i) * n + j;
                    float value = a.get(at) / trace.get(g);
                    y.set(at, value);
                    z.set(at, (i == j ? 1.5f : 0f) - 0.5f * value);
                }
            }
        }
    }

    /**
     * {@code out = 1.5 c - 0.5 a b}.
     *
     * @param a {@code [groups, n, n]}
     * @param b {@code [groups, n, n]}
     * @param c {@code [groups, n, n]}
     * @param out {@code [groups, n, n]}
     * @param groups number of products
     * @param n rows of a matrix
     */
    public static void update(FloatArray a, FloatArray b, FloatArray c, FloatArray out, int groups, int n) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int i = 0; i < n; i++) {
                for (@Parallel int j = 0; j < n; j++) {
                    float sum = 0f;
                    for (int k = 0; k < n; k++) {
                        sum += a.get((g * n + i) * n + k) * b.get((g * n + k) * n + j);
                    }
                    int at = (g * n + i) * n + j;
                    out.set(at, 1.5f * c.get(at) - 0.5f * sum);
                }
            }
        }
    }

    /**
     * The last step with the scale put back: {@code out = sqrt(trace) * (1.5 c - 0.5 a b)}.
     *
     * @param a {@code [groups, n, n]}
     * @param b {@code [groups, n, n]}
     * @param c {@code [groups, n, n]}
     * @param trace {@code [groups]}
     * @param out {@code [groups, n, n]}
     * @param groups number of products
     * @param n rows of a matrix
     */
    public static void finish(
            FloatArray a, FloatArray b, FloatArray c, FloatArray trace, FloatArray out, int groups, int n) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int i = 0; i < n; i++) {
                for (@Parallel int j = 0; j < n; j++) {
                    float sum = 0f;
                    for (int k = 0; k < n; k++) {
                        sum += a.get((g * n + i) * n + k) * b.get((g * n + k) * n + j);
                    }
                    int at = (g * n + i) * n + j;
                    out.set(at, TornadoMath.sqrt(trace.get(g)) * (1.5f * c.get(at) - 0.5f * sum));
                }
            }
        }
    }
}
