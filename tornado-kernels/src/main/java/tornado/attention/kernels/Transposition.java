package tornado.attention.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Transposed copies, for the few operands that no kernel can index as they lie. */
public final class Transposition {
    private Transposition() {}

    /**
     * {@code out[g][c][r] = x[g][r][c]}.
     *
     * @param x matrices {@code [rows, columns]}, matrix {@code g} from {@code offset + g * stride}
     * @param out {@code [groups, columns, rows]}
     * @param groups number of matrices
     * @param rows rows of {@code x}
     * @param columns columns of {@code x}
     * @param offset index of the first matrix
     * @param stride from one matrix to the next
     */
    public static void apply(FloatArray x, FloatArray out, int groups, int rows, int columns, int offset, int stride) {
        for (@Parallel int g = 0; g < groups; g++) {
            for (@Parallel int c = 0; c < columns; c++) {
                for (@Parallel int r = 0; r < rows; r++) {
                    out.set((g * columns + c) * rows + r, x.get(offset + g * stride + r * columns + c));
                }
            }
        }
    }
}
