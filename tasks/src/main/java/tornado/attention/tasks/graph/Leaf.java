package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/** A value that comes from outside: an input of the graph, known by its identity. */
public final class Leaf implements Task {
    private final String name;
    private final Shape shape;

    /** An input. */
    public Leaf(String name, Shape shape) {
        this.name = name;
        this.shape = shape;
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
        throw new IllegalStateException("Input '" + name + "' was given no elements; pass them to the interpreter.");
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return List.of();
    }
}
