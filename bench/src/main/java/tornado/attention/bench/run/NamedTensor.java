package tornado.attention.bench.run;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
    /** Shapes by name. */
    public static Map<String, Shape> shapes(List<NamedTensor> tensors) {
        return tensors.stream().collect(Collectors.toMap(NamedTensor::name, NamedTensor::shape));
    }

    /** Checks that the values fill the shape. */
    public NamedTensor {
        if (shape.elements() != values.length) {
            throw new IllegalArgumentException("Tensor '" + name + "' of shape " + shape + " needs " + shape.elements()
                    + " values but has " + values.length + ".");
        }
    }
}
