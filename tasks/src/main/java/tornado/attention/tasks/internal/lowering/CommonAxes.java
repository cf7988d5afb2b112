package tornado.attention.tasks.internal.lowering;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import tornado.attention.tasks.Shape;

/**
 * Tensors walked over together, with as few axes as that takes: neighbours are one axis where every tensor goes on from one to the next
 * alike.
 *
 * @param extents three, ones in front
 * @param strides of each tensor along them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CommonAxes(int[] extents, List<int[]> strides) {
    private static final int AXES = 3;

    /** How these tensors are walked over; empty where three axes are not enough. */
    static Optional<CommonAxes> of(Shape shape, int[]... strides) {
        var axes = new ArrayList<int[]>(); // extent, and the stride of each tensor
        for (int axis = 0; axis < shape.rank(); axis++) {
            var next = new int[1 + strides.length];
            next[0] = shape.dim(axis);
            for (int t = 0; t < strides.length; t++) {
                next[1 + t] = strides[t][axis];
            }
            if (next[0] == 1) {
                continue;
            }
            var last = axes.isEmpty() ? null : axes.getLast();
            boolean goesOn = last != null;
            for (int t = 1; goesOn && t < next.length; t++) {
                goesOn = last[t] == next[t] * next[0];
            }
            if (goesOn) {
                next[0] *= last[0];
                axes.removeLast();
            }
            axes.add(next);
        }
        if (axes.size() > AXES) {
            return Optional.empty();
        }
        while (axes.size() < AXES) {
            var one = new int[1 + strides.length];
            one[0] = 1;
            axes.addFirst(one);
        }
        var extents = axes.stream().mapToInt(a -> a[0]).toArray();
        var each = new ArrayList<int[]>();
        for (int t = 0; t < strides.length; t++) {
            int at = 1 + t;
            each.add(axes.stream().mapToInt(a -> a[at]).toArray());
        }
        return Optional.of(new CommonAxes(extents, Collections.unmodifiableList(each)));
    }
}
