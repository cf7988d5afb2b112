package tornado.attention.tasks.graph;

import java.util.Arrays;
import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * Softmax along an axis.
 *
 * @param axis the axis
 */
public record SoftmaxTask(int axis) implements Task {
    @Override
    public String word() {
        return "softmax";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        if (inputs.getFirst().elements() == 0) {
            throw new IllegalArgumentException(
                    "A softmax takes at least one element, but the value has shape " + inputs.getFirst() + ".");
        }
        return inputs.getFirst();
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.getFirst();
        var rows = new ReduceTask(ReduceTask.Kind.MAX, 0, List.of(axis)).kept(x.shape());
        var strides = Walk.broadcast(rows, x.shape());
        var largest = new double[rows.elementsOf("rows")];
        var sums = new double[largest.length];
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        var y = Array.zeros(x.shape());
        Walk.over(x.shape(), 0, strides, (i, row, none) -> largest[row] = Math.max(largest[row], x.values()[i]));
        Walk.over(x.shape(), 0, strides, (i, row, none) -> {
            y.values()[i] = Math.exp(x.values()[i] - largest[row]);
            sums[row] += y.values()[i];
        });
        Walk.over(x.shape(), 0, strides, (i, row, none) -> y.values()[i] /= sums[row]);
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return List.of(Value.of(new SoftmaxInputTask(axis), output, gradient));
    }
}
