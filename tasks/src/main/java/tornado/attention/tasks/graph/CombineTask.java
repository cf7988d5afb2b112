package tornado.attention.tasks.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tornado.attention.tasks.Shape;

/** Two values element by element, the smaller one repeated as in NumPy. */
public enum CombineTask implements Task {
    /** a + b. */
    PLUS,
    /** a - b. */
    MINUS,
    /** a * b. */
    TIMES,
    /** a / b. */
    OVER,
    /** a where b is 0, minus infinity elsewhere: scores behind a mask. */
    HIDE,
    /** a where b is 0, 0 elsewhere. */
    UNLESS;

    @Override
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var a = inputs.get(0);
        var b = inputs.get(1);
        int rank = Math.max(a.rank(), b.rank());
        var extents = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int x = i <= a.rank() ? a.dim(-i) : 1;
            int y = i <= b.rank() ? b.dim(-i) : 1;
            if (x != y && x != 1 && y != 1) {
                throw new IllegalArgumentException("Values of shapes " + a + " and " + b + " cannot be combined ("
                        + word() + "): counted from the end, extents must be equal or 1.");
            }
            extents[rank - i] = x == 1 ? y : x;
        }
        return Shape.of(extents);
    }

    private double apply(double a, double b) {
        return switch (this) {
            case PLUS -> a + b;
            case MINUS -> a - b;
            case TIMES -> a * b;
            case OVER -> a / b;
            case HIDE -> b == 0 ? a : Double.NEGATIVE_INFINITY;
            case UNLESS -> b == 0 ? a : 0;
        };
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var a = inputs.get(0);
        var b = inputs.get(1);
        var y = Array.zeros(shape(List.of(a.shape(), b.shape())));
        Walk.over(
                y.shape(),
                0,
                Walk.broadcast(a.shape(), y.shape()),
                0,
                Walk.broadcast(b.shape(), y.shape()),
                (i, ia, ib) -> y.values()[i] = apply(a.values()[ia], b.values()[ib]));
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        var a = inputs.get(0);
        var b = inputs.get(1);
        return switch (this) {
            case PLUS -> List.of(sumTo(gradient, a.shape()), sumTo(gradient, b.shape()));
            case MINUS -> List.of(sumTo(gradient, a.shape()), sumTo(gradient.times(-1), b.shape()));
            case TIMES -> List.of(sumTo(gradient.times(b), a.shape()), sumTo(gradient.times(a), b.shape()));
            case OVER ->
                List.of(
                        sumTo(gradient.over(b), a.shape()),
                        sumTo(gradient.times(output).over(b).times(-1), b.shape()));
            case HIDE, UNLESS -> Arrays.asList(sumTo(Value.of(UNLESS, gradient, b), a.shape()), null);
        };
    }

    /** The sum over all axes along which a value of this shape was repeated. */
    static Value sumTo(Value gradient, Shape shape) {
        if (gradient.shape().equals(shape)) {
            return gradient;
        }
        int missing = gradient.shape().rank() - shape.rank();
        var axes = new ArrayList<Integer>();
        for (int axis = 0; axis < gradient.shape().rank(); axis++) {
            if (axis < missing
                    || shape.dim(axis - missing) == 1 && gradient.shape().dim(axis) != 1) {
                axes.add(axis);
            }
        }
        return gradient.sum(axes.stream().mapToInt(Integer::intValue).toArray()).reshape(shape.dims());
    }
}
