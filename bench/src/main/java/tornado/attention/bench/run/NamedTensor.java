package tornado.attention.bench.run;

import tornado.attention.tasks.Shape;

/**
 * A tensor on the host.
 *
 * @param name such as {@code input}
 * @param shape its extents
 * @param values its elements, row-major; shared, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of a large array, never compared
public record NamedTensor(String name, Shape shape, float[] values) {
    /** Checks that the values fill the shape. */
    public NamedTensor {
        if (shape.elements() != values.length) {
            throw new IllegalArgumentException("Tensor '" + name + "' of shape " + shape + " needs " + shape.elements()
                    + " values but has " + values.length + ".");
        }
    }
}
