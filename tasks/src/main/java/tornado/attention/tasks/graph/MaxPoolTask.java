package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * Largest element of each window of a feature map; what lies outside the map never wins.
 *
 * @param size side of the window
 * @param stride distance of windows
 * @param padding rows and columns beyond each side of the map, at most half the size
 */
public record MaxPoolTask(int size, int stride, int padding) implements Task {
    @Override
    public String word() {
        return "max_pool";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var x = inputs.getFirst();
        boolean fits = x.rank() == 4 && size > 0 && stride > 0 && padding >= 0 && 2 * padding <= size;
        if (!fits || x.height() + 2 * padding < size || x.width() + 2 * padding < size) {
            throw new IllegalArgumentException("Windows of " + size + "x" + size + " at a distance of " + stride
                    + " with padding " + padding + " do not fit a map of " + x + "; use a larger map.");
        }
        return Shape.of(
                x.batch(),
                x.channels(),
                (x.height() + 2 * padding - size) / stride + 1,
                (x.width() + 2 * padding - size) / stride + 1);
    }

    /** Where the first of the largest elements of a window lies; the first element that is no number wins. */
    private int largest(double[] values, Shape x, Shape y, int window) {
        int plane = window / y.pixels() * x.pixels();
        int top = window % y.pixels() / y.width() * stride - padding;
        int left = window % y.width() * stride - padding;
        int best = -1;
        for (int row = Math.max(top, 0); row < Math.min(top + size, x.height()); row++) {
            for (int column = Math.max(left, 0); column < Math.min(left + size, x.width()); column++) {
                int at = plane + row * x.width() + column;
                if (best < 0 || values[at] > values[best] || Double.isNaN(values[at]) && !Double.isNaN(values[best])) {
                    best = at;
                }
            }
        }
        return best;
    }

    /** For each window where its largest element lies. */
    int[] places(Array x) {
        var y = shape(List.of(x.shape()));
        var places = new int[y.elementsOf("windows")];
        for (int i = 0; i < places.length; i++) {
            places[i] = largest(x.values(), x.shape(), y, i);
        }
        return places;
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.getFirst();
        var y = Array.zeros(shape(List.of(x.shape())));
        var places = places(x);
        for (int i = 0; i < places.length; i++) {
            y.values()[i] = x.values()[places[i]];
        }
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return List.of(Value.of(new MaxPoolInputTask(this), inputs.getFirst(), gradient));
    }
}
