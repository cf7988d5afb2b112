package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * Elements set to 0 with a probability in training, the others scaled up; nothing in evaluation.
 *
 * @param rate the probability, from 0 to below 1
 * @param seed of the random stream
 * @param stream what says that two dropouts drop the same: the gradient's and that of a value made twice, known by its identity
 */
public record DropoutTask(double rate, int seed, Object stream) implements Task {
    /** Checks the rate. */
    public DropoutTask {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("A dropout rate is from 0 to below 1, but it is " + rate + ".");
        }
    }

    /** A dropout of its own. */
    public DropoutTask(double rate, int seed) {
        this(rate, seed, new Object());
    }

    @Override
    public String word() {
        return "dropout";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return inputs.getFirst();
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        if (training && rate > 0) {
            throw new IllegalStateException(
                    "Dropout is random in training mode, so its value is not defined; use rate 0.");
        }
        return inputs.getFirst();
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        return List.of(training ? Value.of(this, gradient) : gradient);
    }
}
