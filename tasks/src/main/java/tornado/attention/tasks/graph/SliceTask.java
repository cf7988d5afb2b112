package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * Entries {@code from, from + step, ...} of an axis.
 *
 * @param axis the axis
 * @param from the first entry
 * @param count how many
 * @param step their distance
 */
public record SliceTask(int axis, int from, int count, int step) implements Task {
    @Override
    public String word() {
        return "slice";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var extents = inputs.getFirst().dims();
        boolean fits = axis >= 0 && axis < extents.length && from >= 0 && step > 0 && count > 0;
        if (!fits || from + (count - 1) * step >= extents[axis]) {
            throw new IllegalArgumentException("Axis " + axis + " of a value of shape " + inputs.getFirst() + " has no "
                    + count + " entries from " + from + " at a distance of " + step + ".");
        }
        extents[axis] = count;
        return Shape.of(extents);
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.getFirst();
        var y = Array.zeros(shape(List.of(x.shape())));
        var strides = Walk.strides(x.shape());
        int first = from * strides[axis];
        strides[axis] *= step;
        Walk.over(y.shape(), first, strides, (i, at, none) -> y.values()[i] = x.values()[at]);
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return List.of(
                Value.of(new PadTask(axis, from, step, inputs.getFirst().shape().dim(axis)), gradient));
    }
}
