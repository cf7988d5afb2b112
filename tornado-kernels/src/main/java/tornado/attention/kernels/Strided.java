package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Tensors of up to six axes, each read or written with strides of its own: transposing, slicing, repeating, joining and broadcasting
 * arithmetic. The general case behind the kernels for feature maps.
 *
 * <p>A layout holds six extents, then for each tensor the index of its first element and six strides.
 */
public final class Strided {
    /** Axes of a layout. */
    public static final int AXES = 6;
    /** a + b. */
    public static final int PLUS = 0;
    /** a - b. */
    public static final int MINUS = 1;
    /** a * b. */
    public static final int TIMES = 2;
    /** a / b. */
    public static final int OVER = 3;
    /** a where b is 0, 0 elsewhere. */
    public static final int UNLESS = 4;

    private Strided() {}

    /**
     * Copies elements from one place to another.
     *
     * @param x read as the layout's first tensor
     * @param out written as its second tensor; other elements stay as they are
     * @param layout of both
     * @param n elements copied
     */
    public static void copy(FloatArray x, FloatArray out, IntArray layout, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            out.set(place(layout, i, 2 * AXES + 1), x.get(place(layout, i, AXES)));
        }
    }

    /**
     * {@code out = a (operation) b}, each side repeated where its stride is 0.
     *
     * @param a read as the layout's first tensor
     * @param b read as its second one
     * @param out {@code [n]}
     * @param layout of both
     * @param n elements
     * @param operation a constant of this class
     */
    public static void combine(FloatArray a, FloatArray b, FloatArray out, IntArray layout, int n, int operation) {
        for (@Parallel int i = 0; i < n; i++) {
            float left = a.get(place(layout, i, AXES));
            float right = b.get(place(layout, i, 2 * AXES + 1));
            out.set(i, apply(operation, left, right));
        }
    }

    /**
     * {@code out = a (operation) b} over three axes, each side with strides of its own.
     *
     * @param a first operand
     * @param b second operand
     * @param out {@code [n0, n1, n2]}
     * @param n0 extent
     * @param n1 extent
     * @param n2 extent
     * @param a0 stride of {@code a}; 0 where it is repeated
     * @param a1 stride of {@code a}
     * @param a2 stride of {@code a}
     * @param b0 stride of {@code b}; 0 where it is repeated
     * @param b1 stride of {@code b}
     * @param b2 stride of {@code b}
     * @param operation a constant of this class
     */
    public static void combineRows(
            FloatArray a,
            FloatArray b,
            FloatArray out,
            int n0,
            int n1,
            int n2,
            int a0,
            int a1,
            int a2,
            int b0,
            int b1,
            int b2,
            int operation) {
        for (@Parallel int i = 0; i < n0; i++) {
            for (@Parallel int j = 0; j < n1; j++) {
                for (@Parallel int k = 0; k < n2; k++) {
                    float left = a.get(i * a0 + j * a1 + k * a2);
                    float right = b.get(i * b0 + j * b1 + k * b2);
                    out.set((i * n1 + j) * n2 + k, apply(operation, left, right));
                }
            }
        }
    }

    /**
     * Elements over three axes, read with strides of their own.
     *
     * @param x from element {@code first} on
     * @param out {@code [n0, n1, n2]}
     * @param first index of the first element
     * @param n0 extent
     * @param n1 extent
     * @param n2 extent
     * @param s0 stride; 0 where it is repeated
     * @param s1 stride
     * @param s2 stride
     */
    public static void copyRows(
            FloatArray x, FloatArray out, int first, int n0, int n1, int n2, int s0, int s1, int s2) {
        for (@Parallel int i = 0; i < n0; i++) {
            for (@Parallel int j = 0; j < n1; j++) {
                for (@Parallel int k = 0; k < n2; k++) {
                    out.set((i * n1 + j) * n2 + k, x.get(first + i * s0 + j * s1 + k * s2));
                }
            }
        }
    }

    /**
     * {@code out = a} where b is 0, what hides elsewhere: scores behind a mask.
     *
     * @param a read as the layout's first tensor
     * @param b read as its second one
     * @param hidden {@code [1]}, minus infinity; an array, because TornadoVM's OpenCL printer makes {@code -InfinityF} of the constant
     * @param out {@code [n]}
     * @param layout of both
     * @param n elements
     */
    public static void hide(FloatArray a, FloatArray b, FloatArray hidden, FloatArray out, IntArray layout, int n) {
        for (@Parallel int i = 0; i < n; i++) {
            float score = a.get(place(layout, i, AXES));
            float mask = b.get(place(layout, i, 2 * AXES + 1));
            out.set(i, mask == 0f ? score : hidden.get(0));
        }
    }

    /**
     * Entries of an axis placed among zeros: {@code out[o][from + e * step][j] = x[o][e][j]}, 0 elsewhere.
     *
     * @param x {@code [outer, count, inner]}
     * @param out {@code [outer, extent, inner]}
     * @param outer extents before the axis
     * @param count entries placed
     * @param inner extents behind the axis
     * @param extent entries of the result
     * @param from where the first one goes
     * @param step distance of entries
     */
    public static void pad(
            FloatArray x, FloatArray out, int outer, int count, int inner, int extent, int from, int step) {
        for (@Parallel int i = 0; i < outer * extent; i++) {
            for (@Parallel int j = 0; j < inner; j++) {
                int place = i % extent - from;
                int entry = place / step;
                float value = 0f;
                if (place >= 0 && place % step == 0 && entry < count) {
                    value = x.get((i / extent * count + entry) * inner + j);
                }
                out.set(i * inner + j, value);
            }
        }
    }

    /** The index of element {@code i} in the tensor whose first index and strides begin at {@code at} of the layout. */
    private static int place(IntArray layout, int i, int at) {
        int rest = i;
        int f = rest % layout.get(5);
        rest = rest / layout.get(5);
        int e = rest % layout.get(4);
        rest = rest / layout.get(4);
        int d = rest % layout.get(3);
        rest = rest / layout.get(3);
        int c = rest % layout.get(2);
        rest = rest / layout.get(2);
        int b = rest % layout.get(1);
        int a = rest / layout.get(1);
        return layout.get(at)
                + a * layout.get(at + 1)
                + b * layout.get(at + 2)
                + c * layout.get(at + 3)
                + d * layout.get(at + 4)
                + e * layout.get(at + 5)
                + f * layout.get(at + 6);
    }

    private static float apply(int operation, float a, float b) {
        if (operation == MINUS) {
            return a - b;
        }
        if (operation == TIMES) {
            return a * b;
        }
        if (operation == OVER) {
            return a / b;
        }
        if (operation == UNLESS) {
            return b == 0f ? a : 0f;
        }
        return a + b;
    }
}
