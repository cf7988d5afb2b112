package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Statistics along one axis, neighbouring outputs beside each other: the general case behind the kernels for feature maps. */
public final class AxisReduction {
    /** The sum. */
    public static final int SUM = 0;
    /** The sum of squares. */
    public static final int SQUARES = 1;
    /** The sum of magnitudes. */
    public static final int MAGNITUDES = 2;
    /** The largest element. */
    public static final int MAX = 3;

    private AxisReduction() {}

    /**
     * {@code out[o][j] = factor * (statistic over l of x[o][l][j])}.
     *
     * @param x {@code [outer, length, inner]}
     * @param out {@code [outer, inner]}
     * @param outer extents before the axis
     * @param length extent of the axis, at least 1
     * @param inner extents behind the axis
     * @param kind a constant of this class
     * @param factor of the result
     */
    public static void apply(FloatArray x, FloatArray out, int outer, int length, int inner, int kind, float factor) {
        for (@Parallel int o = 0; o < outer; o++) {
            for (@Parallel int j = 0; j < inner; j++) {
                float result = element(kind, x.get(o * length * inner + j));
                for (int l = 1; l < length; l++) {
                    float value = element(kind, x.get((o * length + l) * inner + j));
                    result = kind == MAX ? TornadoMath.max(result, value) : result + value;
                }
                out.set(o * inner + j, result * factor);
            }
        }
    }

    /**
     * Along the last axis: {@code out[r] = factor * (sum over l of what the kind makes of x[r][l])}.
     *
     * @param x {@code [rows, length]}
     * @param out {@code [rows]}
     * @param rows number of rows
     * @param length elements of a row
     * @param kind {@link #SUM}, {@link #SQUARES} or {@link #MAGNITUDES}
     * @param factor of the result
     */
    public static void rows(FloatArray x, FloatArray out, int rows, int length, int kind, float factor) {
        for (@Parallel int r = 0; r < rows; r++) {
            float sum = 0f;
            for (int l = 0; l < length; l++) {
                sum += element(kind, x.get(r * length + l));
            }
            out.set(r, sum * factor);
        }
    }

    /**
     * Along the last axis: {@code out[r] = the largest of x[r][l]}.
     *
     * @param x {@code [rows, length]}
     * @param out {@code [rows]}
     * @param rows number of rows
     * @param length elements of a row, at least 1
     */
    public static void largest(FloatArray x, FloatArray out, int rows, int length) {
        for (@Parallel int r = 0; r < rows; r++) {
            float max = x.get(r * length);
            for (int l = 1; l < length; l++) {
                max = TornadoMath.max(max, x.get(r * length + l));
            }
            out.set(r, max);
        }
    }

    /**
     * {@code out[o][j] = sqrt(unbiased variance over l of x[o][l][j] + eps)}.
     *
     * @param x {@code [outer, length, inner]}
     * @param out {@code [outer, inner]}
     * @param outer extents before the axis
     * @param length extent of the axis; of one element the variance is no number
     * @param inner extents behind the axis
     * @param eps added to the variance
     */
    public static void deviation(FloatArray x, FloatArray out, int outer, int length, int inner, float eps) {
        for (@Parallel int o = 0; o < outer; o++) {
            for (@Parallel int j = 0; j < inner; j++) {
                float sum = 0f;
                for (int l = 0; l < length; l++) {
                    sum += x.get((o * length + l) * inner + j);
                }
                float mean = sum / length;
                float squares = 0f;
                for (int l = 0; l < length; l++) {
                    float difference = x.get((o * length + l) * inner + j) - mean;
                    squares += difference * difference;
                }
                out.set(o * inner + j, TornadoMath.sqrt(squares / (length - 1) + eps));
            }
        }
    }

    /**
     * 1 where the first of the largest elements of an axis lies, 0 elsewhere.
     *
     * @param x {@code [outer, length, inner]}
     * @param out {@code [outer, length, inner]}
     * @param outer extents before the axis
     * @param length extent of the axis, at least 1
     * @param inner extents behind the axis
     */
    public static void firstLargest(FloatArray x, FloatArray out, int outer, int length, int inner) {
        for (@Parallel int o = 0; o < outer; o++) {
            for (@Parallel int j = 0; j < inner; j++) {
                float max = x.get(o * length * inner + j);
                int best = 0;
                for (int l = 1; l < length; l++) {
                    float value = x.get((o * length + l) * inner + j);
                    if (value > max) {
                        max = value;
                        best = l;
                    }
                }
                for (int l = 0; l < length; l++) {
                    out.set((o * length + l) * inner + j, l == best ? 1f : 0f);
                }
            }
        }
    }

    private static float element(int kind, float x) {
        if (kind == SQUARES) {
            return x * x;
        }
        if (kind == MAGNITUDES) {
            return TornadoMath.abs(x);
        }
        return x;
    }
}
