package tornado.attention.tasks.internal.lowering;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.kernels.Strided;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What {@link Strided} walks: extents, and for each tensor where it begins and its strides. */
final class Layout {
    private final Shape shape;
    private final List<Integer> entries = new ArrayList<>();

    /**
     * A layout.
     *
     * @param task for the error
     * @param shape the extents
     */
    Layout(String task, Shape shape) {
        if (shape.rank() > Strided.AXES) {
            throw new IllegalArgumentException("Task '" + task + "' works on a tensor of " + shape.rank()
                    + " axes, more than the " + Strided.AXES + " there are kernels for; join some of them.");
        }
        this.shape = shape;
        add(shape.dims(), 1);
    }

    /** A tensor more. */
    Layout and(int first, int[] strides) {
        entries.add(first);
        add(strides, 0);
        return this;
    }

    private void add(int[] values, int filling) {
        for (int axis = shape.rank(); axis < Strided.AXES; axis++) {
            entries.add(filling);
        }
        for (int value : values) {
            entries.add(value);
        }
    }

    IntArray table(TaskChain chain) {
        return chain.table(entries.stream().mapToInt(Integer::intValue).toArray());
    }
}
