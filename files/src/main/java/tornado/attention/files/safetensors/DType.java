package tornado.attention.files.safetensors;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Element types of the safetensors format, under the names they have in a file's header.
 *
 * <p>All of them are recognised, so that a file holding them opens and its sizes are checked; which of them can be read
 * as Java values is said by {@link TensorFile#floats}, {@link TensorFile#doubles},
 * {@link TensorFile#longs} and {@link TensorFile#booleans}.
 */
public enum DType {
    /** One byte, 0 or 1. */
    BOOL(8),
    /** Unsigned 8-bit integer. */
    U8(8),
    /** Signed 8-bit integer. */
    I8(8),
    /** Unsigned 16-bit integer. */
    U16(16),
    /** Signed 16-bit integer. */
    I16(16),
    /** Unsigned 32-bit integer. */
    U32(32),
    /** Signed 32-bit integer. */
    I32(32),
    /** Unsigned 64-bit integer. */
    U64(64),
    /** Signed 64-bit integer. */
    I64(64),
    /** 4-bit float, two values in a byte. */
    F4(4),
    /** 6-bit float: 2 exponent bits, 3 mantissa bits; four values in three bytes. */
    F6_E2M3(6),
    /** 6-bit float: 3 exponent bits, 2 mantissa bits; four values in three bytes. */
    F6_E3M2(6),
    /** 8-bit float: 5 exponent bits, 2 mantissa bits. */
    F8_E5M2(8),
    /** 8-bit float: 4 exponent bits, 3 mantissa bits. */
    F8_E4M3(8),
    /** 8-bit float: 5 exponent bits, 2 mantissa bits, no infinities and no negative zero. */
    F8_E5M2FNUZ(8),
    /** 8-bit float: 4 exponent bits, 3 mantissa bits, no infinities and no negative zero. */
    F8_E4M3FNUZ(8),
    /** 8-bit power of two, used as a scale. */
    F8_E8M0(8),
    /** IEEE 754 binary16. */
    F16(16),
    /** Upper half of a binary32. */
    BF16(16),
    /** IEEE 754 binary32. */
    F32(32),
    /** IEEE 754 binary64. */
    F64(64),
    /** Complex number of two binary32. */
    C64(64);

    private static final Map<String, DType> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Enum::name, Function.identity()));

    private final int bits;

    DType(int bits) {
        this.bits = bits;
    }

    /**
     * Size of one element.
     *
     * @return bits, at least 4; a multiple of 8 for every type but the F4 and F6 ones
     */
    public int bits() {
        return bits;
    }

    /**
     * The type a header names.
     *
     * @param name exact name, in capitals
     * @return the type, or empty where the format has no such name
     */
    public static Optional<DType> of(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }
}
