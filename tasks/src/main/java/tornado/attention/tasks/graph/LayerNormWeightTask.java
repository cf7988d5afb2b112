package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * The gradients of a layer norm's gamma and beta, {@code [2, C]}: inputs are x {@code [..., C]} and the result's gradient.
 *
 * @param eps added to the biased variance
 */
public record LayerNormWeightTask(double eps) implements Composite {
    @Override
    public String word() {
        return "norm_gradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return Shape.of(2, inputs.getFirst().dim(-1));
    }

    @Override
    public Value expand(List<Value> inputs) {
        var normed = LayerNormTask.Normed.of(inputs.get(0), eps).values();
        int rows = normed.shape().dim(0);
        int width = normed.shape().dim(1);
        var g = inputs.get(1).reshape(rows, width);
        return Value.concat(
                0, List.of(g.times(normed).sum(0).reshape(1, width), g.sum(0).reshape(1, width)));
    }
}
