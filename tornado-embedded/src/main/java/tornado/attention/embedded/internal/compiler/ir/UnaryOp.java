package tornado.attention.embedded.internal.compiler.ir;

import java.lang.classfile.Opcode;

/** Operations on one value. */
public enum UnaryOp {
    /** Negation. */
    NEG(null, null),
    /** Absolute value. */
    ABS(null, null),
    /** Square root, correctly rounded. */
    SQRT(null, null),
    /** {@code x < 0 ? 0 : x} of a float: NaN and -0 stay what they are. */
    POSITIVE(null, null),
    /** Bits of a float as an int. */
    TO_BITS(null, Kind.INT),
    /** An int's bits as a float. */
    FROM_BITS(null, Kind.FLOAT),
    /** int to long. */
    I2L(Opcode.I2L, Kind.LONG),
    /** int to float. */
    I2F(Opcode.I2F, Kind.FLOAT),
    /** int to double. */
    I2D(Opcode.I2D, Kind.DOUBLE),
    /** long to int. */
    L2I(Opcode.L2I, Kind.INT),
    /** long to float. */
    L2F(Opcode.L2F, Kind.FLOAT),
    /** long to double. */
    L2D(Opcode.L2D, Kind.DOUBLE),
    /** float to int, towards zero, limited to the range. */
    F2I(Opcode.F2I, Kind.INT),
    /** float to long. */
    F2L(Opcode.F2L, Kind.LONG),
    /** float to double. */
    F2D(Opcode.F2D, Kind.DOUBLE),
    /** double to int. */
    D2I(Opcode.D2I, Kind.INT),
    /** double to long. */
    D2L(Opcode.D2L, Kind.LONG),
    /** double to float. */
    D2F(Opcode.D2F, Kind.FLOAT),
    /** int to byte and back. */
    I2B(Opcode.I2B, Kind.INT),
    /** int to short and back. */
    I2S(Opcode.I2S, Kind.INT),
    /** int to char and back. */
    I2C(Opcode.I2C, Kind.INT);

    private final Opcode conversion;
    private final Kind result;

    UnaryOp(Opcode conversion, Kind result) {
        this.conversion = conversion;
        this.result = result;
    }

    /** The JVM's conversion instruction; null for what is no conversion. */
    public Opcode conversion() {
        return conversion;
    }

    /** Kind of the result for a kind of operand. */
    public Kind result(Kind operand) {
        return result == null ? operand : result;
    }

    /**
     * The operation of a conversion instruction.
     *
     * @param opcode one of the JVM's conversions
     * @return the operation
     */
    public static UnaryOp of(Opcode opcode) {
        for (var op : values()) {
            if (op.conversion == opcode) {
                return op;
            }
        }
        throw new IllegalArgumentException(opcode + " is no conversion");
    }
}
