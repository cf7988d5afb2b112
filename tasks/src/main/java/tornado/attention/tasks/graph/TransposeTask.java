package tornado.attention.tasks.graph;

import java.util.List;
import java.util.stream.IntStream;
import tornado.attention.tasks.Shape;

/**
 * Axes in another order.
 *
 * @param order axis {@code i} of the result is axis {@code order[i]} of the input
 */
public record TransposeTask(List<Integer> order) implements Task {
    /** Copies the order. */
    public TransposeTask {
        order = List.copyOf(order);
    }

    @Override
    public String word() {
        return "transpose";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var x = inputs.getFirst();
        if (!order.stream()
                .sorted()
                .toList()
                .equals(IntStream.range(0, x.rank()).boxed().toList())) {
            throw new IllegalArgumentException(
                    "The axes of " + x + " cannot be put in the order " + order + "; name each of them once.");
        }
        return Shape.of(order.stream().mapToInt(x::dim).toArray());
    }

    /** Strides by which the input is read in the order of the result. */
    public int[] strides(Shape x) {
        var own = Walk.strides(x);
        return order.stream().mapToInt(axis -> own[axis]).toArray();
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.getFirst();
        var y = Array.zeros(shape(List.of(x.shape())));
        Walk.over(y.shape(), 0, strides(x.shape()), (i, from, none) -> y.values()[i] = x.values()[from]);
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        var back = IntStream.range(0, order.size()).map(order::indexOf).toArray();
        return List.of(gradient.transpose(back));
    }
}
