package tornado.attention.tasks.graph;

import java.util.Arrays;
import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * Batch norm over all axes but the channels: inputs x {@code [B, C, ...]}, gamma, beta, running mean, running variance {@code [C]}
 * and the counter of batches. In evaluation the running averages are used; in training the statistics of the batch, and the plan
 * updates the averages.
 *
 * @param eps added to the biased variance
 * @param momentum share of the batch in the running averages
 * @param tracks whether the plan updates them in training; a norm that is made a second time does not
 */
public record BatchNormTask(double eps, double momentum, boolean tracks) implements Task {
    /** A norm whose running averages follow the batches. */
    public BatchNormTask(double eps, double momentum) {
        this(eps, momentum, true);
    }

    @Override
    public Task again() {
        return new BatchNormTask(eps, momentum, false);
    }

    @Override
    public String word() {
        return "norm";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var x = inputs.getFirst();
        for (var each : inputs.subList(1, 5)) {
            if (x.rank() < 2 || each.elements() != x.dim(1)) {
                throw new IllegalArgumentException("A batch norm with parameters " + inputs.subList(1, 5)
                        + " does not fit the channels of " + x + ".");
            }
        }
        return x;
    }

    private static int[] others(Shape x) {
        var axes = new int[x.rank() - 1];
        Arrays.setAll(axes, i -> i == 0 ? 0 : i + 1);
        return axes;
    }

    /** {@code [C]} as {@code [1, C, 1...]}. */
    private static Value along(Value perChannel, Shape x) {
        var extents = new int[x.rank()];
        Arrays.fill(extents, 1);
        extents[1] = x.dim(1);
        return perChannel.reshape(extents);
    }

    /** The factor of each channel in evaluation. */
    public Value scale(List<Value> inputs) {
        return inputs.get(1).over(inputs.get(4).map(UnaryFunction.SQRT, 1, eps));
    }

    /** The term of each channel in evaluation. */
    public Value shift(List<Value> inputs) {
        return inputs.get(2).minus(inputs.get(3).times(scale(inputs)));
    }

    /** The norm in evaluation as a product and a sum: for parameters that kernels have to read as they are now. */
    public Value applied(List<Value> inputs) {
        var x = inputs.getFirst();
        return x.times(along(scale(inputs), x.shape())).plus(along(shift(inputs), x.shape()));
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.getFirst();
        int channels = x.shape().dim(1);
        int inner = x.shape().pixels();
        int count = x.values().length / channels;
        if (training && count < 2) {
            throw new IllegalArgumentException("A batch norm in training mode has one value a channel in " + x.shape()
                    + ", which has no variance; use a larger batch.");
        }
        var mean = training ? new double[channels] : inputs.get(3).values();
        var variance = training ? new double[channels] : inputs.get(4).values();
        if (training) {
            for (int i = 0; i < x.values().length; i++) {
                mean[i / inner % channels] += x.values()[i] / count;
            }
            for (int i = 0; i < x.values().length; i++) {
                int c = i / inner % channels;
                variance[c] += (x.values()[i] - mean[c]) * (x.values()[i] - mean[c]) / count;
            }
        }
        var y = Array.zeros(x.shape());
        for (int i = 0; i < y.values().length; i++) {
            int c = i / inner % channels;
            double scale = inputs.get(1).values()[c] / Math.sqrt(variance[c] + eps);
            y.values()[i] = (x.values()[i] - mean[c]) * scale + inputs.get(2).values()[c];
        }
        return y;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        var x = inputs.getFirst();
        var gamma = inputs.get(1);
        if (training) {
            int channels = x.shape().dim(1);
            var statistics = Value.of(new BatchNormStatisticsTask(eps), x, gradient);
            var gx = Value.of(new BatchNormInputTask(), x, gradient, gamma, statistics);
            var gbeta = statistics.slice(0, 2, 1).reshape(channels);
            var ggamma = statistics.slice(0, 3, 1).reshape(channels);
            return Arrays.asList(
                    gx,
                    ggamma.reshape(gamma.shape().dims()),
                    gbeta.reshape(inputs.get(2).shape().dims()),
                    null,
                    null,
                    null);
        }
        var axes = others(x.shape());
        var deviation = along(inputs.get(4).map(UnaryFunction.SQRT, 1, eps), x.shape());
        var normed = x.minus(along(inputs.get(3), x.shape())).over(deviation);
        var ggamma = gradient.times(normed).sum(axes);
        var gbeta = gradient.sum(axes);
        var slope = along(gamma, x.shape()).over(deviation);
        return Arrays.asList(gradient.times(slope), ggamma, gbeta, null, null, null);
    }
}
