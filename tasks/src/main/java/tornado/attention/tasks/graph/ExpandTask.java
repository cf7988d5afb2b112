package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * A value repeated along the axes on which it has extent 1.
 *
 * @param target the shape it is repeated to
 */
public record ExpandTask(Shape target) implements Task {
    @Override
    public String word() {
        return "expand";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        if (!CombineTask.PLUS.shape(List.of(inputs.getFirst(), target)).equals(target)) {
            throw new IllegalArgumentException("A value of shape " + inputs.getFirst() + " cannot be repeated to "
                    + target + "; its extents must be equal or 1.");
        }
        return target;
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        return CombineTask.PLUS.evaluate(List.of(inputs.getFirst(), Array.zeros(target)), training);
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return List.of(CombineTask.sumTo(gradient, inputs.getFirst().shape()));
    }
}
