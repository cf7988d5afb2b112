package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Elements picked out of rows, and ranges copied. */
public final class Gather {
    private Gather() {}

    /**
     * {@code out[r][i] = x[r][indices[i]]}.
     *
     * @param x {@code [rows, length]}
     * @param indices {@code [count]}, each below {@code length}
     * @param out {@code [rows, count]}
     * @param rows number of rows
     * @param length elements of a row of {@code x}
     * @param count elements of a row of {@code out}
     */
    public static void rows(FloatArray x, IntArray indices, FloatArray out, int rows, int length, int count) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int i = 0; i < count; i++) {
                out.set(r * count + i, x.get(r * length + indices.get(i)));
            }
        }
    }

    /**
     * {@code out[to + i] = x[from + i]}.
     *
     * @param x at least {@code from + n} elements
     * @param out at least {@code to + n} elements
     * @param n elements to copy
     * @param from index of the first element read
     * @param to index of the first element written
     */
    public static void range(FloatArray x, FloatArray out, int n, int from, int to) {
        for (@Parallel int i = 0; i < n; i++) {
            out.set(to + i, x.get(from + i));
        }
    }

    /**
     * {@code out[o][i][j] = sum over the entries e of list i of x[o][e][j]}.
     *
     * @param x {@code [outer, length, inner]}
     * @param entries the lists, one behind the other; at least one element
     * @param starts {@code [count + 1]}: list i reaches from {@code starts[i]} to before {@code starts[i + 1]}
     * @param out {@code [outer, count, inner]}
     * @param outer extents before the axis
     * @param length extent of the axis of {@code x}
     * @param inner extents behind the axis
     * @param count number of lists
     */
    public static void sums(
            FloatArray x,
            IntArray entries,
            IntArray starts,
            FloatArray out,
            int outer,
            int length,
            int inner,
            int count) {
        for (@Parallel int i = 0; i < outer * count; i++) {
            for (@Parallel int j = 0; j < inner; j++) {
                float sum = 0f;
                for (int e = starts.get(i % count); e < starts.get(i % count + 1); e++) {
                    sum += x.get((i / count * length + entries.get(e)) * inner + j);
                }
                out.set(i * inner + j, sum);
            }
        }
    }

    /**
     * A block out of each row, or into each row: {@code out[r * outStride + to + i] = x[r * xStride + from + i]}.
     *
     * @param x at least {@code (rows - 1) * xStride + from + count} elements
     * @param out likewise with {@code outStride} and {@code to}; other elements stay as they are
     * @param rows number of rows
     * @param count elements of a block
     * @param xStride distance of rows in {@code x}
     * @param from where a block begins in a row of {@code x}
     * @param outStride distance of rows in {@code out}
     * @param to where a block begins in a row of {@code out}
     */
    public static void blocks(
            FloatArray x, FloatArray out, int rows, int count, int xStride, int from, int outStride, int to) {
        for (@Parallel int r = 0; r < rows; r++) {
            for (@Parallel int i = 0; i < count; i++) {
                out.set(r * outStride + to + i, x.get(r * xStride + from + i));
            }
        }
    }
}
