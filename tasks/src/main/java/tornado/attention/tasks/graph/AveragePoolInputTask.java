package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * The gradient of the map under {@link AveragePoolTask}: each element gathers from the bins it lies in.
 *
 * @param pool the bins
 * @param target shape of the map
 */
public record AveragePoolInputTask(AveragePoolTask pool, Shape target) implements Task {
    @Override
    public String word() {
        return "average_pool_input";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return target;
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var gx = Array.zeros(target);
        pool.over(
                target,
                (bin, element, size) ->
                        gx.values()[element] += inputs.getFirst().values()[bin] / size);
        return gx;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return List.of(Value.of(pool, gradient));
    }
}
