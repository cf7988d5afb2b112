package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * The gradient of the map under a maximum over windows: inputs are the map and the result's gradient.
 *
 * @param pool the windows
 */
public record MaxPoolInputTask(MaxPoolTask pool) implements Task {
    @Override
    public String word() {
        return "max_pool_input";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return inputs.getFirst();
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var gx = Array.zeros(inputs.getFirst().shape());
        var places = pool.places(inputs.getFirst());
        for (int i = 0; i < places.length; i++) {
            gx.values()[places[i]] += inputs.get(1).values()[i];
        }
        return gx;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        throw new UnsupportedOperationException(
                "The gradient of a maximum has no adjoint here; gradients of gradients are not supported.");
    }
}
