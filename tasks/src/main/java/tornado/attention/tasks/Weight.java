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
        var out = new FloatArray(values.getSize());
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                out.set(c * rows + r, values.get(r * columns + c));
            }
        }
        return new Weight(name, Shape.of(columns, rows), out);
    }
}
