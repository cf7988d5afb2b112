package tornado.attention.tasks.graph;

import java.util.List;
import java.util.Optional;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.Weight;

/**
 * A named value that a graph begins with: a weight that is trained, or a buffer. It has an identity: two parameters are never one,
 * however equal their elements. One without elements is enough to say what a graph computes and costs.
 */
public final class Parameter implements Task {
    private final String name;
    private final Shape shape;
    private final Weight weight;

    private Parameter(String name, Shape shape, Weight weight) {
        this.name = name;
        this.shape = shape;
        this.weight = weight;
    }

    /** A parameter with its elements. */
    public static Parameter of(Weight weight) {
        return new Parameter(weight.name(), weight.shape(), weight);
    }

    /** A parameter without elements. */
    public static Parameter described(String name, Shape shape) {
        return new Parameter(name, shape, null);
    }

    /** PyTorch's {@code state_dict} name. */
    public String name() {
        return name;
    }

    public Shape shape() {
        return shape;
    }

    /** Whether it has no elements. */
    public boolean isDescribed() {
        return weight == null;
    }

    /**
     * Its elements.
     *
     * @throws IllegalStateException if it was only described
     */
    public Weight weight() {
        return Optional.ofNullable(weight)
                .orElseThrow(() -> new IllegalStateException("Parameter '" + name
                        + "' has no elements: the module was described, not made; load or initialise its weights."));
    }

    @Override
    public String word() {
        return name;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return shape;
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        return Array.of(shape, weight().values());
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return List.of();
    }
}
