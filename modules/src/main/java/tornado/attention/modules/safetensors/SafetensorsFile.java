package tornado.attention.modules.safetensors;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tornado.attention.modules.safetensors.SafetensorsException.Rule;

/**
 * A safetensors file, mapped into memory and checked as a whole when it is opened; values are copied out on request, so
 * only the tensors that are read cost memory. Files and tensors may be larger than 2 GB; a Java array holds at most
 * {@link Integer#MAX_VALUE} elements.
 *
 * <p>May be read from several threads. The file must not change while it is open: one that is cut short meanwhile is
 * reported as an {@link UncheckedIOException}.
 */
public final class SafetensorsFile implements AutoCloseable {
    /** Largest array that HotSpot allocates. */
    private static final long MAX_ARRAY = Integer.MAX_VALUE - 2L;

    private final Path file;
    private final Arena arena;
    private final MemorySegment data;
    private final Header header;

    private SafetensorsFile(Path file, Arena arena, MemorySegment data, Header header) {
        this.file = file;
        this.arena = arena;
        this.data = data;
        this.header = header;
    }

    /**
     * Opens and checks a file.
     *
     * @param file path of the file
     * @return the open file; the caller closes it
     * @throws SafetensorsException if the file cannot be opened or breaks a rule of the format
     * @throws IOException if reading it fails
     */
    public static SafetensorsFile open(Path file) throws SafetensorsException, IOException {
        if (!Files.exists(file)) {
            throw SafetensorsException.ofFile(file, Rule.FILE, "there is no such file; check the path.");
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw SafetensorsException.ofFile(
                    file, Rule.FILE, "this is not a file that can be read; name a .safetensors file.");
        }
        var arena = Arena.ofShared();
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var opened = open(file, channel, arena);
            opened.checkBooleans();
            return opened;
        } catch (InternalError fault) { // what an access to mapped memory beyond the end of the file becomes
            arena.close();
            throw SafetensorsException.ofFile(
                    file, Rule.TRUNCATED, "the file was cut short while it was opened; open it again.", fault);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private static SafetensorsFile open(Path file, FileChannel channel, Arena arena) throws IOException {
        long size = channel.size();
        if (size < Header.LENGTH_BYTES) {
            throw SafetensorsException.ofFile(
                    file, Rule.FILE_SIZE, "the file has " + size + " bytes, fewer than a safetensors file needs.");
        }
        var whole = channel.map(MapMode.READ_ONLY, 0, size, arena);
        long headerBytes = TensorReader.headerLength(whole);
        if (headerBytes <= 0 || headerBytes > Header.MAX_BYTES || headerBytes > size - Header.LENGTH_BYTES) {
            throw SafetensorsException.ofFile(
                    file,
                    Rule.HEADER_SIZE,
                    "the header is said to have " + Long.toUnsignedString(headerBytes)
                            + " bytes, where 1 to " + Header.MAX_BYTES + " are allowed and "
                            + (size - Header.LENGTH_BYTES) + " follow; the file is truncated or no safetensors file.");
        }
        var headerSegment = whole.asSlice(Header.LENGTH_BYTES, headerBytes);
        checkBraces(file, headerSegment);
        var header = HeaderParser.parse(file, new SegmentStream(headerSegment.asByteBuffer()));
        var data = whole.asSlice(Header.LENGTH_BYTES + headerBytes);
        header.checkLayout(file, data.byteSize());
        return new SafetensorsFile(file, arena, data, header);
    }

    private static void checkBraces(Path file, MemorySegment header) throws SafetensorsException {
        if (header.get(ValueLayout.JAVA_BYTE, 0) != '{') {
            throw SafetensorsException.ofFile(
                    file, Rule.HEADER_START, "the header does not start with '{'; this is no safetensors file.");
        }
        long last = header.byteSize() - 1;
        while (header.get(ValueLayout.JAVA_BYTE, last) == ' ') {
            last--; // stops at the brace above
        }
        if (header.get(ValueLayout.JAVA_BYTE, last) != '}') {
            throw SafetensorsException.ofFile(
                    file, Rule.HEADER_END, "the header does not end with '}' and spaces; the file is corrupt.");
        }
    }

    private void checkBooleans() throws SafetensorsException {
        for (var tensor : header.tensors().values()) {
            if (tensor.dtype() == DType.BOOL) {
                long bad = TensorReader.firstNonBoolean(slice(tensor));
                if (bad >= 0) {
                    throw SafetensorsException.ofTensor(
                            file,
                            Rule.BOOL_VALUE,
                            tensor.name(),
                            "is BOOL but holds a byte other than 0 and 1 at element " + bad + "; the file is corrupt.");
                }
            }
        }
    }

    private MemorySegment slice(TensorInfo info) {
        return data.asSlice(info.begin(), info.byteSize());
    }

    /**
     * The path that was opened.
     *
     * @return the path as given to {@link #open}
     */
    public Path path() {
        return file;
    }

    /**
     * The strings of {@code __metadata__}.
     *
     * @return unmodifiable, in file order; empty where the file has none
     */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Names of the tensors.
     *
     * @return unmodifiable, in the order of the header
     */
    public Set<String> names() {
        return header.tensors().keySet();
    }

    /**
     * Type, shape and place of a tensor.
     *
     * @param name name of the tensor
     * @return what the header says about it
     * @throws IllegalArgumentException if the file has no such tensor; the message names those it has
     */
    public TensorInfo info(String name) {
        var info = header.tensors().get(name);
        if (info == null) {
            throw new IllegalArgumentException(file + ": there is no tensor " + SafetensorsException.quote(name)
                    + "; the file has " + someNames() + ".");
        }
        return info;
    }

    /**
     * The bytes of a tensor where they lie in the file, for tensors that do not fit a Java array.
     *
     * @param name name of the tensor
     * @return a read-only view, little endian, possibly unaligned; valid until the file is closed
     * @throws IllegalArgumentException if the file has no such tensor
     */
    public MemorySegment bytes(String name) {
        return slice(info(name));
    }

    /**
     * Values of an F32 (exact), F16 or BF16 (widened, exact) tensor.
     *
     * @param name name of the tensor
     * @return a new array, row-major
     * @throws IllegalArgumentException if there is no such tensor, it has another type (F64 is not narrowed silently:
     *     read {@link #doubles}), or more elements than a Java array can hold
     */
    public float[] floats(String name) {
        var info = info(name);
        return switch (info.dtype()) {
            case F32, F16, BF16 -> read(info, TensorReader::floats);
            case F64 -> throw wrongType(info, "floats", "; read it as doubles and narrow it yourself");
            default -> throw wrongType(info, "floats", "");
        };
    }

    /**
     * Values of an F32, F16 or BF16 tensor, copied once.
     *
     * @param name name of the tensor
     * @param to where they go as floats of this machine's byte order, four bytes an element
     * @throws IllegalArgumentException if there is no such tensor, it has another type, or {@code to} has another size
     */
    public void floats(String name, MemorySegment to) {
        var info = info(name);
        switch (info.dtype()) {
            case F32, F16, BF16 ->
                read(info, (tensor, dtype, count) -> {
                    if (to.byteSize() != (long) Float.BYTES * count) {
                        throw new IllegalArgumentException("Tensor '" + name + "' has " + count + " elements, but "
                                + to.byteSize() + " bytes were given for them; give four an element.");
                    }
                    TensorReader.floats(tensor, dtype, to);
                    return to;
                });
            default -> throw wrongType(info, "floats", "");
        }
    }

    /**
     * Values of an F64, F32, F16 or BF16 tensor, all exact.
     *
     * @param name name of the tensor
     * @return a new array, row-major
     * @throws IllegalArgumentException if there is no such tensor, it has another type, or more elements than a Java
     *     array can hold
     */
    public double[] doubles(String name) {
        var info = info(name);
        return switch (info.dtype()) {
            case F64, F32, F16, BF16 -> read(info, TensorReader::doubles);
            default -> throw wrongType(info, "doubles", "");
        };
    }

    /**
     * Values of an integer tensor: I64, I32, I16, I8, U32, U16 or U8, all exact.
     *
     * @param name name of the tensor
     * @return a new array, row-major
     * @throws IllegalArgumentException if there is no such tensor, it has another type (U64 does not fit a long), or
     *     more elements than a Java array can hold
     */
    public long[] longs(String name) {
        var info = info(name);
        return switch (info.dtype()) {
            case I64, I32, U32, I16, U16, I8, U8 -> read(info, TensorReader::longs);
            default -> throw wrongType(info, "longs", "");
        };
    }

    /**
     * Values of a BOOL tensor.
     *
     * @param name name of the tensor
     * @return a new array, row-major
     * @throws IllegalArgumentException if there is no such tensor, it has another type, or more elements than a Java
     *     array can hold
     */
    public boolean[] booleans(String name) {
        var info = info(name);
        if (info.dtype() != DType.BOOL) {
            throw wrongType(info, "booleans", "");
        }
        return read(info, (tensor, dtype, count) -> TensorReader.booleans(tensor, count));
    }

    /** Unmaps the file; arrays that were read stay valid, views by {@link #bytes} do not. Closing twice is harmless. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    /** A method of {@link TensorReader}. */
    private interface Reader<T> {
        T read(MemorySegment tensor, DType dtype, int count);
    }

    /** Reads a tensor that fits an array; the two ways mapped memory can go away meanwhile become sentences. */
    private <T> T read(TensorInfo info, Reader<T> reader) {
        long elements = info.elements();
        if (elements > MAX_ARRAY) {
            throw new IllegalArgumentException(file + ": tensor " + SafetensorsException.quote(info.name()) + " has "
                    + elements + " elements, more than a Java array can hold; read it in parts through bytes(name).");
        }
        try {
            return reader.read(slice(info), info.dtype(), (int) elements);
        } catch (InternalError fault) {
            throw new UncheckedIOException(
                    new IOException(file + ": the file was cut short while it was open; open it again.", fault));
        } catch (IllegalStateException closed) {
            throw new IllegalStateException(file + ": the file is closed; read its tensors before closing it.", closed);
        }
    }

    private IllegalArgumentException wrongType(TensorInfo info, String wanted, String hint) {
        return new IllegalArgumentException(file + ": tensor " + SafetensorsException.quote(info.name()) + " is "
                + info.describe() + " and cannot be read as " + wanted + hint + ".");
    }

    private String someNames() {
        if (names().isEmpty()) {
            return "none";
        }
        String shown =
                names().stream().limit(8).map(SafetensorsException::quote).collect(Collectors.joining(", "));
        return names().size() > 8 ? shown + " and " + (names().size() - 8) + " more" : shown;
    }

    /** The mapped header as a stream. */
    private static final class SegmentStream extends InputStream {
        private final ByteBuffer bytes;

        private SegmentStream(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return bytes.hasRemaining() ? Byte.toUnsignedInt(bytes.get()) : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (length > 0 && !bytes.hasRemaining()) {
                return -1;
            }
            int count = Math.min(length, bytes.remaining());
            bytes.get(into, offset, count);
            return count;
        }
    }
}
