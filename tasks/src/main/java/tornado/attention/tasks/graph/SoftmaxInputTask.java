package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * The gradient of what a softmax is made of: inputs are the softmax and its gradient.
 *
 * @param axis of the softmax
 */
public record SoftmaxInputTask(int axis) implements Composite {
    @Override
    public String word() {
        return "softmax_gradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return inputs.getFirst();
    }

    @Override
    public Value expand(List<Value> inputs) {
        var y = inputs.get(0);
        var g = inputs.get(1);
        var kept = new ReduceTask(ReduceTask.Kind.SUM, 0, List.of(axis))
                .kept(y.shape())
                .dims();
        var mean = g.times(y).sum(axis).reshape(kept);
        return y.times(g.minus(mean));
    }
}
