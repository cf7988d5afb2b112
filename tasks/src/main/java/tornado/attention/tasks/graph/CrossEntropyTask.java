package tornado.attention.tasks.graph;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * Mean cross entropy of logits {@code [rows, classes]} and labels {@code [rows]}, PyTorch's with weights of classes and smoothed
 * labels (Szegedy et al., 2016, arXiv 1512.00567): one number, {@code [1]}.
 *
 * @param smoothing share of a label that all classes have alike, 0 to 1
 * @param weights one a class; empty for 1 each
 */
public record CrossEntropyTask(double smoothing, List<Double> weights) implements Task {
    /** Checks the ranges. */
    public CrossEntropyTask {
        weights = List.copyOf(weights);
        if (!(smoothing >= 0 && smoothing <= 1)) {
            throw new IllegalArgumentException("Labels are smoothed by 0 to 1, not by " + smoothing + ".");
        }
        if (!weights.stream().allMatch(w -> w >= 0 && w < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Weights of classes are numbers of at least 0, not " + weights + ".");
        }
    }

    @Override
    public String word() {
        return "cross_entropy";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var logits = inputs.get(0);
        if (logits.rank() != 2 || logits.elements() == 0 || !inputs.get(1).equals(Shape.of(logits.dim(0)))) {
            throw new IllegalArgumentException(
                    "Cross entropy takes logits [rows, classes] and labels [rows], but they are " + logits + " and "
                            + inputs.get(1) + ".");
        }
        if (!weights.isEmpty() && weights.size() != logits.dim(1)) {
            throw new IllegalArgumentException(
                    "There are " + weights.size() + " weights for " + logits.dim(1) + " classes; give one a class.");
        }
        return Shape.of(1);
    }

    /** The weight of each class. */
    public float[] weightsOf(int classes) {
        var values = new float[classes];
        for (int k = 0; k < classes; k++) {
            values[k] = weights.isEmpty() ? 1f : weights.get(k).floatValue();
        }
        return values;
    }

    /** The softmax of each row, and what it should have been times the class's weight. */
    record Rows(List<double[]> p, List<double[]> logP, List<double[]> targets, double total) {}

    Rows rows(Array logits, Array labels) {
        int classes = logits.shape().dim(1);
        var w = weightsOf(classes);
        var p = new ArrayList<double[]>();
        var logP = new ArrayList<double[]>();
        var targets = new ArrayList<double[]>();
        double total = 0;
        for (int r = 0; r < logits.shape().dim(0); r++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < classes; k++) {
                largest = Math.max(largest, logits.values()[r * classes + k]);
            }
            double sum = 0;
            for (int k = 0; k < classes; k++) {
                sum += Math.exp(logits.values()[r * classes + k] - largest);
            }
            int label = (int) labels.values()[r];
            var row = new double[classes];
            var logs = new double[classes];
            var target = new double[classes];
            for (int k = 0; k < classes; k++) {
                logs[k] = logits.values()[r * classes + k] - largest - Math.log(sum);
                row[k] = Math.exp(logs[k]);
                target[k] = w[k] * (smoothing / classes + (k == label ? 1 - smoothing : 0));
            }
            p.add(row);
            logP.add(logs);
            targets.add(target);
            total += w[label];
        }
        return new Rows(p, logP, targets, total);
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var rows = rows(inputs.get(0), inputs.get(1));
        double sum = 0;
        for (int r = 0; r < rows.p().size(); r++) {
            for (int k = 0; k < rows.p().get(r).length; k++) {
                sum -= rows.targets().get(r)[k] * rows.logP().get(r)[k];
            }
        }
        return new Array(Shape.of(1), new double[] {sum / rows.total()});
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        var both = new ArrayList<Value>();
        both.add(Value.of(new CrossEntropyInputTask(this), inputs.get(0), inputs.get(1), gradient));
        both.add(null);
        return both;
    }
}
