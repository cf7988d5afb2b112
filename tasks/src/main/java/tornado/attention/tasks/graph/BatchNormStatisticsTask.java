package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * What the backward pass of a batch norm in training takes from map and gradient at once: mean, inverse deviation, the gradient of the term
 * and that of the factor, {@code [4, channels]}. Inputs are the map and the result's gradient.
 *
 * @param eps added to the variance
 */
public record BatchNormStatisticsTask(double eps) implements Task {
    @Override
    public String word() {
        return "batch_norm_statistics";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return Shape.of(4, inputs.getFirst().dim(1));
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.get(0);
        var g = inputs.get(1);
        int channels = x.shape().dim(1);
        int inner = x.shape().pixels();
        double count = (double) x.values().length / channels;
        var s = Array.zeros(Shape.of(4, channels));
        for (int i = 0; i < x.values().length; i++) {
            s.values()[i / inner % channels] += x.values()[i] / count;
        }
        var squares = new double[channels];
        for (int i = 0; i < x.values().length; i++) {
            int c = i / inner % channels;
            double d = x.values()[i] - s.values()[c];
            squares[c] += d * d / count;
            s.values()[2 * channels + c] += g.values()[i];
            s.values()[3 * channels + c] += g.values()[i] * d;
        }
        for (int c = 0; c < channels; c++) {
            double inverse = 1 / Math.sqrt(squares[c] + eps);
            s.values()[channels + c] = inverse;
            s.values()[3 * channels + c] *= inverse;
        }
        return s;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        throw new UnsupportedOperationException(
                "The gradient of a batch norm has no adjoint here; gradients of gradients are not supported.");
    }
}
