package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/** Elements known when the graph is written, such as the filters of a cosine transform; known by its identity. */
public final class Constant implements Task {
    private final String name;
    private final Array elements;

    /** These elements. */
    public Constant(String name, Array elements) {
        this.name = name;
        this.elements = elements;
    }

    @Override
    public String word() {
        return name;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return elements.shape();
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        return elements;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return List.of();
    }
}
