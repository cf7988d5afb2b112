package uk.ac.manchester.tornado.api.types.arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.types.HalfFloat;

/** The arrays of task graphs. */
class NativeArraysTest {

    /** One of the array types, for what all of them do alike. */
    record Kind(
            String name,
            int elementBytes,
            IntFunction<TornadoNativeArray> create,
            Function<MemorySegment, TornadoNativeArray> fromSegment,
            Function<TornadoNativeArray, Object> heap,
            Class<?> storage) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind(
                        "float",
                        4,
                        FloatArray::new,
                        FloatArray::fromSegment,
                        a -> ((FloatArray) a).toHeapArray(),
                        float[].class),
                new Kind(
                        "double",
                        8,
                        DoubleArray::new,
                        DoubleArray::fromSegment,
                        a -> ((DoubleArray) a).toHeapArray(),
                        double[].class),
                new Kind(
                        "int", 4, IntArray::new, IntArray::fromSegment, a -> ((IntArray) a).toHeapArray(), int[].class),
                new Kind(
                        "long",
                        8,
                        LongArray::new,
                        LongArray::fromSegment,
                        a -> ((LongArray) a).toHeapArray(),
                        long[].class),
                new Kind(
                        "short",
                        2,
                        ShortArray::new,
                        ShortArray::fromSegment,
                        a -> ((ShortArray) a).toHeapArray(),
                        short[].class),
                new Kind(
                        "byte",
                        1,
                        ByteArray::new,
                        ByteArray::fromSegment,
                        a -> ((ByteArray) a).toHeapArray(),
                        byte[].class),
                new Kind(
                        "char",
                        2,
                        CharArray::new,
                        CharArray::fromSegment,
                        a -> ((CharArray) a).toHeapArray(),
                        char[].class),
                new Kind(
                        "half",
                        2,
                        HalfFloatArray::new,
                        HalfFloatArray::fromSegment,
                        a -> ((HalfFloatArray) a).toShortArray(),
                        short[].class));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void sizesAndStorage(Kind kind) {
        var array = kind.create().apply(5);

        assertThat(array.getSize()).isEqualTo(5);
        assertThat(array.getElementSize()).isEqualTo(kind.elementBytes());
        assertThat(array.getNumBytesOfSegment()).isEqualTo(5L * kind.elementBytes());
        assertThat(array.getNumBytesOfSegmentWithHeader())
                .isEqualTo(5L * kind.elementBytes() + TornadoNativeArray.ARRAY_HEADER);
        assertThat(array.getSegment().byteSize()).isEqualTo(array.getNumBytesOfSegment());
        assertThat(array.getSegment().heapBase().orElseThrow()).isInstanceOf(kind.storage());
        assertThat(array.getSegment().mismatch(MemorySegment.ofArray(new byte[5 * kind.elementBytes()])))
                .as("new arrays are zero")
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void segmentIsAView(Kind kind) {
        var array = kind.create().apply(3);
        array.getSegment().fill((byte) 1);
        var other = kind.create().apply(3);
        other.getSegment().copyFrom(array.getSegment());

        assertThat(kind.heap().apply(other)).isEqualTo(kind.heap().apply(array));
        other.clear();
        assertThat(other.getSegment().mismatch(MemorySegment.ofArray(new byte[3 * kind.elementBytes()])))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void fromSegmentCopies(Kind kind) {
        try (var arena = Arena.ofConfined()) {
            var segment = arena.allocate(4L * kind.elementBytes(), 8);
            for (long i = 0; i < segment.byteSize(); i++) {
                segment.set(ValueLayout.JAVA_BYTE, i, (byte) (i + 1));
            }
            var array = kind.fromSegment().apply(segment);

            assertThat(array.getSize()).isEqualTo(4);
            assertThat(array.getSegment().mismatch(segment)).isEqualTo(-1);
            segment.fill((byte) 0);
            assertThat(array.getSegment().mismatch(segment)).isEqualTo(0);
            if (kind.elementBytes() > 1) {
                var odd = arena.allocate(4L * kind.elementBytes() + 1);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> kind.fromSegment().apply(odd))
                        .withMessageContaining("is no multiple of the element size of " + kind.elementBytes());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void negativeSizesAreRefused(Kind kind) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kind.create().apply(-1))
                .withMessage("An array cannot have -1 elements; give a size of 0 or more.");
        assertThat(kind.create().apply(0).getSize()).isZero();
    }

    @Test
    void floats() {
        float[] values = {1, 2, 3};
        var array = FloatArray.fromArray(values);
        values[0] = 9;

        assertThat(array.toHeapArray()).containsExactly(1, 2, 3);
        array.set(1, 5);
        assertThat(array.get(1)).isEqualTo(5);
        assertThat(array.slice(1, 2).toHeapArray()).containsExactly(5, 3);
        assertThat(FloatArray.concat(array, new FloatArray(1), array).toHeapArray())
                .containsExactly(1, 5, 3, 0, 1, 5, 3);
        FloatArray.initialize(array, 7);
        assertThat(array.toHeapArray()).containsOnly(7);
        assertThatThrownBy(() -> array.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> array.set(-1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> array.slice(2, 2))
                .withMessageContaining("does not lie inside an array of 3 elements");
        assertThatIllegalArgumentException().isThrownBy(() -> array.slice(Integer.MAX_VALUE, 1));
    }

    @Test
    void fromBuffersCopiesWhatRemains() {
        var floats = FloatBuffer.wrap(new float[] {1, 2, 3});
        floats.get();
        assertThat(FloatArray.fromFloatBuffer(floats).toHeapArray()).containsExactly(2, 3);
        assertThat(floats.position()).isEqualTo(1);
        // A buffer of the other byte order holds the same numbers.
        var swapped = ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
                .asFloatBuffer();
        swapped.put(0, 1.5f).put(1, -2);
        assertThat(FloatArray.fromFloatBuffer(swapped).toHeapArray()).containsExactly(1.5f, -2);
        assertThat(DoubleArray.fromDoubleBuffer(DoubleBuffer.wrap(new double[] {4}))
                        .get(0))
                .isEqualTo(4);
        assertThat(IntArray.fromIntBuffer(IntBuffer.wrap(new int[] {4})).get(0)).isEqualTo(4);
        assertThat(LongArray.fromLongBuffer(LongBuffer.wrap(new long[] {4})).get(0))
                .isEqualTo(4);
        assertThat(ShortArray.fromShortBuffer(ShortBuffer.wrap(new short[] {4})).get(0))
                .isEqualTo((short) 4);
        assertThat(ByteArray.fromByteBuffer(ByteBuffer.wrap(new byte[] {4})).get(0))
                .isEqualTo((byte) 4);
        assertThat(CharArray.fromCharBuffer(CharBuffer.wrap("x")).get(0)).isEqualTo('x');
    }

    @Test
    void otherTypesHoldTheirExtremes() {
        assertThat(DoubleArray.concat(DoubleArray.fromElements(Double.MIN_VALUE), DoubleArray.fromElements(2))
                        .slice(0, 1)
                        .get(0))
                .isEqualTo(Double.MIN_VALUE);
        assertThat(IntArray.concat(IntArray.fromElements(1), IntArray.fromElements(Integer.MIN_VALUE))
                        .slice(1, 1)
                        .get(0))
                .isEqualTo(Integer.MIN_VALUE);
        assertThat(LongArray.concat(LongArray.fromElements(1), LongArray.fromElements(Long.MIN_VALUE))
                        .slice(1, 1)
                        .get(0))
                .isEqualTo(Long.MIN_VALUE);
        assertThat(ShortArray.fromElements((short) -32768).get(0)).isEqualTo(Short.MIN_VALUE);
        assertThat(ByteArray.fromElements((byte) -128).get(0)).isEqualTo(Byte.MIN_VALUE);
        assertThat(CharArray.fromElements('\uffff').get(0)).isEqualTo(Character.MAX_VALUE);
        assertThat(TornadoNativeArray.ARRAY_HEADER).isEqualTo(16);
    }

    @Test
    void halves() {
        var array = HalfFloatArray.fromElements(new HalfFloat(1.5f), new HalfFloat(65504));

        assertThat(array.get(0).getFloat32()).isEqualTo(1.5f);
        assertThat(array.get(1).getFloat32()).isEqualTo(65504);
        assertThat(array.toShortArray()).containsExactly((short) 0x3E00, (short) 0x7BFF);
        assertThat(HalfFloatArray.concat(array, array).slice(3, 1).get(0).getFloat32())
                .isEqualTo(65504);
        array.init(new HalfFloat(-2f));
        assertThat(array.toHeapArray()).extracting(HalfFloat::getFloat32).containsOnly(-2f);
        HalfFloatArray.initialize(array, new HalfFloat(0.1f));
        assertThat(array.get(1).getFloat32()).as("rounded to 11 bits").isEqualTo(0.099975586f);
    }

    @Test
    void halfArithmeticRoundsOnce() {
        var a = new HalfFloat(3f);
        var b = new HalfFloat(2f);

        assertThat(HalfFloat.add(a, b).getFloat32()).isEqualTo(5);
        assertThat(HalfFloat.sub(a, b).getFloat32()).isEqualTo(1);
        assertThat(HalfFloat.mult(a, b).getFloat32()).isEqualTo(6);
        assertThat(HalfFloat.div(a, b).getFloat32()).isEqualTo(1.5f);
        assertThat(HalfFloat.add(new HalfFloat(2048f), new HalfFloat(1f)).getFloat32())
                .isEqualTo(2048);
        assertThat(new HalfFloat((short) 0x3C00)).hasToString("HalfFloat: 1.0000");
    }
}
