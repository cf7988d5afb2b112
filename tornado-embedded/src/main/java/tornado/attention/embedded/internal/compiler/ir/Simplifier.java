package tornado.attention.embedded.internal.compiler.ir;

import tornado.attention.embedded.internal.compiler.ir.Expr.Binary;
import tornado.attention.embedded.internal.compiler.ir.Expr.Const;
import tornado.attention.embedded.internal.compiler.ir.Expr.Unary;

/** Computes with constants while a kernel is lifted. */
public final class Simplifier {
    private Simplifier() {}

    /**
     * Makes an operation, or its result where the operands are constants.
     *
     * @param op the operation
     * @param left first operand
     * @param right second operand
     * @return an equal expression
     */
    public static Expr binary(BinaryOp op, Expr left, Expr right) {
        if (left instanceof Const a && right instanceof Const b) {
            var value = constant(op, a, b);
            if (value != null) {
                return new Const(value, a.kind());
            }
        }
        if (left.kind().isInteger()) {
            boolean leftZero = isValue(left, 0);
            boolean rightZero = isValue(right, 0);
            switch (op) {
                case ADD -> {
                    if (leftZero || rightZero) {
                        return leftZero ? right : left;
                    }
                }
                case SUB, SHL, SHR, USHR -> {
                    if (rightZero) {
                        return left;
                    }
                }
                case MUL -> {
                    if (leftZero || rightZero) {
                        return leftZero ? left : right;
                    }
                    if (isValue(left, 1) || isValue(right, 1)) {
                        return isValue(left, 1) ? right : left;
                    }
                }
                case DIV -> {
                    if (isValue(right, 1)) {
                        return left;
                    }
                }
                case REM -> {
                    if (isValue(right, 1)) {
                        return new Const(left.kind() == Kind.INT ? (Number) 0 : (Number) 0L, left.kind());
                    }
                }
                default -> {}
            }
        }
        return new Binary(op, left, right);
    }

    private static boolean isValue(Expr expr, long value) {
        return expr instanceof Const c && c.kind().isInteger() && c.value().longValue() == value;
    }

    private static Number constant(BinaryOp op, Const left, Const right) {
        return switch (left.kind()) {
            case INT -> {
                int a = left.value().intValue();
                int b = right.value().intValue();
                yield switch (op) {
                    case ADD -> a + b;
                    case SUB -> a - b;
                    case MUL -> a * b;
                    case DIV -> b == 0 ? null : (Integer) (a / b);
                    case REM -> b == 0 ? null : (Integer) (a % b);
                    case AND -> a & b;
                    case OR -> a | b;
                    case XOR -> a ^ b;
                    case SHL -> a << b;
                    case SHR -> a >> b;
                    case USHR -> a >>> b;
                    case MIN -> Math.min(a, b);
                    case MAX -> Math.max(a, b);
                };
            }
            case LONG -> {
                long a = left.value().longValue();
                long b = right.value().longValue();
                yield switch (op) {
                    case ADD -> a + b;
                    case SUB -> a - b;
                    case MUL -> a * b;
                    default -> null;
                };
            }
            case FLOAT -> {
                float a = left.value().floatValue();
                float b = right.value().floatValue();
                yield switch (op) {
                    case ADD -> a + b;
                    case SUB -> a - b;
                    case MUL -> a * b;
                    case DIV -> a / b;
                    default -> null;
                };
            }
            case DOUBLE -> null;
        };
    }

    /**
     * Makes an operation on one value, or its result where that is a constant.
     *
     * @param op the operation
     * @param operand the value
     * @return an equal expression
     */
    public static Expr unary(UnaryOp op, Expr operand) {
        if (operand instanceof Const c) {
            switch (op) {
                case NEG -> {
                    return new Const(
                            switch (c.kind()) {
                                case INT -> (Number) (-c.value().intValue());
                                case LONG -> -c.value().longValue();
                                case FLOAT -> -c.value().floatValue();
                                case DOUBLE -> -c.value().doubleValue();
                            },
                            c.kind());
                }
                case I2F -> {
                    return Const.of((float) c.value().intValue());
                }
                case I2L -> {
                    return new Const(c.value().longValue(), Kind.LONG);
                }
                case L2I -> {
                    return Const.of(c.value().intValue());
                }
                case F2D -> {
                    return new Const((double) c.value().floatValue(), Kind.DOUBLE);
                }
                case D2F -> {
                    return Const.of((float) c.value().doubleValue());
                }
                default -> {}
            }
        }
        return new Unary(op, operand);
    }
}
