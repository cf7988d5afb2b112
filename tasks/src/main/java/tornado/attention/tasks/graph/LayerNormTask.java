package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * Layer norm over the last axis: inputs x {@code [..., C]}, gamma and beta with C elements each.
 *
 * @param eps added to the biased variance
 */
public record LayerNormTask(double eps) implements Task {
    @Override
    public String word() {
        return "norm";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var x = inputs.getFirst();
        if (x.elements() == 0
                || inputs.get(1).elements() != x.dim(-1)
                || inputs.get(2).elements() != x.dim(-1)) {
            throw new IllegalArgumentException("A layer norm with gamma " + inputs.get(1) + " and beta " + inputs.get(2)
                    + " does not fit rows of " + x + ".");
        }
        return x;
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.getFirst();
        int width = x.shape().dim(-1);
        var y = Array.zeros(x.shape());
        for (int row = 0; row < x.values().length; row += width) {
            double sum = 0;
            for (int i = 0; i < width; i++) {
                sum += x.values()[row + i];
            }
            double mean = sum / width;
            double squares = 0;
            for (int i = 0; i < width; i++) {
                squares += (x.values()[row + i] - mean) * (x.values()[row + i] - mean);
            }
            double root = Math.sqrt(squares / width + eps);
            for (int i = 0; i < width; i++) {
                double normed = (x.values()[row + i] - mean) / root;
                y.values()[row + i] =
                        normed * inputs.get(1).values()[i] + inputs.get(2).values()[i];
            }
        }
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        var x = inputs.getFirst();
        var sums = Value.of(new LayerNormWeightTask(eps), x, gradient);
        return List.of(
                Value.of(new LayerNormInputTask(eps), x, gradient, inputs.get(1)),
                sums.slice(0, 0, 1).reshape(inputs.get(1).shape().dims()),
                sums.slice(0, 1, 1).reshape(inputs.get(2).shape().dims()));
    }

    /** Rows without their mean, over their deviation. */
    record Normed(Value values, Value deviation) {
        static Normed of(Value x, double eps) {
            int width = x.shape().dim(-1);
            int rows = Math.toIntExact(x.shape().elements() / width);
            var flat = x.reshape(rows, width);
            var centred = flat.minus(flat.mean(1).reshape(rows, 1));
            var variance = centred.reduce(ReduceTask.Kind.SQUARES, 0, 1).times(1.0 / width);
            var deviation = variance.map(UnaryFunction.SQRT, 1, eps).reshape(rows, 1);
            return new Normed(centred.over(deviation), deviation);
        }
    }
}
