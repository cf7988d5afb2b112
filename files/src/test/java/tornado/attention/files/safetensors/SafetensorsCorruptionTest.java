package tornado.attention.files.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tornado.attention.files.safetensors.SafetensorsException.Rule;

class SafetensorsCorruptionTest {
    private static final long HUGE = 1L << 62;

    @TempDir
    Path folder;

    /**
     * One way to break a file: its header, its data, the rule that must be named and the tensor, where there is one.
     */
    record Corruption(String what, String header, int dataBytes, Rule rule, String tensor) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static String one(String dtype, String shape, long begin, long end) {
        return "{" + RawFile.entry("x", dtype, shape, begin, end) + "}";
    }

    private static String fields(String fields) {
        return "{\"x\":{" + fields + "}}";
    }

    private static final String DTYPE = "\"dtype\":\"F32\"";
    private static final String SHAPE = "\"shape\":[1]";
    private static final String OFFSETS = "\"data_offsets\":[0,4]";

    static Stream<Corruption> corruptions() {
        String a = RawFile.entry("a", "F32", "[2]", 0, 8);
        return Stream.of(
                new Corruption("not JSON", "{hello}", 0, Rule.HEADER_JSON, null),
                new Corruption("an array", "[]", 0, Rule.HEADER_START, null),
                new Corruption("a space in front", " {}", 0, Rule.HEADER_START, null),
                new Corruption("a byte order mark", "\uFEFF{}", 0, Rule.HEADER_START, null),
                new Corruption("a line break behind", "{}\n", 0, Rule.HEADER_END, null),
                new Corruption("no closing brace", "{\"x\":", 0, Rule.HEADER_END, null),
                new Corruption("a brace that closes something else", "{\"x\":{}", 0, Rule.ENTRY, "x"),
                new Corruption("an unclosed header", "{\"__metadata__\":{}", 0, Rule.HEADER_JSON, null),
                new Corruption("two headers", "{}{}", 0, Rule.HEADER_END, null),
                new Corruption("junk between braces", "{}x}", 0, Rule.HEADER_JSON, null),
                new Corruption("a comment", "{/**/}", 0, Rule.HEADER_JSON, null),
                new Corruption("a trailing comma", "{" + a + ",}", 8, Rule.HEADER_JSON, null),
                new Corruption("single quotes", "{'x':1}", 0, Rule.HEADER_JSON, null),
                new Corruption("a control character", "{\"\u0001\":1}", 0, Rule.HEADER_JSON, null),
                new Corruption("half a surrogate pair", "{\"\\ud800\":{}}", 0, Rule.HEADER_JSON, null),
                new Corruption("a surrogate in metadata", meta("{\"a\":\"\\udc00\"}"), 0, Rule.HEADER_UTF8, null),
                new Corruption("a bomb of arrays", "{\"x\":" + "[".repeat(100_000) + "}", 0, Rule.ENTRY, "x"),
                new Corruption("a bomb of objects", "{\"x\":".repeat(50_000) + "}", 0, Rule.ENTRY, "x"),
                new Corruption("a bomb in a shape", one("F32", "[".repeat(9999), 0, 4), 4, Rule.SHAPE, "x"),
                new Corruption(
                        "an endless number", one("F32", "[" + "9".repeat(9999) + "]", 0, 4), 4, Rule.HEADER_JSON, null),
                new Corruption("an endless name", "{\"" + "n".repeat(100_000) + "\":{}}", 0, Rule.HEADER_JSON, null),
                new Corruption("a tensor twice", "{" + a + "," + a + "}", 8, Rule.DUPLICATE_KEY, "a"),
                new Corruption(
                        "a tensor twice, once escaped",
                        "{" + a + "," + a.replace("\"a\"", "\"\\u0061\"") + "}",
                        8,
                        Rule.DUPLICATE_KEY,
                        "a"),
                new Corruption(
                        "metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}}", 0, Rule.DUPLICATE_KEY, null),
                new Corruption("a metadata key twice", meta("{\"k\":\"1\",\"k\":\"1\"}"), 0, Rule.DUPLICATE_KEY, null),
                new Corruption(
                        "dtype twice",
                        fields(String.join(",", DTYPE, SHAPE, OFFSETS, DTYPE)),
                        4,
                        Rule.DUPLICATE_KEY,
                        "x"),
                new Corruption(
                        "shape twice",
                        fields(String.join(",", DTYPE, SHAPE, SHAPE, OFFSETS)),
                        4,
                        Rule.DUPLICATE_KEY,
                        "x"),
                new Corruption(
                        "offsets twice",
                        fields(String.join(",", OFFSETS, DTYPE, OFFSETS, SHAPE)),
                        4,
                        Rule.DUPLICATE_KEY,
                        "x"),
                new Corruption("metadata null", meta("null"), 0, Rule.METADATA, null),
                new Corruption("metadata an array", meta("[]"), 0, Rule.METADATA, null),
                new Corruption("a number in metadata", meta("{\"k\":1}"), 0, Rule.METADATA, null),
                new Corruption("an object in metadata", meta("{\"k\":{}}"), 0, Rule.METADATA, null),
                new Corruption("an entry null", "{\"x\":null}", 0, Rule.ENTRY, "x"),
                new Corruption("an entry number", "{\"x\":3}", 0, Rule.ENTRY, "x"),
                new Corruption(
                        "an unknown field",
                        fields(String.join(",", DTYPE, SHAPE, OFFSETS, "\"extra\":1")),
                        4,
                        Rule.ENTRY,
                        "x"),
                new Corruption("no dtype", fields(SHAPE + "," + OFFSETS), 4, Rule.ENTRY, "x"),
                new Corruption("no shape", fields(DTYPE + "," + OFFSETS), 4, Rule.ENTRY, "x"),
                new Corruption("no offsets", fields(DTYPE + "," + SHAPE), 4, Rule.ENTRY, "x"),
                new Corruption("an unknown dtype", one("F33", "[1]", 0, 4), 4, Rule.DTYPE, "x"),
                new Corruption("a small dtype", one("f32", "[1]", 0, 4), 4, Rule.DTYPE, "x"),
                new Corruption("a dtype number", fields("\"dtype\":1," + SHAPE + "," + OFFSETS), 4, Rule.DTYPE, "x"),
                new Corruption(
                        "a shape of 65 dimensions", one("F32", "[" + "0,".repeat(64) + "0]", 0, 0), 0, Rule.SHAPE, "x"),
                new Corruption("a shape string", one("F32", "\"1\"", 0, 4), 4, Rule.SHAPE, "x"),
                new Corruption("a negative dimension", one("F32", "[-1]", 0, 4), 4, Rule.SHAPE, "x"),
                new Corruption("a minus zero", one("F32", "[-0]", 0, 0), 0, Rule.SHAPE, "x"),
                new Corruption("two negative dimensions", one("F32", "[-1,-1]", 0, 4), 4, Rule.SHAPE, "x"),
                new Corruption("a fraction", one("F32", "[1.0]", 0, 4), 4, Rule.SHAPE, "x"),
                new Corruption("an exponent", one("F32", "[1e0]", 0, 4), 4, Rule.SHAPE, "x"),
                new Corruption("a dimension null", one("F32", "[null]", 0, 4), 4, Rule.SHAPE, "x"),
                new Corruption(
                        "a dimension of 2^64", one("F32", "[18446744073709551616]", 0, 4), 4, Rule.OVERFLOW, "x"),
                new Corruption("a product of 2^64", one("U8", "[4294967296,4294967296]", 0, 0), 0, Rule.OVERFLOW, "x"),
                new Corruption(
                        "a product of 2^124 times 0",
                        one("U8", "[" + HUGE + "," + HUGE + ",0]", 0, 0),
                        0,
                        Rule.OVERFLOW,
                        "x"),
                new Corruption("2^64 bytes", one("F32", "[" + HUGE + "]", 0, 0), 0, Rule.OVERFLOW, "x"),
                new Corruption(
                        "a huge count", one("U8", "[1000000000000]", 0, 1_000_000_000_000L), 4, Rule.TRUNCATED, "x"),
                new Corruption("offsets reversed", one("F32", "[1]", 4, 0), 4, Rule.OFFSETS, "x"),
                new Corruption("negative offsets", one("F32", "[1]", -4, 0), 4, Rule.OFFSETS, "x"),
                new Corruption(
                        "offsets of 2^63 - 1",
                        one("F32", "[1]", Long.MAX_VALUE, Long.MAX_VALUE),
                        4,
                        Rule.TENSOR_SIZE,
                        "x"),
                new Corruption(
                        "one offset", fields(DTYPE + "," + SHAPE + ",\"data_offsets\":[0]"), 4, Rule.OFFSETS, "x"),
                new Corruption(
                        "three offsets",
                        fields(DTYPE + "," + SHAPE + ",\"data_offsets\":[0,4,8]"),
                        4,
                        Rule.OFFSETS,
                        "x"),
                new Corruption(
                        "offsets as an object",
                        fields(DTYPE + "," + SHAPE + ",\"data_offsets\":{}"),
                        4,
                        Rule.OFFSETS,
                        "x"),
                new Corruption("too few bytes", one("F32", "[2]", 0, 4), 4, Rule.TENSOR_SIZE, "x"),
                new Corruption("too many bytes", one("F32", "[1]", 0, 8), 8, Rule.TENSOR_SIZE, "x"),
                new Corruption("half a byte", one("F4", "[3]", 0, 1), 1, Rule.TENSOR_SIZE, "x"),
                new Corruption("data cut off", one("F32", "[2]", 0, 8), 7, Rule.TRUNCATED, "x"),
                new Corruption(
                        "overlap",
                        "{" + a + "," + RawFile.entry("b", "F32", "[2]", 4, 12) + "}",
                        12,
                        Rule.OVERLAP,
                        "b"),
                new Corruption(
                        "the same bytes twice",
                        "{" + a + "," + RawFile.entry("b", "I32", "[2]", 0, 8) + "}",
                        8,
                        Rule.OVERLAP,
                        "b"),
                new Corruption(
                        "empty inside another",
                        "{" + a + "," + RawFile.entry("e", "F32", "[0]", 4, 4) + "}",
                        8,
                        Rule.OVERLAP,
                        "e"),
                new Corruption("a hole at the start", one("F32", "[1]", 4, 8), 8, Rule.HOLE, "x"),
                new Corruption(
                        "a hole between",
                        "{" + a + "," + RawFile.entry("b", "F32", "[1]", 12, 16) + "}",
                        16,
                        Rule.HOLE,
                        "b"),
                new Corruption("bytes behind", "{" + a + "}", 9, Rule.TRAILING_BYTES, null),
                new Corruption("bytes but no tensor", "{}", 1, Rule.TRAILING_BYTES, null));
    }

