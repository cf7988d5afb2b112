package tornado.attention.tasks.graph;

import tornado.attention.tasks.Shape;

/** Indices of tensors that are walked together, each with a stride an axis. */
final class Walk {
    /** Called once an element, in row-major order. */
    interface Visitor {
        /**
         * One element.
         *
         * @param index its number in the walk
         * @param a where it lies in the first tensor
         * @param b where it lies in the second one
         */
        void visit(int index, int a, int b);
    }

    private static final int[] NONE = {};

    private Walk() {}

    /** Row-major strides. */
    static int[] strides(Shape shape) {
        var strides = new int[shape.rank()];
        int stride = 1;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.dim(axis);
        }
        return strides;
    }

    /** Strides by which {@code from} is read as a larger shape: 0 along the axes it is repeated on. */
    static int[] broadcast(Shape from, Shape to) {
        var own = strides(from);
        var strides = new int[to.rank()];
        int missing = to.rank() - from.rank();
        for (int axis = missing; axis < to.rank(); axis++) {
            strides[axis] = from.dim(axis - missing) == 1 ? 0 : own[axis - missing];
        }
        return strides;
    }

    /** All elements of a shape with their place in one tensor. */
    static void over(Shape shape, int first, int[] a, Visitor visitor) {
        over(shape, first, a, 0, NONE, visitor);
    }

    /** All elements of a shape with their places in two tensors. */
    static void over(Shape shape, int firstA, int[] a, int firstB, int[] b, Visitor visitor) {
        int elements = shape.elementsOf("walk");
        var extents = shape.dims();
        var at = new int[extents.length];
        int placeA = firstA;
        int placeB = firstB;
        for (int i = 0; i < elements; i++) {
            visitor.visit(i, placeA, placeB);
            for (int axis = extents.length - 1; axis >= 0; axis--) {
                at[axis]++;
                placeA += a[axis];
                placeB += b.length == 0 ? 0 : b[axis];
                if (at[axis] < extents[axis]) {
                    break;
                }
                placeA -= a[axis] * extents[axis];
                placeB -= b.length == 0 ? 0 : b[axis] * extents[axis];
                at[axis] = 0;
            }
        }
    }
}
