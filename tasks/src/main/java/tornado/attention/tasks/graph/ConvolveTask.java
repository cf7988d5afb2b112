package tornado.attention.tasks.graph;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;

/**
 * Convolution: inputs x {@code [B, I, H, W]}, weight {@code [O, I / groups, h, w]}, bias {@code [O]} or none.
 *
 * @param window stride, padding, dilation, groups
 */
public record ConvolveTask(Window window) implements Task {
    @Override
    public String word() {
        return "conv";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        if (inputs.size() > 2 && inputs.get(2).elements() != inputs.get(1).dim(0)) {
            throw new IllegalArgumentException("A convolution with weights " + inputs.get(1)
                    + " has no use for the bias " + inputs.get(2) + "; it needs one value an output channel.");
        }
        return Taps.output(inputs.get(0), inputs.get(1), window);
    }

    @Override
    public long macs(List<Shape> inputs, Shape output) {
        var w = inputs.get(1);
        return output.elements() * w.dim(1) * w.dim(2) * w.dim(3);
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.get(0);
        var w = inputs.get(1);
        var y = Array.zeros(shape(inputs.stream().map(Array::shape).toList()));
        Taps.over(
                x.shape(),
                w.shape(),
                y.shape(),
                window,
                (to, from, tap) -> y.values()[to] += x.values()[from] * w.values()[tap]);
        if (inputs.size() > 2) {
            int pixels = y.shape().pixels();
            for (int i = 0; i < y.values().length; i++) {
                y.values()[i] += inputs.get(2).values()[i / pixels % w.shape().dim(0)];
            }
        }
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        var x = inputs.get(0);
        var w = inputs.get(1);
        var gradients = new ArrayList<Value>();
        gradients.add(Value.of(new ConvolveInputTask(window, x.shape()), gradient, w));
        gradients.add(Value.of(new ConvolveWeightTask(window, w.shape()), x, gradient));
        if (inputs.size() > 2) {
            gradients.add(gradient.sum(0, 2, 3).reshape(inputs.get(2).shape().dims()));
        }
        return gradients;
    }
}
