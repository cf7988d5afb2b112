package tornado.attention.modules;

import tornado.attention.tasks.Shape;
import tornado.attention.tasks.Weight;

/** Weights combined on the host when a module is attached, so that the device has less to do. */
final class Folding {
    private Folding() {}

    /**
     * A layer and the one before it as one: the product of their matrices, or of a matrix and a bias, in double
     * precision.
     *
     * @param a {@code [rows, inner]}, or that with trailing extents of 1
     * @param b {@code [inner, columns]} likewise, or {@code [inner]}
     * @return {@code [rows, columns]} with the trailing extents of {@code b}, or {@code [rows]}
     */
    static Weight product(String name, Weight a, Weight b) {
        int rows = a.shape().dim(0);
        int inner = b.shape().dim(0);
        int columns = b.values().getSize() / inner;
        var values = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                double sum = 0;
                for (int k = 0; k < inner; k++) {
                    sum += (double) a.values().get(i * inner + k) * b.values().get(k * columns + j);
                }
                values[i * columns + j] = (float) sum;
            }
        }
        var extents = b.shape().dims();
        extents[0] = rows;
        return Weight.of(name, Shape.of(extents), values);
    }

    /** Part of a weight's elements under a shape of their own. */
    static Weight part(String name, Weight weight, int from, Shape shape) {
        var values = new float[shape.elementsOf(name)];
        for (int i = 0; i < values.length; i++) {
            values[i] = weight.values().get(from + i);
        }
        return Weight.of(name, shape, values);
    }
}
