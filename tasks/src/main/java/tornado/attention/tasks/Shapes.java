package tornado.attention.tasks;

/** Shape checks of tasks; each failure is one sentence that names task, tensor and rule. */
final class Shapes {
    private Shapes() {}

    /** {@code [batch, channels, height, width]} with at least one pixel. */
    static void requireFeatureMap(String task, Tensor x) {
        if (x.shape().rank() != 4) {
            throw new IllegalArgumentException(
                    "Task '" + task + "' takes a feature map [batch, channels, height, width], but '" + x.name()
                            + "' has shape " + x.shape() + ".");
        }
        if (x.elements() == 0) {
            throw new IllegalArgumentException(
                    "Task '" + task + "' takes a feature map with at least one image, channel and pixel, but '"
                            + x.name() + "' has shape " + x.shape() + ".");
        }
    }

    /** Rank and at least one element along every axis. */
    static void requireRank(String task, Tensor x, int rank) {
        if (x.shape().rank() != rank || x.elements() == 0) {
            throw new IllegalArgumentException("Task '" + task + "' takes a tensor of rank " + rank
                    + " with at least one element along each axis, but '" + x.name() + "' has shape " + x.shape()
                    + ".");
        }
    }

    /** A last axis, with at least one element along every axis. */
    static void requireRows(String task, Tensor x) {
        if (x.shape().rank() == 0 || x.elements() == 0) {
            throw new IllegalArgumentException("Task '" + task + "' takes rows of at least one element, but '"
                    + x.name() + "' has shape " + x.shape() + ".");
        }
    }

    static void requireElements(String task, Tensor tensor, long elements, String meaning) {
        if (tensor.elements() != elements) {
            throw new IllegalArgumentException("Task '" + task + "' needs " + elements + " elements in '"
                    + tensor.name() + "' (" + meaning + "), but its shape is " + tensor.shape() + ".");
        }
    }

    static void requireSame(String task, Tensor a, Tensor b) {
        if (!a.shape().equals(b.shape())) {
            throw new IllegalArgumentException("Task '" + task + "' takes two tensors of one shape, but '" + a.name()
                    + "' is " + a.shape() + " and '" + b.name() + "' is " + b.shape() + ".");
        }
    }

    /** The weight as {@code [outputs, inputs]}: rank 2, or with trailing extents of 1 as a 1x1 convolution has. */
    static void requireMatrix(String task, Weight weight, int inputs) {
        long trailing = 1;
        for (int axis = 2; axis < weight.shape().rank(); axis++) {
            trailing *= weight.shape().dim(axis);
        }
        if (weight.shape().rank() < 2 || trailing != 1 || weight.shape().dim(1) != inputs) {
            throw new IllegalArgumentException("Task '" + task + "' needs weight '" + weight.name() + "' as [outputs, "
                    + inputs + "], but its shape is " + weight.shape() + ".");
        }
    }

    static void requireVector(String task, Weight weight, int length) {
        if (weight != null && weight.shape().elements() != length) {
            throw new IllegalArgumentException("Task '" + task + "' needs " + length + " values in '" + weight.name()
                    + "', but its shape is " + weight.shape() + ".");
        }
    }
}
