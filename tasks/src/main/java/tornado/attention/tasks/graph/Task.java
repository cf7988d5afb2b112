package tornado.attention.tasks.graph;

import java.util.List;
import tornado.attention.tasks.Shape;

/**
 * One operation as data: a record of its settings. Axes are batch 0 and channels 1; values broadcast as in NumPy.
 *
 * <p>Equal tasks of equal inputs make equal values. The inputs stand in the {@link Value}, so that a task is the same in every graph.
 */
public interface Task {
    /** What the task is called where its value has no name of its own, such as {@code softmax}. */
    String word();

    /**
     * The shape it makes.
     *
     * @throws IllegalArgumentException if the inputs do not fit
     */
    Shape shape(List<Shape> inputs);

    /** Multiply-accumulates of convolutions and matrix products, as papers count them. */
    default long macs(List<Shape> inputs, Shape output) {
        return 0;
    }

    /**
     * The value in double precision: the definition, by which constants are folded and everything else is tested.
     *
     * @param training whether norms use the statistics of the batch
     */
    Array evaluate(List<Array> inputs, boolean training);

    /**
     * The gradients of the inputs, made of other tasks: gathered, never scattered, so that a run gives the same bits each time.
     *
     * @param inputs what the task was given
     * @param output what it made
     * @param gradient of a scalar with respect to the output, of the same shape
     * @param training whether norms use the statistics of the batch
     * @return for each input the gradient of the same shape, or null where none flows
     */
    List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training);

    /** The task that makes the same value a second time in a run, and leaves nothing behind besides. */
    default Task again() {
        return this;
    }
}
