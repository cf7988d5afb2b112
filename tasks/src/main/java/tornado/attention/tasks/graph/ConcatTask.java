package tornado.attention.tasks.graph;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * Values one behind the other along an axis.
 *
 * @param axis the axis
 */
public record ConcatTask(int axis) implements Task {
    @Override
    public String word() {
        return "concat";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var extents = inputs.getFirst().dims();
        int sum = 0;
        for (var input : inputs) {
            var others = input.dims();
            if (others.length != extents.length || axis >= extents.length) {
                throw refused(inputs);
            }
            sum += others[axis];
            others[axis] = extents[axis];
            if (!Shape.of(others).equals(Shape.of(extents))) {
                throw refused(inputs);
            }
        }
        extents[axis] = sum;
        return Shape.of(extents);
    }

    private IllegalArgumentException refused(List<Shape> inputs) {
        return new IllegalArgumentException("Values of shapes " + inputs
                + " cannot be put one behind the other along axis " + axis + "; all other extents must be equal.");
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var y = Array.zeros(shape(inputs.stream().map(Array::shape).toList()));
        var strides = Walk.strides(y.shape());
        int at = 0;
        for (var input : inputs) {
            Walk.over(input.shape(), at * strides[axis], strides, (i, to, none) -> y.values()[to] = input.values()[i]);
            at += input.shape().dim(axis);
        }
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        var gradients = new ArrayList<Value>();
        int at = 0;
        for (var input : inputs) {
            gradients.add(gradient.slice(axis, at, input.shape().dim(axis)));
            at += input.shape().dim(axis);
        }
        return gradients;
    }
}
