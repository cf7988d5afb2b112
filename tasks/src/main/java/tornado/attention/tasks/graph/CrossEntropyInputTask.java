package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * The gradient of logits under their mean cross entropy: inputs are logits, labels and the mean's gradient.
 *
 * @param loss the cross entropy
 */
public record CrossEntropyInputTask(CrossEntropyTask loss) implements Task {
    @Override
    public String word() {
        return "cross_entropy_input";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return inputs.getFirst();
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var rows = loss.rows(inputs.get(0), inputs.get(1));
        var g = Array.zeros(inputs.get(0).shape());
        int classes = g.shape().dim(1);
        for (int r = 0; r < rows.p().size(); r++) {
            double all = 0;
            for (double t : rows.targets().get(r)) {
                all += t;
            }
            for (int k = 0; k < classes; k++) {
                double difference = rows.p().get(r)[k] * all - rows.targets().get(r)[k];
                g.values()[r * classes + k] = inputs.get(2).values()[0] / rows.total() * difference;
            }
        }
        return g;
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        throw new UnsupportedOperationException(
                "The gradient of a loss has no adjoint here; gradients of gradients are not supported.");
    }
}
