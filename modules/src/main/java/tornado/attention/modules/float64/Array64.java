package tornado.attention.modules.float64;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * A dense row-major array of doubles with its shape; a scalar has the shape {@code []}.
 *
 * <p>The arrays are not copied: who hands one over does not write to it afterwards. Two of them are equal when shape
 * and values are (NaN equals NaN).
 *
 * @param shape the dimensions, outermost first, none negative
 * @param values the elements, as many as the product of the dimensions
 */
public record Array64(int[] shape, double[] values) {

    /** Checks that the number of values is the one the shape says. */
    public Array64 {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(values, "values");
        if (count(shape) != values.length) {
            throw new IllegalArgumentException("An array of shape " + Arrays.toString(shape) + " needs " + count(shape)
                    + " values but was given " + values.length + "; pass the shape the values were stored with.");
        }
    }

    /** A new array of zeros. */
    public static Array64 zeros(int... shape) {
        return new Array64(shape.clone(), new double[Math.toIntExact(count(shape))]);
    }

    /** Values with their shape; a copy of neither. */
    public static Array64 of(double[] values, int... shape) {
        return new Array64(shape, values);
    }

    /** Float32 values widened exactly. */
    public static Array64 of(float[] values, int... shape) {
        var widened = new double[values.length];
        for (var i = 0; i < values.length; i++) {
            widened[i] = values[i];
        }
        return new Array64(shape, widened);
    }

    /** Truth values as 1 and 0. */
    public static Array64 of(boolean[] values, int... shape) {
        var widened = new double[values.length];
        for (var i = 0; i < values.length; i++) {
            widened[i] = values[i] ? 1 : 0;
        }
        return new Array64(shape, widened);
    }

    /** Integers as doubles; exact up to 2^53. */
    public static Array64 of(long[] values, int... shape) {
        var widened = new double[values.length];
        for (var i = 0; i < values.length; i++) {
            widened[i] = values[i];
        }
        return new Array64(shape, widened);
    }

    private static long count(int[] shape) {
        var count = 1L;
        for (var dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException("A shape has no negative dimension, but this one does: "
                        + Arrays.toString(shape) + "; pass sizes of zero or more.");
            }
            count = Math.multiplyExact(count, dimension);
        }
        return count;
    }

    /** The number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** The size of one dimension; a negative axis counts from the end. */
    public int dim(int axis) {
        return shape[axis < 0 ? shape.length + axis : axis];
    }

    /**
     * The number of elements at one position of the axes before this one: the product of this and all later dimensions.
     */
    public int inner(int axis) {
        var product = 1;
        for (var i = axis; i < shape.length; i++) {
            product *= shape[i];
        }
        return product;
    }

    /** The number of elements. */
    public int size() {
        return values.length;
    }

    /** The same values under another shape of equal size; the values are shared. */
    public Array64 reshape(int... newShape) {
        return new Array64(newShape, values);
    }

    /** A new array of the same shape, each element mapped. */
    public Array64 map(DoubleUnaryOperator operator) {
        var mapped = new double[values.length];
        for (var i = 0; i < mapped.length; i++) {
            mapped[i] = operator.applyAsDouble(values[i]);
        }
        return new Array64(shape, mapped);
    }

    /** A new array of the same shape, the elements of both combined in pairs. */
    public Array64 combine(Array64 other, DoubleBinaryOperator operator) {
        if (!Arrays.equals(shape, other.shape)) {
            throw new IllegalArgumentException("Arrays of shapes " + Arrays.toString(shape) + " and "
                    + Arrays.toString(other.shape) + " cannot be combined element by element; make the shapes equal.");
        }
        var combined = new double[values.length];
        for (var i = 0; i < combined.length; i++) {
            combined[i] = operator.applyAsDouble(values[i], other.values[i]);
        }
        return new Array64(shape, combined);
    }

    /** The element-wise sum. */
    public Array64 plus(Array64 other) {
        return combine(other, Double::sum);
    }

    /** The largest magnitude, NaN left out; 0 for an empty array. */
    public double maxAbs() {
        var largest = 0.0;
        for (var value : values) {
            if (!Double.isNaN(value)) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return largest;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Array64 that && Arrays.equals(shape, that.shape) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Array64" + Arrays.toString(shape);
    }
}
