package tornado.attention.tasks;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The extents of a tensor, row-major: the last one is contiguous in memory. Feature maps are {@code [batch, channels,
 * height, width]} (NCHW).
 *
 * <p>A shape of rank 0 is a scalar with one element. Extents are at least 0.
 */
public final class Shape {
    private final int[] extents;

    private Shape(int[] extents) {
        this.extents = extents;
    }

    /**
     * A shape with these extents.
     *
     * @throws IllegalArgumentException if an extent is negative
     */
    public static Shape of(int... extents) {
        for (int extent : extents) {
            if (extent < 0) {
                throw new IllegalArgumentException("A shape has no negative extent, but " + Arrays.toString(extents)
                        + " does; give extents of 0 or more.");
            }
        }
        return new Shape(extents.clone());
    }

    /**
     * Reads {@code 2x256x56x56}.
     *
     * @throws IllegalArgumentException if the text is not extents joined by {@code x}
     */
    public static Shape parse(String text) {
        var parts = text.strip().split("x", -1);
        var extents = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            try {
                extents[i] = Integer.parseInt(parts[i]);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "'" + text + "' is not a shape; write extents joined by x, such as 2x256x56x56.", e);
            }
        }
        return of(extents);
    }

    /** Number of extents. */
    public int rank() {
        return extents.length;
    }

    /** Extent {@code axis}; negative axes count from the end, as in PyTorch. */
    public int dim(int axis) {
        int index = axis < 0 ? axis + extents.length : axis;
        if (index < 0 || index >= extents.length) {
            throw new IllegalArgumentException(
                    "The shape " + this + " has no axis " + axis + "; it has " + extents.length + ".");
        }
        return extents[index];
    }

    /** A copy of the extents. */
    public int[] dims() {
        return extents.clone();
    }

    /** Extent 0. */
    public int batch() {
        return dim(0);
    }

    /** Extent 1 of a feature map. */
    public int channels() {
        return dim(1);
    }

    /** Extent 2 of a feature map. */
    public int height() {
        return dim(2);
    }

    /** Extent 3 of a feature map. */
    public int width() {
        return dim(3);
    }

    /** Product of the extents behind batch and channels: 1 for {@code [batch, channels]}. */
    public int pixels() {
        return Math.toIntExact(product(2, extents.length));
    }

    /** Number of elements, which may exceed what one array holds. */
    public long elements() {
        return product(0, extents.length);
    }

    /**
     * Number of elements as an int, because kernels index with ints.
     *
     * @param tensor whose shape this is, for the error
     * @throws IllegalArgumentException if there are more than 2^31 - 1 elements
     */
    public int elementsOf(String tensor) {
        long elements = elements();
        if (elements > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("Tensor '" + tensor + "' of shape " + this + " has " + elements
                    + " elements, more than the 2147483647 an index can reach; make it smaller.");
        }
        return (int) elements;
    }

    private long product(int from, int to) {
        long product = 1;
        for (int i = from; i < to; i++) {
            try {
                product = Math.multiplyExact(product, (long) extents[i]);
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("The shape " + this + " has more elements than a long counts.", e);
            }
        }
        return product;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    /** {@code 2x256x56x56}; {@code scalar} for rank 0. */
    @Override
    public String toString() {
        return extents.length == 0
                ? "scalar"
                : Arrays.stream(extents).mapToObj(Integer::toString).collect(Collectors.joining("x"));
    }
}
