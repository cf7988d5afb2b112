package tornado.attention.files.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A file of named tensors, mapped into memory: only what is read is copied. Which of a tensor's values can be read as what is the same for
 * all kinds of files.
 */
public abstract class TensorFile implements AutoCloseable {
    /** Largest array that HotSpot allocates. */
    private static final long MAX_ARRAY = Integer.MAX_VALUE - 2L;

    private final Path file;

    /**
     * A file.
     *
     * @param file its path, for errors
     */
    protected TensorFile(Path file) {
        this.file = file;
    }

    /**
     * The path that was opened.
     *
     * @return the path as given
     */
    public final Path path() {
        return file;
    }

    /**
     * Strings that stand beside the tensors.
     *
     * @return unmodifiable, in file order; empty where the file has none
     */
    public abstract Map<String, String> metadata();

    /**
     * Names of the tensors.
     *
     * @return unmodifiable, in the order of the file
     */
    public abstract Set<String> names();

    /** What the file says about a tensor; null where it has none of this name. */
    protected abstract TensorInfo find(String name);

    /** The elements of a tensor of this file: row-major, little endian. */
    protected abstract MemorySegment slice(TensorInfo info);

    @Override
    public abstract void close();

    /**
     * Type, shape and place of a tensor.
     *
     * @param name name of the tensor
     * @return what the file says about it
     * @throws IllegalArgumentException if the file has no such tensor; the message names those it has
     */
    public final TensorInfo info(String name) {
        var info = find(name);
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
     * @return a read-only view, little endian, possibly unaligned, row-major; valid until the file is closed
     * @throws IllegalArgumentException if the file has no such tensor
     */
    public final MemorySegment bytes(String name) {
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
    public final float[] floats(String name) {
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
    public final void floats(String name, MemorySegment to) {
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
    public final double[] doubles(String name) {
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
    public final long[] longs(String name) {
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
    public final boolean[] booleans(String name) {
        var info = info(name);
        if (info.dtype() != DType.BOOL) {
            throw wrongType(info, "booleans", "");
        }
        return read(info, (tensor, dtype, count) -> TensorReader.booleans(tensor, count));
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
}