    private static String meta(String value) {
        return "{\"__metadata__\":" + value + "}";
    }

    @ParameterizedTest
    @MethodSource("corruptions")
    void everyCorruptionIsNamed(Corruption corruption) throws IOException {
        var path = RawFile.write(folder, RawFile.bytes(corruption.header, corruption.dataBytes));
        assertThat(catchThrowable(() -> SafetensorsFile.open(path)))
                .isInstanceOfSatisfying(SafetensorsException.class, e -> {
                    assertThat(e.rule()).as(e.getMessage()).isEqualTo(corruption.rule);
                    assertThat(e.tensor())
                            .as(e.getMessage())
                            .isEqualTo(java.util.Optional.ofNullable(corruption.tensor));
                    assertThat(e).hasMessageStartingWith(path + ": ");
                    assertThat(e.getMessage())
                            .matches("[^\\n]*[.?]")
                            .hasSizeLessThan(path.toString().length() + 400);
                });
    }

    @Test
    void aBooleanThatIsTwo() throws IOException {
        byte[] raw = RawFile.bytes(one("BOOL", "[3]", 0, 3), 3);
        raw[raw.length - 1] = 2;
        assertRule(raw, Rule.BOOL_VALUE);
    }

    @Test
    void headersThatAreNotUtf8() throws IOException {
        for (byte[] bad : new byte[][] {
            {(byte) 0xff}, {(byte) 0xc3}, {(byte) 0xc0, (byte) 0xaf}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80}
        }) { // a byte that never occurs, half a character, an overlong slash, a surrogate
            var header = ByteBuffer.allocate(64);
            header.put("{\"__metadata__\":{\"k\":\"".getBytes(StandardCharsets.US_ASCII))
                    .put(bad)
                    .put("\"}}".getBytes(StandardCharsets.US_ASCII));
            assertRule(RawFile.bytes(Arrays.copyOf(header.array(), header.position()), 0), Rule.HEADER_UTF8);
        }
    }

    @Test
    void headerLengthsThatCannotBe() throws IOException {
        for (long length : new long[] {0, 3, 100_000_001, Long.MAX_VALUE, Long.MAX_VALUE - 7, -1, Long.MIN_VALUE}) {
            byte[] raw = RawFile.bytes("{}", 0);
            ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
            assertRule(raw, Rule.HEADER_SIZE);
        }
    }

    @Test
    void aHeaderBeyondTheLimitIsRefusedEvenIfTheFileHasIt() throws IOException {
        var path = folder.resolve("big.safetensors");
        try (var file = new java.io.RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(8 + 100_000_001);
            file.writeLong(Long.reverseBytes(100_000_001));
        }
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOfSatisfying(
                        SafetensorsException.class, e -> assertThat(e.rule()).isEqualTo(Rule.HEADER_SIZE));
    }

    @Test
    void sixtyFourDimensionsAreReadAndMillionsRefused() throws IOException {
        String dimensions = "1,".repeat(63) + "0";
        try (var file = SafetensorsFile.open(
                RawFile.write(folder, RawFile.bytes(one("F32", "[" + dimensions + "]", 0, 0), 0)))) {
            assertThat(file.info("x").elements()).isZero();
            assertThat(file.info("x").describe()).hasSizeLessThan(200);
        }
        var millions = one("F32", "[" + "0,".repeat(2_000_000) + "0]", 0, 0);
        var path = RawFile.write(folder, RawFile.bytes(millions, 0));
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .hasMessageEndingWith("tensor 'x' has more than 64 numbers in shape.");
    }

    @Test
    void hostileNamesDoNotReachTheTerminal() throws IOException {
        String header = "{\"evil\\u001b[2J\\n\\u202e" + "n".repeat(1000) + "\":1}";
        var path = RawFile.write(folder, RawFile.bytes(header, 0));
        assertThatThrownBy(() -> SafetensorsFile.open(path)).isInstanceOfSatisfying(SafetensorsException.class, e -> {
            assertThat(e.getMessage()).doesNotContain("\u001b", "\n", "\u202e");
            assertThat(e.getMessage()).contains("evil\\u001b[2J\\u000a\\u202e").contains("...'");
            assertThat(e.tensor()).hasValueSatisfying(t -> assertThat(t).startsWith("evil\u001b[2J\n"));
        });
    }

    @Test
    void everyPrefixOfAFileIsRefused() throws IOException {
        byte[] whole = sample();
        for (int length = 0; length < whole.length; length++) {
            var path = RawFile.write(folder, Arrays.copyOf(whole, length));
            assertThat(catchThrowable(() -> SafetensorsFile.open(path)))
                    .as("prefix of %d bytes", length)
                    .isInstanceOf(SafetensorsException.class);
        }
    }

    @Test
    void flippedBitsReadOrAreRefused() throws IOException {
        long seed = Long.getLong("tornado.attention.seed", 97);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] whole = sample();
        int read = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] raw = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                raw[random.nextInt(raw.length)] ^= (byte) (1 << random.nextInt(8));
            }
            var path = RawFile.write(folder, raw);
            try {
                readAll(path);
                read++;
            } catch (SafetensorsException refused) {
                assertThat(refused.getMessage())
                        .as("seed %d round %d", seed, round)
                        .doesNotContain("\n");
            } catch (IOException | RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
        }
        assertThat(read).as("some flips hit only values").isBetween(1, 2999);
    }

    @Test
    void splicedBytesReadOrAreRefused() throws IOException {
        long seed = Long.getLong("tornado.attention.seed", 98);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] whole = sample();
        byte[] alphabet = "{}[]\",:0123456789-.eE\\u \n".getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < 3000; round++) {
            byte[] raw = whole.clone();
            for (int splices = 1 + random.nextInt(4); splices > 0; splices--) {
                raw[8 + random.nextInt(raw.length - 8)] = alphabet[random.nextInt(alphabet.length)];
            }
            var path = RawFile.write(folder, raw);
            try {
                readAll(path);
            } catch (SafetensorsException refused) {
                assertThat(refused.getMessage())
                        .as("seed %d round %d", seed, round)
                        .doesNotContain("\n");
            } catch (IOException | RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
        }
    }

    private void readAll(Path path) throws IOException {
        try (var file = SafetensorsFile.open(path)) {
            for (String name : file.names()) {
                switch (file.info(name).dtype()) {
                    case F32, F16, BF16 -> file.floats(name);
                    case F64 -> file.doubles(name);
                    case BOOL -> file.booleans(name);
                    case I64, I32, U32, I16, U16, I8, U8 -> file.longs(name);
                    default -> file.bytes(name);
                }
            }
        }
    }

    private byte[] sample() throws IOException {
        var path = folder.resolve("sample.safetensors");
        new SafetensorsWriter()
                .metadata("module", "SEAttention")
                .add("weight", new long[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6})
                .add("half", DType.F16, new long[] {2}, new float[] {1, 2})
                .add("mask", new long[] {3}, new boolean[] {true, false, true})
                .add("steps", new long[] {}, new long[] {9})
                .write(path);
        return Files.readAllBytes(path);
    }

    @Test
    void pathsThatAreNoFiles() {
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("missing.safetensors")))
                .isInstanceOfSatisfying(
                        SafetensorsException.class, e -> assertThat(e.rule()).isEqualTo(Rule.FILE))
                .hasMessageEndingWith("missing.safetensors: there is no such file; check the path.");
        assertThatThrownBy(() -> SafetensorsFile.open(folder))
                .isInstanceOfSatisfying(
                        SafetensorsException.class, e -> assertThat(e.rule()).isEqualTo(Rule.FILE));
    }

    private void assertRule(byte[] raw, Rule rule) throws IOException {
        var path = RawFile.write(folder, raw);
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOfSatisfying(
                        SafetensorsException.class,
                        e -> assertThat(e.rule()).as(e.getMessage()).isEqualTo(rule));
    }
}
