package tornado.attention.files.safetensors;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What the header of a safetensors file says about one tensor. An instance that came from {@link SafetensorsFile} has
 * been checked: the product of the shape does not overflow, and {@code end - begin} is exactly its bytes.
 *
 * @param name name of the tensor
 * @param dtype type of its elements
 * @param shape sizes of its dimensions, row-major, outermost first; empty for a scalar; a dimension may be 0
 * @param begin first byte, counted from the end of the header
 * @param end byte after the last one, counted from the end of the header
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by content
public record TensorInfo(String name, DType dtype, long[] shape, long begin, long end) {

    /** Copies the shape, so that the record cannot be changed through the array. */
    public TensorInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(dtype, "dtype");
        shape = shape.clone();
    }

    /**
     * The shape.
     *
     * @return a copy, outermost dimension first
     */
    @Override
    public long[] shape() {
        return shape.clone();
    }

    /**
     * Number of elements: the product of the shape, 1 for a scalar.
     *
     * @return the count
     * @throws ArithmeticException if the product does not fit a long (never for a tensor of an opened file)
     */
    public long elements() {
        return product(shape);
    }

    /**
     * Bytes of the tensor in the file.
     *
     * @return {@code end - begin}
     */
    public long byteSize() {
        return end - begin;
    }

    /**
     * Type and shape for people: {@code F32[2,64,28,28]}, {@code I64[]} for a scalar.
     *
     * @return the text
     */
    public String describe() {
        return dtype + text(shape);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorInfo that
                && name.equals(that.name)
                && dtype == that.dtype
                && Arrays.equals(shape, that.shape)
                && begin == that.begin
                && end == that.end;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, dtype, Arrays.hashCode(shape), begin, end);
    }

    @Override
    public String toString() {
        return name + " " + describe() + " @" + begin + ".." + end;
    }

    /** {@code [2,3]}; long shapes are cut, because a hostile header may hold millions of dimensions. */
    static String text(long[] shape) {
        int shown = Math.min(shape.length, 12);
        return LongStream.of(shape)
                .limit(shown)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(",", "[", shown < shape.length ? ",...]" : "]"));
    }

    /**
     * Product of non-negative dimensions. The dimensions other than 0 must not overflow even where another one is 0:
     * strides computed from such a shape would.
     */
    static long product(long[] shape) {
        long product = 1;
        boolean empty = false;
        for (long dimension : shape) {
            if (dimension == 0) {
                empty = true;
            } else {
                product = Math.multiplyExact(product, dimension);
            }
        }
        return empty ? 0 : product;
    }
}
