package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * PyTorch's adaptive average pooling of a feature map: bin {@code i} of {@code n} reaches from {@code floor(i H / n)} to before
 * {@code ceil((i + 1) H / n)}.
 *
 * @param height rows of the result
 * @param width columns of the result
 */
public record AveragePoolTask(int height, int width) implements Task {
    @Override
    public String word() {
        return "average_pool";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var x = inputs.getFirst();
        if (x.rank() != 4 || x.elements() == 0 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "A feature map [batch, channels, height, width] is pooled to at least 1x1, not " + x + " to "
                            + height + "x" + width + ".");
        }
        return Shape.of(x.batch(), x.channels(), height, width);
    }

    /** Called for each element of each bin. */
    interface Visitor {
        /** The bin, the element, and how many elements the bin has. */
        void visit(int bin, int element, int size);
    }

    void over(Shape x, Visitor visitor) {
        int bins = shape(List.of(x)).elementsOf("bins");
        for (int i = 0; i < bins; i++) {
            int p = i / width % height;
            int q = i % width;
            int top = p * x.height() / height;
            int bottom = ((p + 1) * x.height() + height - 1) / height;
            int left = q * x.width() / width;
            int right = ((q + 1) * x.width() + width - 1) / width;
            int size = (bottom - top) * (right - left);
            for (int row = top; row < bottom; row++) {
                for (int column = left; column < right; column++) {
                    visitor.visit(i, (i / (height * width) * x.height() + row) * x.width() + column, size);
                }
            }
        }
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.getFirst();
        var y = Array.zeros(shape(List.of(x.shape())));
        over(x.shape(), (bin, element, size) -> y.values()[bin] += x.values()[element] / size);
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return List.of(Value.of(new AveragePoolInputTask(this, inputs.getFirst().shape()), gradient));
    }
}
