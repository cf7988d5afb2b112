package tornado.attention.embedded.internal.compiler.ir;

import java.lang.classfile.TypeKind;

/** The four types of numbers that the JVM computes with. */
public enum Kind {
    /** Also boolean, byte, short and char, as on the operand stack. */
    INT(TypeKind.INT),
    /** 64-bit integers. */
    LONG(TypeKind.LONG),
    /** 32-bit floating point. */
    FLOAT(TypeKind.FLOAT),
    /** 64-bit floating point. */
    DOUBLE(TypeKind.DOUBLE);

    private final TypeKind type;

    Kind(TypeKind type) {
        this.type = type;
    }

    /** The class-file library's name of this kind. */
    public TypeKind type() {
        return type;
    }

    /** Whether values are integers. */
    public boolean isInteger() {
        return this == INT || this == LONG;
    }

    /**
     * The kind as which a type lies on the operand stack.
     *
     * @param type a primitive type
     * @return its kind
     */
    public static Kind of(TypeKind type) {
        return switch (type.asLoadable()) {
            case INT -> INT;
            case LONG -> LONG;
            case FLOAT -> FLOAT;
            case DOUBLE -> DOUBLE;
            default -> throw new IllegalArgumentException(type + " is no number");
        };
    }
}
