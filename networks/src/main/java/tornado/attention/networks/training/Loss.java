package tornado.attention.networks.training;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.Constant;
import tornado.attention.tasks.graph.CrossEntropyTask;
import tornado.attention.tasks.graph.ReduceTask;
import tornado.attention.tasks.graph.UnaryFunction;
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

    /**
     * Mean binary cross entropy of the sigmoid of each logit {@code [batch, classes]}: PyTorch's {@code BCEWithLogitsLoss}. An image has
     * any number of classes, or, with {@code ofClasses}, one: then it is timm's {@code BinaryCrossEntropy} (arXiv 2110.00476).
     *
     * @param ofClasses whether targets are the numbers of the classes {@code [batch]}; else shares of 0 to 1, {@code [batch, classes]}
     * @param smoothing share of a label that all classes have alike, 0 to 1; only of classes
     * @param positives factors of each class's positive part, PyTorch's {@code pos_weight}; empty for 1 each
     */
    record BinaryCrossEntropy(boolean ofClasses, double smoothing, List<Double> positives) implements Loss {
        /** Checks the ranges. */
        public BinaryCrossEntropy {
            positives = new CrossEntropyTask(smoothing, positives).weights();
            if (smoothing > 0 && !ofClasses) {
                throw new IllegalArgumentException(
                        "Labels are smoothed where targets are classes; give smoothed shares, or smoothing 0.");
            }
        }

        /** Any number of classes an image. */
        public static BinaryCrossEntropy plain() {
            return new BinaryCrossEntropy(false, 0, List.of());
        }

        /** One class an image. */
        public static BinaryCrossEntropy ofClasses(double smoothing) {
            return new BinaryCrossEntropy(true, smoothing, List.of());
        }

        @Override
        public Value of(Value output, Value target) {
            if (output.shape().rank() != 2) {
                throw new IllegalArgumentException(
                        "Binary cross entropy takes logits [batch, classes], not " + output.shape() + ".");
            }
            int classes = output.shape().dim(1);
            if (!positives.isEmpty() && positives.size() != classes) {
                throw new IllegalArgumentException(
                        "There are " + positives.size() + " factors for " + classes + " classes; give one a class.");
            }
            var shares = ofClasses ? shares(target, classes) : target;
            var positive = positives.isEmpty() ? shares : shares.times(numbers("positives", classes, positives::get));
            // Each part is small where its logit is right, so that no difference of large numbers is left.
            var loss = positive.times(output.map(UnaryFunction.SOFTPLUS, -1, 0))
                    .plus(shares.map(UnaryFunction.IDENTITY, -1, 1).times(output.map(UnaryFunction.SOFTPLUS)));
            return loss.mean(1).reshape(1, -1).mean(1).named("loss");
        }

        /** {@code [batch, classes]} of the numbers of the classes. */
        private Value shares(Value labels, int classes) {
            var distance = labels.reshape(-1, 1).minus(numbers("classes", classes, k -> k));
            return distance.map(UnaryFunction.ABS)
                    .map(UnaryFunction.RELU, -1, 1)
                    .map(UnaryFunction.IDENTITY, 1 - smoothing, smoothing / classes);
        }

        private static Value numbers(String name, int classes, IntToDoubleFunction of) {
            var values = IntStream.range(0, classes).mapToDouble(of).toArray();
            return Value.of(new Constant(name, new Array(Shape.of(1, classes), values)));
        }

        @Override
        public Shape target(Shape output) {
            return ofClasses ? Shape.of(output.dim(0)) : output;
        }

        @Override
        public boolean isOfClasses() {
            return ofClasses;
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
