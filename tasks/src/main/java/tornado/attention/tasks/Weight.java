package tornado.attention.tasks;

import java.util.Objects;
import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A named parameter or buffer of a module on the host, FP32, row-major, under its PyTorch {@code state_dict} name. Its elements must not
 * be changed, since plans share them; they may be made when somebody asks for them first.
 */
public final class Weight {
    /** Side of the squares in which a matrix is transposed: two of them stay in the first-level cache. */
    private static final int BLOCK = 32;

    /** The elements, shared by all shapes under which they are seen. */
    private static final class Elements {
        private final Supplier<FloatArray> source;
        private FloatArray made;

        Elements(Supplier<FloatArray> source) {
            this.source = source;
        }

        synchronized FloatArray get() {
            if (made == null) {
                made = source.get();
            }
            return made;
        }
    }

    private final String name;
    private final Shape shape;
    private final Elements elements;

    private Weight(String name, Shape shape, Elements elements) {
        this.name = Objects.requireNonNull(name, "name");
        this.shape = shape;
        this.elements = elements;
    }

    /**
     * A weight with these elements.
     *
     * @param name such as {@code fc.0.weight}
     * @param values as many as the shape has
     */
    public Weight(String name, Shape shape, FloatArray values) {
        this(name, shape, new Elements(() -> values));
        if (shape.elementsOf(name) != values.getSize()) {
            throw new IllegalArgumentException("Weight '" + name + "' of shape " + shape + " needs " + shape.elements()
                    + " values but has " + values.getSize() + ".");
        }
    }

    /** A weight holding a copy of these values. */
    public static Weight of(String name, Shape shape, float... values) {
        return new Weight(name, shape, FloatArray.fromArray(values));
    }

    /** A weight whose elements are made once, when somebody asks for them first. */
    public static Weight made(String name, Shape shape, Supplier<FloatArray> elements) {
        return new Weight(name, shape, new Elements(elements));
    }

    /** A weight that the device alone has, because it changes it or makes it: it has a shape and no elements here. */
    static Weight onDevice(String name, Shape shape) {
        return new Weight(name, shape, new Elements(null));
    }

    /** Whether only the device has its elements. */
    public boolean isOnDevice() {
        return elements.source == null;
    }

    public String name() {
        return name;
    }

    public Shape shape() {
        return shape;
    }

    /**
     * Its elements.
     *
     * @throws IllegalStateException if only the device has them
     */
    public FloatArray values() {
        if (isOnDevice()) {
            throw new IllegalStateException("Weight '" + name
                    + "' is learned on the device, so nothing can be made of its elements when a chain is built; use a"
                    + " task whose kernels read it.");
        }
        return elements.get();
    }

    /** What says that two weights have the same elements without making them: equal for all shapes of one weight. */
    public Object identity() {
        return elements;
    }

    /** The same values under another shape with as many elements. */
    public Weight reshaped(int... extents) {
        var other = Shape.of(extents);
        if (other.elements() != shape.elements()) {
            throw new IllegalArgumentException("Weight '" + name + "' of shape " + shape + " cannot be seen as " + other
                    + "; a view has as many elements.");
        }
        return new Weight(name, other, elements);
    }

    /** The matrix {@code [rows, columns]} as {@code [columns, rows]}; trailing extents of 1 are ignored. */
    public Weight transposed() {
        int rows = shape.dim(0);
        int columns = shape.elementsOf(name) / Math.max(rows, 1);
        return made(name, Shape.of(columns, rows), () -> transposed(values().toHeapArray(), rows, columns));
    }

    private static FloatArray transposed(float[] from, int rows, int columns) {
        var to = new float[from.length];
        for (int row = 0; row < rows; row += BLOCK) {
            for (int column = 0; column < columns; column += BLOCK) {
                transpose(from, to, rows, columns, row, column);
            }
        }
        return FloatArray.fromArray(to);
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

    @Override
    public String toString() {
        return name + "[" + shape + "]";
    }
}
