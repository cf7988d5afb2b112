package tornado.attention.embedded.internal.compiler.ir;

/** Operations on two values. */
public enum BinaryOp {
    /** Sum. */
    ADD,
    /** Difference. */
    SUB,
    /** Product. */
    MUL,
    /** Quotient. */
    DIV,
    /** Remainder, of integers only. */
    REM,
    /** Bitwise and. */
    AND,
    /** Bitwise or. */
    OR,
    /** Bitwise exclusive or. */
    XOR,
    /** Shift left. */
    SHL,
    /** Shift right with sign. */
    SHR,
    /** Shift right without sign. */
    USHR,
    /** Smaller value, as {@code Math.min}. */
    MIN,
    /** Larger value, as {@code Math.max}. */
    MAX;

    /** Whether the operands may be exchanged. */
    public boolean isCommutative() {
        return switch (this) {
            case ADD, MUL, AND, OR, XOR, MIN, MAX -> true;
            default -> false;
        };
    }

    /** Whether the second operand is a distance in bits. */
    public boolean isShift() {
        return this == SHL || this == SHR || this == USHR;
    }
}
