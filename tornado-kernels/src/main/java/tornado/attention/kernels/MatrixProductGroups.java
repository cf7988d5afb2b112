package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * {@link MatrixProduct} in tiles: a group of {@value #ITEMS} items makes a tile of {@value #TILE} x {@value #TILE} results, four an
 * item, from slices of both operands in local memory, each of whose elements is read from global memory once a tile.
 */
public final class MatrixProductGroups {
    /** Rows and columns of a tile, and length of a slice. */
    public static final int TILE = 32;

    /** Items of a group: one a column and four rows. */
    public static final int ITEMS = 256;

    /** From one row of an item to its next. */
    private static final int STEP = 8;

    private MatrixProductGroups() {}

    /**
     * {@link MatrixProduct#plain}.
     *
     * @param context {@code groups * ceil(rows / TILE) * ceil(columns / TILE)} groups of {@link #ITEMS}
     * @param a matrices {@code [rows, inner]}
     * @param b matrices {@code [inner, columns]}
     * @param out {@code [groups, rows, columns]}
     * @param rows rows of {@code a}
     * @param inner columns of {@code a}, rows of {@code b}
     * @param columns columns of {@code b}
     * @param alpha factor of the product
     * @param aOffset index of the first matrix of {@code a}
     * @param aStride from one matrix of {@code a} to the next
     * @param bOffset index of the first matrix of {@code b}
     * @param bStride from one matrix of {@code b} to the next
     */
    public static void plain(
            KernelContext context,
            FloatArray a,
            FloatArray b,
            FloatArray out,
            int rows,
            int inner,
            int columns,
            float alpha,
            int aOffset,
            int aStride,
            int bOffset,
            int bStride) {
        float[] left = context.allocateFloatLocalArray(TILE * TILE);
        float[] right = context.allocateFloatLocalArray(TILE * TILE);
        int down = (rows + TILE - 1) / TILE;
        int across = (columns + TILE - 1) / TILE;
        int g = context.groupIdx / (down * across);
        int i0 = context.groupIdx / across % down * TILE;
        int j0 = context.groupIdx % across * TILE;
        int x = context.localIdx % TILE;
        int y = context.localIdx / TILE;
        int aFirst = aOffset + g * aStride;
        int bFirst = bOffset + g * bStride;
        float sum0 = 0f;
        float sum1 = 0f;
        float sum2 = 0f;
        float sum3 = 0f;
        for (int k0 = 0; k0 < inner; k0 += TILE) {
            context.localBarrier();
            for (int n = y; n < TILE; n += STEP) {
                int i = i0 + n;
                int k = k0 + x;
                left[n * TILE + x] = i < rows && k < inner ? a.get(aFirst + i * inner + k) : 0f;
                int l = k0 + n;
                int j = j0 + x;
                right[n * TILE + x] = l < inner && j < columns ? b.get(bFirst + l * columns + j) : 0f;
            }
            context.localBarrier();
            for (int k = 0; k < TILE; k++) {
                float factor = right[k * TILE + x];
                sum0 += left[y * TILE + k] * factor;
                sum1 += left[(y + STEP) * TILE + k] * factor;
                sum2 += left[(y + 2 * STEP) * TILE + k] * factor;
                sum3 += left[(y + 3 * STEP) * TILE + k] * factor;
            }
        }
        store(out, g, i0 + y, j0 + x, rows, columns, alpha * sum0);
        store(out, g, i0 + y + STEP, j0 + x, rows, columns, alpha * sum1);
        store(out, g, i0 + y + 2 * STEP, j0 + x, rows, columns, alpha * sum2);
        store(out, g, i0 + y + 3 * STEP, j0 + x, rows, columns, alpha * sum3);
    }

    /**
     * {@link MatrixProduct#transposed}.
     *
     * @param context {@code groups * ceil(rows / TILE) * ceil(columns / TILE)} groups of {@link #ITEMS}
     * @param a matrices {@code [inner, rows]}
     * @param b matrices {@code [inner, columns]}
     * @param out {@code [groups, rows, columns]}
     * @param rows columns of {@code a}
     * @param inner rows of {@code a} and {@code b}
     * @param columns columns of {@code b}
     * @param alpha factor of the product
     * @param aOffset index of the first matrix of {@code a}
     * @param aStride from one matrix of {@code a} to the next
     * @param bOffset index of the first matrix of {@code b}
     * @param bStride from one matrix of {@code b} to the next
     */
    public static void transposed(
            KernelContext context,
            FloatArray a,
            FloatArray b,
            FloatArray out,
            int rows,
            int inner,
            int columns,
            float alpha,
            int aOffset,
            int aStride,
            int bOffset,
            int bStride) {
        float[] left = context.allocateFloatLocalArray(TILE * TILE);
        float[] right = context.allocateFloatLocalArray(TILE * TILE);
        int down = (rows + TILE - 1) / TILE;
        int across = (columns + TILE - 1) / TILE;
        int g = context.groupIdx / (down * across);
        int i0 = context.groupIdx / across % down * TILE;
        int j0 = context.groupIdx % across * TILE;
        int x = context.localIdx % TILE;
        int y = context.localIdx / TILE;
        int aFirst = aOffset + g * aStride;
        int bFirst = bOffset + g * bStride;
        float sum0 = 0f;
        float sum1 = 0f;
        float sum2 = 0f;
        float sum3 = 0f;
        for (int k0 = 0; k0 < inner; k0 += TILE) {
            context.localBarrier();
            for (int n = y; n < TILE; n += STEP) {
                int k = k0 + n;
                int i = i0 + x;
                left[n * TILE + x] = k < inner && i < rows ? a.get(aFirst + k * rows + i) : 0f;
                int j = j0 + x;
                right[n * TILE + x] = k < inner && j < columns ? b.get(bFirst + k * columns + j) : 0f;
            }
            context.localBarrier();
            for (int k = 0; k < TILE; k++) {
                float factor = right[k * TILE + x];
                sum0 += left[k * TILE + y] * factor;
                sum1 += left[k * TILE + y + STEP] * factor;
                sum2 += left[k * TILE + y + 2 * STEP] * factor;
                sum3 += left[k * TILE + y + 3 * STEP] * factor;
            }
        }
        store(out, g, i0 + y, j0 + x, rows, columns, alpha * sum0);
        store(out, g, i0 + y + STEP, j0 + x, rows, columns, alpha * sum1);
        store(out, g, i0 + y + 2 * STEP, j0 + x, rows, columns, alpha * sum2);
        store(out, g, i0 + y + 3 * STEP, j0 + x, rows, columns, alpha * sum3);
    }

    private static void store(FloatArray out, int g, int i, int j, int rows, int columns, float value) {
        if (i < rows && j < columns) {
            out.set((g * rows + i) * columns + j, value);
        }
    }
}
