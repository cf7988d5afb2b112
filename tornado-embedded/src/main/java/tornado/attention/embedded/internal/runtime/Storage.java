package tornado.attention.embedded.internal.runtime;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.CharArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;
import uk.ac.manchester.tornado.api.types.matrix.Matrix2DFloat;

/** What can be transferred: native arrays, vectors and matrices over them, and Java arrays of primitives. */
final class Storage {

    /**
     * Fills new device copies of integers: negative as an int, so that it fails as an index, and easy to recognise in
     * a dump. Floating-point numbers are NaN.
     */
    static final long POISON = 0xDEADBEEF_DEADBEEFL;

    // A quiet NaN in 16 bits.
    private static final HalfFloat HALF_NAN = new HalfFloat((short) 0x7E00);

    private Storage() {}

    static boolean isSupported(Object object) {
        return object instanceof TornadoNativeArray
                || object instanceof VectorFloat
                || object instanceof VectorFloat4
                || object instanceof Matrix2DFloat
                || object.getClass().isArray()
                        && object.getClass().getComponentType().isPrimitive()
                        && !(object instanceof boolean[]);
    }

    /** The bytes of a supported object: a view. */
    static MemorySegment segment(Object object) {
        return switch (object) {
            case TornadoNativeArray array -> array.getSegment();
            case VectorFloat vector -> vector.getSegment();
            case VectorFloat4 vector -> vector.getSegment();
            case Matrix2DFloat matrix -> matrix.getSegment();
            case float[] array -> MemorySegment.ofArray(array);
            case double[] array -> MemorySegment.ofArray(array);
            case int[] array -> MemorySegment.ofArray(array);
            case long[] array -> MemorySegment.ofArray(array);
            case short[] array -> MemorySegment.ofArray(array);
            case byte[] array -> MemorySegment.ofArray(array);
            case char[] array -> MemorySegment.ofArray(array);
            default -> throw new IllegalArgumentException(object.getClass().getName() + " cannot be transferred.");
        };
    }

    /** An object of the same type and size, filled with poison. */
    static Object poisonedLike(Object object) {
        return switch (object) {
            case TornadoNativeArray array -> poisonedLike(array);
            case VectorFloat vector ->
                new VectorFloat(vector.size(), floats(vector.getArray().getSize()));
            case VectorFloat4 vector ->
                new VectorFloat4(floats(vector.getArray().getSize()));
            case Matrix2DFloat matrix ->
                new Matrix2DFloat(
                        matrix.getNumRows(),
                        matrix.getNumColumns(),
                        floats(Math.toIntExact(matrix.getNumBytes() / Float.BYTES)));
            case float[] array -> {
                var copy = new float[array.length];
                Arrays.fill(copy, Float.NaN);
                yield copy;
            }
            case double[] array -> {
                var copy = new double[array.length];
                Arrays.fill(copy, Double.NaN);
                yield copy;
            }
            case int[] array -> {
                var copy = new int[array.length];
                Arrays.fill(copy, (int) POISON);
                yield copy;
            }
            case long[] array -> {
                var copy = new long[array.length];
                Arrays.fill(copy, POISON);
                yield copy;
            }
            case short[] array -> {
                var copy = new short[array.length];
                Arrays.fill(copy, (short) POISON);
                yield copy;
            }
            case byte[] array -> {
                var copy = new byte[array.length];
                Arrays.fill(copy, (byte) POISON);
                yield copy;
            }
            case char[] array -> {
                var copy = new char[array.length];
                Arrays.fill(copy, (char) POISON);
                yield copy;
            }
            default -> throw new IllegalArgumentException(object.getClass().getName() + " cannot be transferred.");
        };
    }

    private static TornadoNativeArray poisonedLike(TornadoNativeArray array) {
        int size = array.getSize();
        return switch (array) {
            case FloatArray _ -> floats(size);
            case DoubleArray _ -> {
                var copy = new DoubleArray(size);
                copy.init(Double.NaN);
                yield copy;
            }
            case HalfFloatArray _ -> {
                var copy = new HalfFloatArray(size);
                copy.init(HALF_NAN);
                yield copy;
            }
            case IntArray _ -> {
                var copy = new IntArray(size);
                copy.init((int) POISON);
                yield copy;
            }
            case LongArray _ -> {
                var copy = new LongArray(size);
                copy.init(POISON);
                yield copy;
            }
            case ShortArray _ -> {
                var copy = new ShortArray(size);
                copy.init((short) POISON);
                yield copy;
            }
            case ByteArray _ -> {
                var copy = new ByteArray(size);
                copy.init((byte) POISON);
                yield copy;
            }
            case CharArray _ -> {
                var copy = new CharArray(size);
                copy.init((char) POISON);
                yield copy;
            }
        };
    }

    private static FloatArray floats(int size) {
        var copy = new FloatArray(size);
        copy.init(Float.NaN);
        return copy;
    }
}
