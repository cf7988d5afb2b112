package tornado.attention.files.safetensors;

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
import tornado.attention.files.safetensors.SafetensorsException.Rule;

/**
 * A safetensors file, mapped into memory and checked as a whole when it is opened; values are copied out on request, so
 * only the tensors that are read cost memory. Files and tensors may be larger than 2 GB; a Java array holds at most
 * {@link Integer#MAX_VALUE} elements.
 *
 * <p>May be read from several threads. The file must not change while it is open: one that is cut short meanwhile is
 * reported as an {@link UncheckedIOException}.
 */
public final class SafetensorsFile extends TensorFile {
    private final Path file;
    private final Arena arena;
    private final MemorySegment data;
    private final Header header;

    private SafetensorsFile(Path file, Arena arena, MemorySegment data, Header header) {
        super(file);
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

    @Override
    protected MemorySegment slice(TensorInfo info) {
        return data.asSlice(info.begin(), info.byteSize());
    }

    /**
     * The strings of {@code __metadata__}.
     *
     * @return unmodifiable, in file order; empty where the file has none
     */
    @Override
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Names of the tensors.
     *
     * @return unmodifiable, in the order of the header
     */
    @Override
    public Set<String> names() {
        return header.tensors().keySet();
    }

    @Override
    protected TensorInfo find(String name) {
        return header.tensors().get(name);
    }

    /** Unmaps the file; arrays that were read stay valid, views by {@link #bytes} do not. Closing twice is harmless. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
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
