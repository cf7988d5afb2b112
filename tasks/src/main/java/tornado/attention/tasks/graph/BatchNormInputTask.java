package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/** The gradient of the map under a batch norm in training: inputs are the map, the result's gradient, the factor and the statistics. */
public record BatchNormInputTask() implements Task {
    @Override
    public String word() {
        return "batch_norm_input";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return inputs.getFirst();
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.get(0);
        var g = inputs.get(1);
        var s = inputs.get(3).values();
        int channels = x.shape().dim(1);
        int inner = x.shape().pixels();
        double count = (double) x.values().length / channels;
        var y = Array.zeros(x.shape());
        for (int i = 0; i < y.values().length; i++) {
            int c = i / inner % channels;
            double normed = (x.values()[i] - s[c]) * s[channels + c];
            double d = g.values()[i] - s[2 * channels + c] / count - normed * s[3 * channels + c] / count;
            y.values()[i] = inputs.get(2).values()[c] * s[channels + c] * d;
        }
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        throw new UnsupportedOperationException(
                "The gradient of a batch norm has no adjoint here; gradients of gradients are not supported.");
    }
}
