package tornado.attention.files.safetensors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Copies the values of one checked tensor out of mapped memory. The caller has chosen a method that fits the type. */
final class TensorReader {
    /** Header lengths need not be multiples of 8, so no tensor can be relied on to be aligned. */
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private TensorReader() {}

    /** The unsigned number in front of the header, as a long that is negative beyond 2^63 - 1. */
    static long headerLength(MemorySegment file) {
        return file.get(LONG, 0);
    }

    /** F32, F16 or BF16 to float, exact. */
    static float[] floats(MemorySegment tensor, DType dtype, int count) {
        var values = new float[count];
        switch (dtype) {
            case F32 -> MemorySegment.copy(tensor, FLOAT, 0, values, 0, count);
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Float.float16ToFloat(tensor.get(SHORT, 2L * i));
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = Float.intBitsToFloat(tensor.get(SHORT, 2L * i) << Short.SIZE);
                }
            }
            default -> throw new AssertionError(dtype);
        }
        return values;
    }

    /** F32, F16 or BF16 to floats of this machine's byte order, exact. */
    static void floats(MemorySegment tensor, DType dtype, MemorySegment to) {
        if (dtype == DType.F32) {
            MemorySegment.copy(tensor, FLOAT, 0, to, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, to.byteSize() / Float.BYTES);
            return;
        }
        var values = floats(tensor, dtype, (int) (to.byteSize() / Float.BYTES));
        MemorySegment.copy(values, 0, to, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values.length);
    }

    /** F64, F32, F16 or BF16 to double, exact. */
    static double[] doubles(MemorySegment tensor, DType dtype, int count) {
        var values = new double[count];
        switch (dtype) {
            case F64 -> MemorySegment.copy(tensor, DOUBLE, 0, values, 0, count);
            case F32 -> {
                for (int i = 0; i < count; i++) {
                    values[i] = tensor.get(FLOAT, 4L * i);
                }
            }
            default -> {
                float[] narrow = floats(tensor, dtype, count);
                for (int i = 0; i < count; i++) {
                    values[i] = narrow[i];
                }
            }
        }
        return values;
    }

    /** I64, I32, U32, I16, U16, I8 or U8 to long, exact. */
    static long[] longs(MemorySegment tensor, DType dtype, int count) {
        var values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (dtype) {
                case I64 -> tensor.get(LONG, 8L * i);
                case I32 -> tensor.get(INT, 4L * i);
                case U32 -> Integer.toUnsignedLong(tensor.get(INT, 4L * i));
                case I16 -> tensor.get(SHORT, 2L * i);
                case U16 -> Short.toUnsignedLong(tensor.get(SHORT, 2L * i));
                case I8 -> tensor.get(ValueLayout.JAVA_BYTE, i);
                case U8 -> Byte.toUnsignedLong(tensor.get(ValueLayout.JAVA_BYTE, i));
                default -> throw new AssertionError(dtype);
            };
        }
        return values;
    }

    /** BOOL to boolean. */
    static boolean[] booleans(MemorySegment tensor, int count) {
        var values = new boolean[count];
        for (int i = 0; i < count; i++) {
            values[i] = tensor.get(ValueLayout.JAVA_BYTE, i) != 0;
        }
        return values;
    }

    /** Index of the first byte that is neither 0 nor 1, or -1. */
    static long firstNonBoolean(MemorySegment tensor) {
        for (long i = 0; i < tensor.byteSize(); i++) {
            if ((tensor.get(ValueLayout.JAVA_BYTE, i) & ~1) != 0) {
                return i;
            }
        }
        return -1;
    }
}
