package tornado.attention.tasks;

import java.util.Objects;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A named parameter or buffer of a module on the host, FP32, row-major, under its PyTorch {@code state_dict} name.
 *
 * @param name such as {@code fc.0.weight}
 * @param shape its extents
 * @param values its elements; must not be changed afterwards, since plans share it
 */
public record Weight(String name, Shape shape, FloatArray values) {
    /** Side of the squares in which a matrix is transposed: two of them stay in the first-level cache. */
    private static final int BLOCK = 32;

    /** Checks that the values fill the shape. */
    public Weight {
        Objects.requireNonNull(name, "name");
        if (shape.elementsOf(name) != values.getSize()) {
            throw new IllegalArgumentException("Weight '" + name + "' of shape " + shape + " needs " + shape.elements()
                    + " values but has " + values.getSize() + ".");
        }
    }

    /** A weight holding a copy of these values. */
    public static Weight of(String name, Shape shape, float... values) {
        return new Weight(name, shape, FloatArray.fromArray(values));
    }

    /** The same values under another shape with as many elements. */
    public Weight reshaped(int... extents) {
        return new Weight(name, Shape.of(extents), values);
    }

    /** The matrix {@code [rows, columns]} as {@code [columns, rows]}; trailing extents of 1 are ignored. */
    public Weight transposed() {
        int rows = shape.dim(0);
        int columns = values.getSize() / Math.max(rows, 1);
        var from = values.toHeapArray();
        var to = new float[from.length];
        for (int row = 0; row < rows; row += BLOCK) {
            for (int column = 0; column < columns; column += BLOCK) {
                transpose(from, to, rows, columns, row, column);
            }
        }
        return new Weight(name, Shape.of(columns, rows), FloatArray.fromArray(to));
    }

    private static void transpose(float[] from, float[] to, int rows, int columns, int row, int column) {
        int lastRow = Math.min(row + BLOCK, rows);
        int lastColumn = Math.min(column + BLOCK, columns);
        for (int r = row; r < lastRow; r++) {
            for (int c = column; c < lastColumn; c++) {
                to[c * rows + r] = from[r * columns + c];
            }
        }
    }
}
