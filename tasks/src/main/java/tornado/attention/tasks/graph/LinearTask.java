package tornado.attention.tasks.graph;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.Shape;

/** {@code x W' + b} on the last axis: inputs x {@code [..., I]}, W {@code [O, I]} (or with trailing extents of 1), b {@code [O]} or none. */
public record LinearTask() implements Task {
    @Override
    public String word() {
        return "linear";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var x = inputs.get(0);
        var w = inputs.get(1);
        boolean fits =
                x.rank() > 0 && w.rank() >= 2 && w.elements() == (long) w.dim(0) * w.dim(1) && w.dim(1) == x.dim(-1);
        if (!fits || inputs.size() > 2 && inputs.get(2).elements() != w.dim(0)) {
            throw new IllegalArgumentException("A linear layer with the weight " + w
                    + (inputs.size() > 2 ? " and the bias " + inputs.get(2) : "") + " does not fit vectors of " + x
                    + "; it needs [outputs, " + (x.rank() > 0 ? x.dim(-1) : 1) + "] and [outputs].");
        }
        var extents = x.dims();
        extents[x.rank() - 1] = w.dim(0);
        return Shape.of(extents);
    }

    @Override
    public long macs(List<Shape> inputs, Shape output) {
        return output.elements() * inputs.getFirst().dim(-1);
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.get(0);
        var w = inputs.get(1);
        var y = Array.zeros(shape(inputs.stream().map(Array::shape).toList()));
        int outputs = w.shape().dim(0);
        int width = x.shape().dim(-1);
        for (int i = 0; i < y.values().length; i++) {
            int row = i / outputs;
            int o = i % outputs;
            double sum = 0;
            for (int k = 0; k < width; k++) {
                sum += w.values()[o * width + k] * x.values()[row * width + k];
            }
            y.values()[i] = sum + (inputs.size() > 2 ? inputs.get(2).values()[o] : 0);
        }
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        var x = inputs.get(0);
        var w = inputs.get(1);
        int outputs = w.shape().dim(0);
        int width = w.shape().dim(1);
        var rows = gradient.reshape(-1, outputs);
        var gradients = new ArrayList<Value>();
        gradients.add(rows.product(w.reshape(outputs, width)).reshape(x.shape().dims()));
        gradients.add(rows.product(true, x.reshape(-1, width), false, 1)
                .reshape(w.shape().dims()));
        if (inputs.size() > 2) {
            gradients.add(rows.sum(0).reshape(inputs.get(2).shape().dims()));
        }
        return gradients;
    }
}
