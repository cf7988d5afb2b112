package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * The gradient of what a layer norm is made of: inputs are x {@code [..., C]}, the result's gradient and gamma.
 *
 * @param eps added to the biased variance
 */
public record LayerNormInputTask(double eps) implements Composite {
    @Override
    public String word() {
        return "norm_gradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return inputs.getFirst();
    }

    @Override
    public Value expand(List<Value> inputs) {
        var normed = LayerNormTask.Normed.of(inputs.get(0), eps);
        int rows = normed.values().shape().dim(0);
        int width = normed.values().shape().dim(1);
        var scaled = inputs.get(1).reshape(rows, width).times(inputs.get(2).reshape(1, width));
        var mean = scaled.mean(1).reshape(rows, 1);
        var along = scaled.times(normed.values()).mean(1).reshape(rows, 1);
        return scaled.minus(mean)
                .minus(normed.values().times(along))
                .over(normed.deviation())
                .reshape(inputs.get(0).shape().dims());
    }
}
