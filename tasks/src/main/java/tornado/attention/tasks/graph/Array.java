package tornado.attention.tasks.graph;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import tornado.attention.tasks.Shape;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A tensor in double precision, row-major; the values are shared, not copied.
 *
 * @param shape its extents
 * @param values its elements
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record Array(Shape shape, double[] values) {
    /** Checks that the values fill the shape. */
    public Array {
        if (shape.elements() != values.length) {
            throw new IllegalArgumentException("An array of shape " + shape + " needs " + shape.elements()
                    + " values, not " + values.length + ".");
        }
    }

    /** Zeros. */
    public static Array zeros(Shape shape) {
        return new Array(shape, new double[shape.elementsOf("array")]);
    }

    /** The elements of an FP32 array that fill the shape. */
    public static Array of(Shape shape, FloatArray floats) {
        var array = zeros(shape);
        Arrays.setAll(array.values, floats::get);
        return array;
    }

    /** The same elements under another shape. */
    public Array reshaped(Shape other) {
        return new Array(other, values);
    }

    /** Each element mapped. */
    public Array map(DoubleUnaryOperator function) {
        return new Array(shape, Arrays.stream(values).map(function).toArray());
    }

    /** The elements rounded to FP32. */
    public float[] floats() {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
