package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * The same elements under another shape: no kernel.
 *
 * @param target the shape
 */
public record ReshapeTask(Shape target) implements Task {
    /** Extents of which one may be -1, as a shape with as many elements as {@code from}. */
    static Shape resolve(Shape from, int... extents) {
        var resolved = extents.clone();
        long known = 1;
        int open = -1;
        for (int i = 0; i < extents.length; i++) {
            if (extents[i] == -1 && open < 0) {
                open = i;
            } else {
                known *= extents[i];
            }
        }
        if (open >= 0) {
            resolved[open] = Math.toIntExact(known == 0 ? 0 : from.elements() / known);
        }
        return Shape.of(resolved);
    }

    @Override
    public String word() {
        return "reshape";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        if (inputs.getFirst().elements() != target.elements()) {
            throw new IllegalArgumentException("A value of shape " + inputs.getFirst() + " cannot be seen as " + target
                    + "; a view has as many elements.");
        }
        return target;
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        return inputs.getFirst().reshaped(target);
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return List.of(gradient.reshape(inputs.getFirst().shape().dims()));
    }
}
