package tornado.attention.modules;

import tornado.attention.tasks.Shape;

/**
 * A parameter or buffer that a module type expects.
 *
 * @param name PyTorch's {@code state_dict} name
 * @param shape its extents
 * @param initializer how a fresh module fills it
 * @param kind whether it is trained, and how it is stored
 */
public record WeightSpec(String name, Shape shape, Initializer initializer, Kind kind) {
    /** What a weight is. */
    public enum Kind {
        /** Trained; counted. */
        PARAMETER,
        /** Not trained, such as a running mean. */
        BUFFER,
        /** A buffer stored as I64, such as {@code num_batches_tracked}. */
        COUNTER
    }

    /** A parameter. */
    public static WeightSpec parameter(String name, Initializer initializer, int... extents) {
        return new WeightSpec(name, Shape.of(extents), initializer, Kind.PARAMETER);
    }

    /** A buffer. */
    public static WeightSpec buffer(String name, Initializer initializer, int... extents) {
        return new WeightSpec(name, Shape.of(extents), initializer, Kind.BUFFER);
    }

    /** A scalar I64 buffer that starts at 0. */
    public static WeightSpec counter(String name) {
        return new WeightSpec(name, Shape.of(), Initializer.constant(0), Kind.COUNTER);
    }
}
