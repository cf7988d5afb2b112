package tornado.attention.networks.training;

import java.util.List;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.CrossEntropyTask;
import tornado.attention.tasks.graph.ReduceTask;
import tornado.attention.tasks.graph.Value;

/** What training makes small: a number for a batch, as PyTorch's losses with {@code reduction='mean'}. */
public sealed interface Loss {
    /**
     * The loss.
     *
     * @param output what the network makes
     * @param target of {@link #target}'s shape
     * @return {@code [1]}
     */
    Value of(Value output, Value target);

    /** The shape of what a network's output is held against. */
    Shape target(Shape output);

    /** Whether the target is a class, so that hits can be counted. */
    boolean isOfClasses();

    /**
     * Mean cross entropy of the softmax of logits {@code [batch, classes]} and the numbers of the classes {@code [batch]}.
     *
     * @param smoothing share of a label that all classes have alike, 0 to 1 (arXiv 1512.00567)
     * @param weights one a class; empty for 1 each
     */
    record CrossEntropy(double smoothing, List<Double> weights) implements Loss {
        /** Checks the ranges. */
        public CrossEntropy {
            weights = new CrossEntropyTask(smoothing, weights).weights();
        }

        /** Plain cross entropy. */
        public static CrossEntropy plain() {
            return smoothed(0);
        }

        /** With smoothed labels. */
        public static CrossEntropy smoothed(double smoothing) {
            return new CrossEntropy(smoothing, List.of());
        }

        @Override
        public Value of(Value output, Value target) {
            return Value.of(new CrossEntropyTask(smoothing, weights), output, target);
        }

        @Override
        public Shape target(Shape output) {
            return Shape.of(output.dim(0));
        }

        @Override
        public boolean isOfClasses() {
            return true;
        }
    }

    /** Mean of the squares of the differences: PyTorch's {@code MSELoss}. */
    record MeanSquares() implements Loss {
        @Override
        public Value of(Value output, Value target) {
            return mean(output, target, ReduceTask.Kind.SQUARES);
        }

        @Override
        public Shape target(Shape output) {
            return output;
        }

        @Override
        public boolean isOfClasses() {
            return false;
        }
    }

    /** Mean of the magnitudes of the differences, with which super-resolution is trained: PyTorch's {@code L1Loss}. */
    record MeanMagnitudes() implements Loss {
        @Override
        public Value of(Value output, Value target) {
            return mean(output, target, ReduceTask.Kind.MAGNITUDES);
        }

        @Override
        public Shape target(Shape output) {
            return output;
        }

        @Override
        public boolean isOfClasses() {
            return false;
        }
    }

    private static Value mean(Value output, Value target, ReduceTask.Kind kind) {
        long elements = output.shape().elements();
        return output.minus(target)
                .reshape(1, -1)
                .reduce(kind, 0, 1)
                .times(1.0 / elements)
                .named("loss");
    }
}
