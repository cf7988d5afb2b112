package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * {@code alpha A B} over the last two axes; the axes before are the batch, the same on both sides.
 *
 * @param turnedA whether the first matrix is stored transposed
 * @param turnedB whether the second one is
 * @param alpha factor of the result
 */
public record ProductTask(boolean turnedA, boolean turnedB, double alpha) implements Task {
    @Override
    public String word() {
        return "product";
    }

    private static int rows(Shape a, boolean turned) {
        return a.dim(turned ? -1 : -2);
    }

    private static int columns(Shape a, boolean turned) {
        return a.dim(turned ? -2 : -1);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var a = inputs.get(0);
        var b = inputs.get(1);
        boolean fits = a.rank() >= 2 && a.rank() == b.rank() && columns(a, turnedA) == rows(b, turnedB);
        for (int axis = 0; fits && axis < a.rank() - 2; axis++) {
            fits = a.dim(axis) == b.dim(axis);
        }
        if (!fits) {
            throw new IllegalArgumentException("Matrices " + a + (turnedA ? " (transposed)" : "") + " and " + b
                    + (turnedB ? " (transposed)" : "")
                    + " have no product: the batches and the inner extents must be equal.");
        }
        var extents = a.dims();
        extents[a.rank() - 2] = rows(a, turnedA);
        extents[a.rank() - 1] = columns(b, turnedB);
        return Shape.of(extents);
    }

    @Override
    public long macs(List<Shape> inputs, Shape output) {
        return output.elements() * columns(inputs.getFirst(), turnedA);
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var a = inputs.get(0);
        var b = inputs.get(1);
        var y = Array.zeros(shape(List.of(a.shape(), b.shape())));
        int rows = rows(a.shape(), turnedA);
        int inner = columns(a.shape(), turnedA);
        int columns = columns(b.shape(), turnedB);
        for (int i = 0; i < y.values().length; i++) {
            int batch = i / (rows * columns);
            int row = i / columns % rows;
            int column = i % columns;
            double sum = 0;
            for (int k = 0; k < inner; k++) {
                double left = a.values()[batch * rows * inner + (turnedA ? k * rows + row : row * inner + k)];
                sum += left
                        * b.values()[batch * inner * columns + (turnedB ? column * inner + k : k * columns + column)];
            }
            y.values()[i] = alpha * sum;
        }
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        var a = inputs.get(0);
        var b = inputs.get(1);
        var ga = turnedA ? b.product(turnedB, gradient, true, alpha) : gradient.product(false, b, !turnedB, alpha);
        var gb = turnedB ? gradient.product(true, a, turnedA, alpha) : a.product(!turnedA, gradient, false, alpha);
        return List.of(ga, gb);
    }
}
