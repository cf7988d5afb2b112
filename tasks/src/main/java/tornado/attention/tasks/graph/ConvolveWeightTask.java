package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;

/**
 * The gradient of a convolution's weight: inputs are the map and the result's gradient.
 *
 * @param window of the convolution
 * @param target shape of the weight
 */
public record ConvolveWeightTask(Window window, Shape target) implements Task {
    @Override
    public String word() {
        return "conv_weight";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return target;
    }

    @Override
    public long macs(List<Shape> inputs, Shape output) {
        return inputs.get(1).elements() * target.dim(1) * target.dim(2) * target.dim(3);
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.get(0);
        var g = inputs.get(1);
        var w = Array.zeros(target);
        Taps.over(
                x.shape(),
                target,
                g.shape(),
                window,
                (from, at, tap) -> w.values()[tap] += g.values()[from] * x.values()[at]);
        return w;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return List.of(
                Value.of(new ConvolveInputTask(window, inputs.get(0).shape()), inputs.get(1), gradient),
                inputs.get(0).convolve(gradient, null, window));
    }
}
