package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * The adjoint of {@link SliceTask}: entries of an axis placed among zeros.
 *
 * @param axis the axis
 * @param from where the first entry goes
 * @param step distance of entries
 * @param extent of the axis afterwards
 */
public record PadTask(int axis, int from, int step, int extent) implements Task {
    @Override
    public String word() {
        return "pad";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var extents = inputs.getFirst().dims();
        boolean fits = axis >= 0 && axis < extents.length && from >= 0 && step > 0;
        if (!fits || from + (extents[axis] - 1) * step >= extent) {
            throw new IllegalArgumentException("The entries of axis " + axis + " of a value of shape "
                    + inputs.getFirst() + " do not fit among " + extent + " from " + from + " at a distance of " + step
                    + ".");
        }
        extents[axis] = extent;
        return Shape.of(extents);
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.getFirst();
        var y = Array.zeros(shape(List.of(x.shape())));
        var strides = Walk.strides(y.shape());
        int first = from * strides[axis];
        strides[axis] *= step;
        Walk.over(x.shape(), first, strides, (i, at, none) -> y.values()[at] = x.values()[i]);
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        int count = inputs.getFirst().shape().dim(axis);
        return List.of(Value.of(new SliceTask(axis, from, count, step), gradient));
    }
}
