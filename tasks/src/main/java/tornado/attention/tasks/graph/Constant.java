package tornado.attention.tasks.graph;

import java.util.Arrays;
import java.util.List;
import tornado.attention.tasks.Shape;

/** Elements known when the graph is written, such as the filters of a cosine transform; equal elements are one constant. */
public final class Constant implements Task {
    private final String name;
    private final Array elements;

    /** These elements. */
    public Constant(String name, Array elements) {
        this.name = name;
        this.elements = elements;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Constant constant
                && elements.shape().equals(constant.elements.shape())
                && Arrays.equals(elements.values(), constant.elements.values());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(elements.values());
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
