package tornado.attention.files.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsRoundTripTest {
    private static final long[] SCALAR = {};
    private static final long[] PAIR = {2};

    @TempDir
    Path folder;

    private SafetensorsFile roundTrip(SafetensorsWriter writer) throws IOException {
        var file = folder.resolve("round.safetensors");
        writer.write(file);
        return SafetensorsFile.open(file);
    }

    @Test
    void floatsKeepEveryBit() throws IOException {
        float[] values = {0f, -0f, 1f, -1.5f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN, Float.POSITIVE_INFINITY, 0.1f
        };
        try (var file = roundTrip(new SafetensorsWriter().add("x", new long[] {3, 3}, values))) {
            assertThat(bits(file.floats("x"))).isEqualTo(bits(values));
            assertThat(file.doubles("x")[8]).isEqualTo((double) 0.1f);
            assertThat(file.info("x").describe()).isEqualTo("F32[3,3]");
        }
    }

    @Test
    void doublesKeepEveryBit() throws IOException {
        double[] values = {0.1, -0.0, Double.MIN_VALUE, Double.NaN, Double.NEGATIVE_INFINITY, Math.PI};
        try (var file = roundTrip(new SafetensorsWriter().add("x", new long[] {1, 6, 1}, values))) {
            assertThat(file.doubles("x")).containsExactly(values);
            assertThatThrownBy(() -> file.floats("x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'x' is F64[1,6,1]")
                    .hasMessageContaining("doubles");
        }
    }

    @Test
    void longsAndBooleans() throws IOException {
        long[] longs = {Long.MIN_VALUE, Long.MAX_VALUE, 0, -1};
        boolean[] booleans = {true, false, false, true, true};
        var writer = new SafetensorsWriter().add("b", new long[] {5}, booleans).add("l", new long[] {2, 2}, longs);
        try (var file = roundTrip(writer)) {
            assertThat(file.longs("l")).containsExactly(longs);
            assertThat(file.booleans("b")).containsExactly(booleans);
            assertThatThrownBy(() -> file.floats("l")).hasMessageContaining("I64[2,2] and cannot be read as floats");
            assertThatThrownBy(() -> file.floats("b")).hasMessageContaining("BOOL[5]");
            assertThatThrownBy(() -> file.booleans("l")).hasMessageContaining("cannot be read as booleans");
            assertThatThrownBy(() -> file.longs("b")).hasMessageContaining("cannot be read as longs");
        }
    }

    @Test
    void halfFloatsRoundToNearestEven() throws IOException {
        float[] values = {1f, 65504f, 65520f, 1e-8f, -0x1.002p1f, Float.NaN, 0x1.554p-2f};
        var writer = new SafetensorsWriter().add("h", DType.F16, new long[] {7}, values);
        try (var file = roundTrip(writer)) {
            assertThat(file.info("h").byteSize()).isEqualTo(14);
            assertThat(file.floats("h"))
                    .containsExactly(1f, 65504f, Float.POSITIVE_INFINITY, 0f, -2f, Float.NaN, 0x1.554p-2f);
            assertThat(file.doubles("h")[1]).isEqualTo(65504.0);
        }
    }

    @Test
    void bfloatsRoundToNearestEven() throws IOException {
        // 1 + 2^-8 lies between 1 and 1 + 2^-7: ties go to the even mantissa, below for 1, above for 1 + 3 * 2^-8.
        float[] values = {1f, 1f + 0x1p-8f, 1f + 0x3p-8f, 1f + 0x1.8p-8f, -3e38f, Float.MAX_VALUE};
        float[] nan = {Float.NaN, Float.intBitsToFloat(0x7f800001)};
        var writer = new SafetensorsWriter()
                .add("b", DType.BF16, new long[] {6}, values)
                .add("nan", DType.BF16, new long[] {2}, nan);
        try (var file = roundTrip(writer)) {
            float[] read = file.floats("b");
            assertThat(read[0]).isEqualTo(1f);
            assertThat(read[1]).isEqualTo(1f);
            assertThat(read[2]).isEqualTo(1f + 0x1p-6f);
            assertThat(read[3]).isEqualTo(1f + 0x1p-7f);
            assertThat(read[4]).isCloseTo(-3e38f, org.assertj.core.data.Percentage.withPercentage(0.4));
            assertThat(read[5]).isEqualTo(Float.POSITIVE_INFINITY);
            assertThat(file.floats("nan")).containsExactly(Float.NaN, Float.NaN);
        }
    }

    @Test
    void everyHalfSurvives() throws IOException {
        var values = new float[65536];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.float16ToFloat((short) i);
        }
        long[] shape = {256, 256};
        try (var file = roundTrip(new SafetensorsWriter().add("h", DType.F16, shape, values))) {
            assertThat(file.floats("h")).containsExactly(values);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(i << 16);
        }
        try (var file = roundTrip(new SafetensorsWriter().add("b", DType.BF16, shape, values))) {
            assertThat(file.floats("b")).containsExactly(values);
        }
    }

    @Test
    void scalarsAndEmptyTensors() throws IOException {
        var writer = new SafetensorsWriter()
                .add("scalar", SCALAR, new float[] {4.5f})
                .add("count", SCALAR, new long[] {7})
                .add("none", new long[] {0}, new float[0])
                .add("flat", new long[] {3, 0, 2}, new double[0])
                .add("last", new long[] {1}, new boolean[] {true});
        try (var file = roundTrip(writer)) {
            assertThat(file.info("scalar").shape()).isEmpty();
            assertThat(file.info("scalar").elements()).isEqualTo(1);
            assertThat(file.floats("scalar")).containsExactly(4.5f);
            assertThat(file.longs("count")).containsExactly(7);
            assertThat(file.floats("none")).isEmpty();
            assertThat(file.doubles("flat")).isEmpty();
            assertThat(file.info("flat").shape()).containsExactly(3, 0, 2);
            assertThat(file.booleans("last")).containsExactly(true);
        }
    }

    @Test
    void aFileWithoutTensors() throws IOException {
        try (var file = roundTrip(new SafetensorsWriter())) {
            assertThat(file.names()).isEmpty();
            assertThat(file.metadata()).isEmpty();
            assertThatThrownBy(() -> file.info("x")).hasMessageContaining("no tensor 'x'; the file has none");
        }
    }

    @Test
    void namesMetadataAndTheirOrder() throws IOException {
        String odd = "späßig \"quoted\" \\ \n\u0000 \uD83D\uDE00";
        var writer = new SafetensorsWriter()
                .metadata("z", odd)
                .metadata("a", "")
                .add("small", new long[] {1}, new boolean[] {true})
                .add(odd, PAIR, new double[] {1, 2})
                .add("", PAIR, new float[] {3, 4});
        try (var file = roundTrip(writer)) {
            assertThat(file.names()).containsExactly("small", odd, "");
            assertThat(file.metadata()).containsExactly(java.util.Map.entry("z", odd), java.util.Map.entry("a", ""));
            assertThat(file.doubles(odd)).containsExactly(1, 2);
            assertThat(file.floats("")).containsExactly(3, 4);
            assertThatThrownBy(() -> file.names().clear()).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void everyTensorIsAlignedAndTheBytesAreDeterministic() throws IOException {
        var writer = new SafetensorsWriter()
                .add("b", new long[] {3}, new boolean[3])
                .add("h", DType.F16, new long[] {3}, new float[3])
                .add("f", new long[] {3}, new float[3])
                .add("d", new long[] {3}, new double[3]);
        var first = folder.resolve("a.safetensors");
        var second = folder.resolve("b.safetensors");
        writer.write(first);
        writer.write(second);
        assertThat(first).hasSameBinaryContentAs(second);
        byte[] bytes = Files.readAllBytes(first);
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8)
                .isZero();
        try (var file = SafetensorsFile.open(first)) {
            for (String name : file.names()) {
                var info = file.info(name);
                assertThat(info.begin() % (info.dtype().bits() / 8)).as(name).isZero();
            }
        }
    }

    @Test
    void smallIntegersWiden() throws IOException {
        record Case(String dtype, int bytes, long expected) {}
        for (var c : new Case[] {
            new Case("I8", 1, -127),
            new Case("U8", 1, 129),
            new Case("I16", 2, (short) 0x8181),
            new Case("U16", 2, 0x8181),
            new Case("I32", 4, 0x81818181),
            new Case("U32", 4, 0x81818181L)
        }) {
            byte[] raw = RawFile.bytes("{" + RawFile.entry("x", c.dtype, "[1]", 0, c.bytes) + "}", c.bytes);
            java.util.Arrays.fill(raw, raw.length - c.bytes, raw.length, (byte) 0x81);
            try (var file = SafetensorsFile.open(RawFile.write(folder, raw))) {
                assertThat(file.longs("x")).as(c.dtype).containsExactly(c.expected);
            }
        }
    }

    @Test
    void everyTypeOfTheFormatOpensWithItsSize() throws IOException {
        for (var dtype : DType.values()) {
            int bytes = 8 * dtype.bits() / 8;
            byte[] raw = RawFile.bytes("{" + RawFile.entry("x", dtype.name(), "[2,4]", 0, bytes) + "}", bytes);
            try (var file = SafetensorsFile.open(RawFile.write(folder, raw))) {
                assertThat(file.info("x").dtype()).isEqualTo(dtype);
                assertThat(file.bytes("x").byteSize()).isEqualTo(bytes);
                assertThat(file.bytes("x").isReadOnly()).isTrue();
            }
        }
    }

    @Test
    void unsupportedTypesAreRefusedBySentence() throws IOException {
        byte[] raw = RawFile.bytes("{" + RawFile.entry("x", "F8_E4M3", "[2]", 0, 2) + "}", 2);
        try (var file = SafetensorsFile.open(RawFile.write(folder, raw))) {
            assertThatThrownBy(() -> file.floats("x")).hasMessageContaining("F8_E4M3[2] and cannot be read as floats.");
            assertThatThrownBy(() -> file.doubles("x")).hasMessageContaining("cannot be read as doubles.");
            assertThatThrownBy(() -> file.longs("x")).hasMessageContaining("cannot be read as longs.");
        }
    }

    @Test
    void unalignedTensorsAndAnyHeaderOrder() throws IOException {
        // 'second' comes first in the header, and a BOOL in front puts it at an odd address.
        String header = "{" + RawFile.entry("second", "F32", "[1]", 1, 5) + ","
                + RawFile.entry("first", "BOOL", "[]", 0, 1) + "," + RawFile.entry("none", "F64", "[0]", 1, 1)
                + "}   ";
        try (var file = SafetensorsFile.open(RawFile.write(folder, RawFile.bytes(header, 5)))) {
            assertThat(file.names()).containsExactly("second", "first", "none");
            assertThat(file.floats("second")).containsExactly(Float.intBitsToFloat(0x01010101));
            assertThat(file.booleans("first")).containsExactly(true);
            assertThat(file.doubles("none")).isEmpty();
        }
    }

    @Test
    void readingAfterCloseSaysSo() throws IOException {
        var file = roundTrip(new SafetensorsWriter().add("x", PAIR, new float[2]));
        file.close();
        file.close();
        assertThatThrownBy(() -> file.floats("x"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the file is closed");
    }

    @Test
    void filesBeyondTwoGigabytes() throws IOException {
        long elements = 3_000_000_000L;
        var path = folder.resolve("large.safetensors");
        byte[] head = RawFile.bytes("{" + RawFile.entry("x", "U8", "[" + elements + "]", 0, elements) + "}", 0);
        try (var channel = Files.newByteChannel(
                path,
                java.nio.file.StandardOpenOption.CREATE_NEW,
                java.nio.file.StandardOpenOption.SPARSE,
                java.nio.file.StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(head));
            channel.position(head.length + elements - 1).write(ByteBuffer.wrap(new byte[] {42}));
        }
        try (var file = SafetensorsFile.open(path)) {
            assertThat(file.bytes("x").get(ValueLayout.JAVA_BYTE, elements - 1)).isEqualTo((byte) 42);
            assertThatThrownBy(() -> file.longs("x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3000000000 elements, more than a Java array can hold");
        }
    }

    @Test
    void randomFilesComeBack() throws IOException {
        long seed = Long.getLong("tornado.attention.seed", 41);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 40; round++) {
            var writer = new SafetensorsWriter();
            int count = random.nextInt(6);
            var expected = new float[count][];
            for (int t = 0; t < count; t++) {
                long[] shape = random.longs(random.nextInt(4), 0, 9).toArray();
                expected[t] = new float[Math.toIntExact(TensorInfo.product(shape))];
                for (int i = 0; i < expected[t].length; i++) {
                    expected[t][i] = (float) random.nextGaussian();
                }
                writer.add("t" + t, shape, expected[t]);
                writer.add("mask" + t, shape, new boolean[expected[t].length]);
            }
            try (var file = roundTrip(writer)) {
                for (int t = 0; t < count; t++) {
                    assertThat(file.floats("t" + t))
                            .as("seed %d round %d", seed, round)
                            .containsExactly(expected[t]);
                }
            }
        }
    }

    private static int[] bits(float[] values) {
        var bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
