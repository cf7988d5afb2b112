package tornado.attention.files.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.files.AtomicFile;
import tornado.attention.files.safetensors.SafetensorsException.Rule;

/**
 * Collects tensors and writes them as one safetensors file.
 *
 * <p>The header lists metadata and tensors in the order they were added, so the same calls give the same bytes. The
 * data lie in the same order but for one thing: larger element types come first, and the header is padded to a multiple
 * of 8 bytes, so that every tensor is aligned to its element size. Arrays are kept, not copied, until {@link #write}.
 *
 * <p>Not thread-safe.
 */
public final class SafetensorsWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int ALIGNMENT = 8;
    private static final int BUFFER_BYTES = 64 * 1024; // a multiple of every element size
    private static final long PIECE_BYTES = 1L << 24; // so much of another file at once

    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    /** A tensor waiting to be written. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Tensor(String name, DType dtype, long[] shape, long bytes, Content content) {}

    /** Writes the elements of a tensor; the buffer is empty before and after. */
    private interface Content {
        void write(FileChannel channel, ByteBuffer buffer) throws IOException;
    }

    /** Puts one element into the buffer. */
    private interface ElementWriter {
        void put(ByteBuffer buffer, int index);
    }

    /** An empty writer. */
    public SafetensorsWriter() {}

    /**
     * Adds an F32 tensor.
     *
     * @param name name, not yet used
     * @param shape sizes of the dimensions, outermost first; empty for a scalar
     * @param values row-major, as many as the product of the shape
     * @return this
     * @throws IllegalArgumentException if the name is taken or not writable, or the shape does not fit the values
     */
    public SafetensorsWriter add(String name, long[] shape, float[] values) {
        return add(name, DType.F32, shape, values);
    }

    /**
     * Adds an F32, F16 or BF16 tensor; the last two are rounded to nearest, ties to even.
     *
     * @param name name, not yet used
     * @param dtype F32, F16 or BF16
     * @param shape sizes of the dimensions, outermost first; empty for a scalar
     * @param values row-major, as many as the product of the shape
     * @return this
     * @throws IllegalArgumentException if the type is another one, the name is taken or not writable, or the shape does
     *     not fit the values
     */
    public SafetensorsWriter add(String name, DType dtype, long[] shape, float[] values) {
        ElementWriter elements = switch (dtype) {
            case F32 -> (buffer, i) -> buffer.putFloat(values[i]);
            case F16 -> (buffer, i) -> buffer.putShort(Float.floatToFloat16(values[i]));
            case BF16 -> (buffer, i) -> buffer.putShort(bfloat16(values[i]));
            default ->
                throw new IllegalArgumentException("Tensor " + SafetensorsException.quote(name)
                        + " cannot be written from floats as " + dtype + "; use F32, F16 or BF16.");
        };
        return add(name, dtype, shape, values.length, elements);
    }

    /**
     * Adds an F64 tensor.
     *
     * @param name name, not yet used
     * @param shape sizes of the dimensions, outermost first; empty for a scalar
     * @param values row-major, as many as the product of the shape
     * @return this
     * @throws IllegalArgumentException if the name is taken or not writable, or the shape does not fit the values
     */
    public SafetensorsWriter add(String name, long[] shape, double[] values) {
        return add(name, DType.F64, shape, values.length, (buffer, i) -> buffer.putDouble(values[i]));
    }

    /**
     * Adds an I64 tensor.
     *
     * @param name name, not yet used
     * @param shape sizes of the dimensions, outermost first; empty for a scalar
     * @param values row-major, as many as the product of the shape
     * @return this
     * @throws IllegalArgumentException if the name is taken or not writable, or the shape does not fit the values
     */
    public SafetensorsWriter add(String name, long[] shape, long[] values) {
        return add(name, DType.I64, shape, values.length, (buffer, i) -> buffer.putLong(values[i]));
    }

    /**
     * Adds a BOOL tensor.
     *
     * @param name name, not yet used
     * @param shape sizes of the dimensions, outermost first; empty for a scalar
     * @param values row-major, as many as the product of the shape
     * @return this
     * @throws IllegalArgumentException if the name is taken or not writable, or the shape does not fit the values
     */
    public SafetensorsWriter add(String name, long[] shape, boolean[] values) {
        return add(name, DType.BOOL, shape, values.length, (buffer, i) -> buffer.put((byte) (values[i] ? 1 : 0)));
    }

    /**
     * Sets a string of {@code __metadata__}.
     *
     * @param key key, not yet used
     * @param value value
     * @return this
     * @throws IllegalArgumentException if the key is taken or a string cannot be written as UTF-8
     */
    public SafetensorsWriter metadata(String key, String value) {
        checkText(key);
        checkText(value);
        if (metadata.putIfAbsent(key, value) != null) {
            throw new IllegalArgumentException(
                    "Metadata " + SafetensorsException.quote(key) + " is set already; use another key.");
        }
        return this;
    }

    /**
     * Writes the file: first beside the target under a temporary name, then moved into its place, so that a reader
     * never sees half a file and a failure leaves an earlier file as it was. Symbolic links are followed.
     *
     * @param target file to create or replace; its folder must exist
     * @throws SafetensorsException if the target cannot be written or the header would be larger than the format allows
     */
    public void write(Path target) throws SafetensorsException {
        var ordered = new ArrayList<>(tensors.values());
        ordered.sort(Comparator.comparingInt((Tensor tensor) -> -tensor.dtype.bits())); // stable
        byte[] header = header(ordered);
        if (header.length > Header.MAX_BYTES) {
            throw SafetensorsException.ofFile(
                    target,
                    Rule.HEADER_SIZE,
                    "its header would have " + header.length + " bytes, more than the " + Header.MAX_BYTES
                            + " that the format allows; write several files.");
        }
        try {
            AtomicFile.write(target, channel -> writeAll(channel, header, ordered));
        } catch (IOException e) {
            throw SafetensorsException.ofTarget(e);
        }
    }

    /**
     * Adds a tensor of another file as it is, whatever its type; the file stays open until {@link #write}.
     *
     * @param name name, not yet used
     * @param source the file
     * @param tensor its name there
     * @return this
     * @throws IllegalArgumentException if there is no such tensor, or the name is taken or not writable
     */
    public SafetensorsWriter add(String name, TensorFile source, String tensor) {
        var info = source.info(tensor);
        return add(name, info.dtype(), info.shape(), info.elements(), info.byteSize(), (channel, buffer) -> {
            var bytes = source.bytes(tensor);
            for (long at = 0; at < bytes.byteSize(); at += PIECE_BYTES) {
                var piece = bytes.asSlice(at, Math.min(PIECE_BYTES, bytes.byteSize() - at))
                        .asByteBuffer();
                while (piece.hasRemaining()) {
                    channel.write(piece);
                }
            }
        });
    }

    private SafetensorsWriter add(String name, DType dtype, long[] shape, int length, ElementWriter elements) {
        long bytes = (long) length * dtype.bits() / Byte.SIZE;
        return add(name, dtype, shape, length, bytes, (channel, buffer) -> {
            for (int i = 0; i < length; i++) {
                if (buffer.remaining() < Long.BYTES) {
                    drain(channel, buffer);
                }
                elements.put(buffer, i);
            }
            drain(channel, buffer);
        });
    }

    private SafetensorsWriter add(String name, DType dtype, long[] shape, long length, long bytes, Content content) {
        checkText(name);
        if (name.equals(Header.METADATA)) {
            throw new IllegalArgumentException("A tensor cannot be called " + Header.METADATA + "; rename it.");
        }
        long product = -1;
        try {
            for (long dimension : shape) {
                if (dimension < 0) {
                    throw new IllegalArgumentException("Tensor " + SafetensorsException.quote(name)
                            + " has a negative dimension in " + TensorInfo.text(shape) + ".");
                }
            }
            product = TensorInfo.product(shape);
        } catch (ArithmeticException _) {
            // stays -1, which no array has as its length
        }
        if (product != length) {
            throw new IllegalArgumentException("Tensor " + SafetensorsException.quote(name) + " has " + length
                    + " values, which do not fill the shape " + TensorInfo.text(shape) + ".");
        }
        if (tensors.putIfAbsent(name, new Tensor(name, dtype, shape.clone(), bytes, content)) != null) {
            throw new IllegalArgumentException(
                    "Tensor " + SafetensorsException.quote(name) + " is added already; use another name.");
        }
        return this;
    }

    private byte[] header(List<Tensor> ordered) {
        var begins = new LinkedHashMap<String, Long>();
        long position = 0;
        for (var tensor : ordered) {
            begins.put(tensor.name, position);
            position = Math.addExact(position, tensor.bytes());
        }
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(Header.METADATA);
                for (var entry : metadata.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            for (var tensor : tensors.values()) {
                long begin = begins.get(tensor.name);
                json.writeObjectFieldStart(tensor.name);
                json.writeStringField("dtype", tensor.dtype.name());
                json.writeFieldName("shape");
                json.writeArray(tensor.shape, 0, tensor.shape.length);
                json.writeFieldName("data_offsets");
                json.writeArray(new long[] {begin, begin + tensor.bytes()}, 0, 2);
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // the stream is memory
        }
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }

    private static void writeAll(FileChannel channel, byte[] header, List<Tensor> ordered) throws IOException {
        var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(header.length);
        drain(channel, buffer);
        drain(channel, ByteBuffer.wrap(header).position(header.length));
        for (var tensor : ordered) {
            tensor.content.write(channel, buffer);
        }
    }

    private static void drain(FileChannel channel, ByteBuffer buffer) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** A string with half of a surrogate pair has no UTF-8, and the encoder would write '?' for it. */
    private static void checkText(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(
                    "The text " + SafetensorsException.quote(text) + " has half of a surrogate pair; correct it.");
        }
    }

    /** The upper half of the float, rounded to nearest, ties to even; NaN stays NaN. */
    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40); // quiet, so that the cut mantissa cannot become infinity
        }
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }
}
