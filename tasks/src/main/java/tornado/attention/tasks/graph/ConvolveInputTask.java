package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;

/**
 * The gradient of a convolution's map: inputs are the result's gradient and the weight.
 *
 * @param window of the convolution
 * @param target shape of the map
 */
public record ConvolveInputTask(Window window, Shape target) implements Task {
    @Override
    public String word() {
        return "conv_input";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return target;
    }

    @Override
    public long macs(List<Shape> inputs, Shape output) {
        var w = inputs.get(1);
        return inputs.getFirst().elements() * w.dim(1) * w.dim(2) * w.dim(3);
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var g = inputs.get(0);
        var w = inputs.get(1);
        var x = Array.zeros(target);
        Taps.over(
                target,
                w.shape(),
                g.shape(),
                window,
                (from, to, tap) -> x.values()[to] += g.values()[from] * w.values()[tap]);
        return x;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return List.of(
                gradient.convolve(inputs.get(1), null, window),
                Value.of(new ConvolveWeightTask(window, inputs.get(1).shape()), gradient, inputs.get(0)));
    }
}
