package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Normalisations along an axis that is not the contiguous one: the axis is the serial loop, the elements behind it are
 * neighbouring outputs. For the contiguous axis see {@link Softmax}.
 */
public final class AxisNormalization {
    private AxisNormalization() {}

    /**
     * Softmax: {@code out[o][l][j] = exp(x[o][l][j] - max) / sum over l' of exp(x[o][l'][j] - max)}.
     *
     * @param x {@code [outer, length, inner]}
     * @param out {@code [outer, length, inner]}
     * @param outer extents before the axis
     * @param length extent of the axis, at least 1
     * @param inner extents behind the axis
     */
    public static void softmax(FloatArray x, FloatArray out, int outer, int length, int inner) {
        for (@Parallel int o = 0; o < outer; o++) {
            for (@Parallel int j = 0; j < inner; j++) {
                float max = x.get(o * length * inner + j);
                for (int l = 1; l < length; l++) {
                    max = TornadoMath.max(max, x.get((o * length + l) * inner + j));
                }
                float sum = 0f;
                for (int l = 0; l < length; l++) {
                    float e = TornadoMath.exp(x.get((o * length + l) * inner + j) - max);
                    out.set((o * length + l) * inner + j, e);
                    sum += e;
                }
                float scale = 1f / sum;
                for (int l = 0; l < length; l++) {
                    int at = (o * length + l) * inner + j;
                    out.set(at, out.get(at) * scale);
                }
            }
        }
    }

    /**
     * L1 normalisation: {@code out[o][l][j] = x[o][l][j] / (eps + sum over l' of |x[o][l'][j]|)}.
     *
     * @param x {@code [outer, length, inner]}
     * @param out {@code [outer, length, inner]}
     * @param outer extents before the axis
     * @param length extent of the axis
     * @param inner extents behind the axis
     * @param eps added to the norm
     */
    public static void l1(FloatArray x, FloatArray out, int outer, int length, int inner, float eps) {
        for (@Parallel int o = 0; o < outer; o++) {
            for (@Parallel int j = 0; j < inner; j++) {
                float norm = 0f;
                for (int l = 0; l < length; l++) {
                    norm += TornadoMath.abs(x.get((o * length + l) * inner + j));
                }
                float scale = 1f / (eps + norm);
                for (int l = 0; l < length; l++) {
                    out.set((o * length + l) * inner + j, x.get((o * length + l) * inner + j) * scale);
                }
            }
        }
    }

    /**
     * Mean: {@code out[o][j] = mean over l of x[o][l][j]}.
     *
     * @param x {@code [outer, length, inner]}
     * @param out {@code [outer, inner]}
     * @param outer extents before the axis
     * @param length extent of the axis, at least 1
     * @param inner extents behind the axis
     */
    public static void mean(FloatArray x, FloatArray out, int outer, int length, int inner) {
        for (@Parallel int o = 0; o < outer; o++) {
            for (@Parallel int j = 0; j < inner; j++) {
                float sum = 0f;
                for (int l = 0; l < length; l++) {
                    sum += x.get((o * length + l) * inner + j);
                }
                out.set(o * inner + j, sum / length);
            }
        }
    }

    /**
     * Mean of what a normalisation with one scale and shift an entry and an activation leave: {@code out[o][j] = mean
     * over l of activation(scale[l] * x[o][l][j] + shift[l])}.
     *
     * @param x {@code [outer, length, inner]}
     * @param scale {@code [length]}
     * @param shift {@code [length]}
     * @param out {@code [outer, inner]}
     * @param outer extents before the axis
     * @param length extent of the axis, at least 1
     * @param inner extents behind the axis
     * @param activation a constant of {@link Activations}
     */
    public static void affineMean(
            FloatArray x,
            FloatArray scale,
            FloatArray shift,
            FloatArray out,
            int outer,
            int length,
            int inner,
            int activation) {
        for (@Parallel int o = 0; o < outer; o++) {
            for (@Parallel int j = 0; j < inner; j++) {
                float sum = 0f;
                for (int l = 0; l < length; l++) {
                    float y = scale.get(l) * x.get((o * length + l) * inner + j) + shift.get(l);
                    sum += Activations.apply(activation, y);
                }
                out.set(o * inner + j, sum / length);
            }
        }
    }
}
