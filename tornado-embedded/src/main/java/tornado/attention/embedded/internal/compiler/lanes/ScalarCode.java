package tornado.attention.embedded.internal.compiler.lanes;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.Condition;
import tornado.attention.embedded.internal.compiler.ir.Condition.Relation;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.UnaryOp;

/**
 * Generates scalar code: values that are the same in all lanes, and of linear values that of the first lane.
 */
final class ScalarCode {
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");

    private final CodeBuilder c;
    private final Frame frame;
    private final LaneShapes shapes;
    /** What is kept in variables. */
    private final Map<Expr, Kept> kept = new HashMap<>();

    /** Slots by row, or one slot and how far rows are apart. */
    private record Kept(int[] slots, int apart) {}

    ScalarCode(CodeBuilder c, Frame frame, LaneShapes shapes) {
        this.c = c;
        this.frame = frame;
        this.shapes = shapes;
    }

    /**
     * Keeps an integer in variables of its own.
     *
     * @param rows in which it differs: each has a variable, unless they are a constant apart
     */
    void keep(Expr expr, int rows) {
        var apart = rows == 1 ? OptionalInt.empty() : rowsApart(expr);
        var slots = new int[apart.isPresent() ? 1 : rows];
        for (int row = 0; row < slots.length; row++) {
            push(expr, row);
            slots[row] = frame.allocate(1);
            c.istore(slots[row]);
        }
        kept.put(expr, new Kept(slots, apart.orElse(0)));
    }

    /** How far a value of neighbouring rows is apart, where that is a constant. */
    private OptionalInt rowsApart(Expr expr) {
        var index = frame.rowIndex().orElseThrow();
        var growth = Strides.growth(expr, index, local -> shapes.of(local).row() && !local.equals(index));
        return growth.isPresent() && growth.get() instanceof Expr.Const distance
                ? OptionalInt.of(distance.value().intValue() * frame.rowStep())
                : OptionalInt.empty();
    }

    boolean isKept(Expr expr) {
        return kept.containsKey(expr);
    }

    /** Moves what is kept. */
    void move(Expr expr, Expr distance) {
        var slots = kept.get(expr).slots();
        for (int row = 0; row < slots.length; row++) {
            c.iload(slots[row]);
            push(distance, row);
            c.iadd().istore(slots[row]);
        }
    }

    /** Ends that a value is kept. */
    void drop(Expr expr) {
        kept.remove(expr);
    }

    /** Pushes a value. */
    void push(Expr expr, int row) {
        var known = kept.get(expr);
        if (known != null) {
            c.iload(known.slots()[known.slots().length == 1 ? 0 : row]);
            if (known.apart() * row != 0) {
                c.loadConstant(known.apart() * row).iadd();
            }
            return;
        }
        switch (expr) {
            case Expr.Const constant -> c.loadConstant((ConstantDesc) constant.value());
            case Expr.Argument argument -> c.loadLocal(argument.kind().type(), frame.argument(argument));
            case Expr.Read read ->
                c.loadLocal(
                        read.kind().type(),
                        frame.scalar(read.local(), shapes.of(read.local()).row() ? row : 0));
            case Expr.Size size -> c.aload(frame.array(size.array())).arraylength();
            case Expr.Load load -> {
                c.aload(frame.array(load.array()));
                push(load.index(), row);
                c.arrayLoad(load.array().element());
            }
            case Expr.Unary unary -> {
                push(unary.operand(), row);
                operate(unary.op(), unary.operand().kind());
            }
            case Expr.Binary binary -> {
                push(binary.left(), row);
                push(binary.right(), row);
                operate(binary.op(), binary.kind());
            }
            case Expr.Fma fma -> {
                push(fma.a(), row);
                push(fma.b(), row);
                push(fma.c(), row);
                c.invokestatic(MATH, "fma", MethodTypeDesc.of(CD_float, CD_float, CD_float, CD_float));
            }
            case Expr.Select select -> {
                var no = c.newLabel();
                var end = c.newLabel();
                jump(select.condition(), row, no, false);
                push(select.yes(), row);
                c.goto_(end).labelBinding(no);
                push(select.no(), row);
                c.labelBinding(end);
            }
            case Expr.Call call -> {
                call.arguments().forEach(a -> push(a, row));
                c.invokestatic(call.owner(), call.name(), call.type());
            }
        }
    }

    /** Jumps to a label if a condition holds, or if it does not. */
    void jump(Condition condition, int row, Label target, boolean when) {
        switch (condition) {
            case Condition.Not not -> jump(not.operand(), row, target, !when);
            case Condition.And and -> {
                if (when) {
                    var no = c.newLabel();
                    jump(and.left(), row, no, false);
                    jump(and.right(), row, target, true);
                    c.labelBinding(no);
                } else {
                    jump(and.left(), row, target, false);
                    jump(and.right(), row, target, false);
                }
            }
            case Condition.Compare compare -> {
                push(compare.left(), row);
                push(compare.right(), row);
                if (compare.left().kind() == Kind.INT) {
                    c.branch(
                            ofInts(
                                    when
                                            ? compare.relation()
                                            : compare.relation().negated()),
                            target);
                } else {
                    // The result for NaN must be the one for which the relation does not hold.
                    var relation = compare.relation();
                    boolean less = relation == Relation.LT || relation == Relation.LE;
                    switch (compare.left().kind()) {
                        case FLOAT -> c.with(operator(less ? Opcode.FCMPG : Opcode.FCMPL));
                        case DOUBLE -> c.with(operator(less ? Opcode.DCMPG : Opcode.DCMPL));
                        default -> c.lcmp();
                    }
                    c.branch(ofZero(when ? relation : relation.negated()), target);
                }
            }
        }
    }

    private static OperatorInstruction operator(Opcode opcode) {
        return OperatorInstruction.of(opcode);
    }

    private static Opcode ofInts(Relation relation) {
        return Opcode.valueOf("IF_ICMP" + relation.name());
    }

    private static Opcode ofZero(Relation relation) {
        return Opcode.valueOf("IF" + relation.name());
    }

    private void operate(UnaryOp op, Kind kind) {
        var type = kind.type().upperBound();
        switch (op) {
            case NEG -> c.with(operator(opcode(kind, "NEG")));
            case ABS -> c.invokestatic(MATH, "abs", MethodTypeDesc.of(type, type));
            case SQRT -> {
                // The root of a float, rounded from that of a double, is correctly rounded.
                if (kind == Kind.FLOAT) {
                    c.f2d();
                }
                c.invokestatic(MATH, "sqrt", MethodTypeDesc.of(CD_double, CD_double));
                if (kind == Kind.FLOAT) {
                    c.d2f();
                }
            }
            case POSITIVE -> {
                var keep = c.newLabel();
                c.dup().fconst_0().fcmpg().ifge(keep).pop().fconst_0().labelBinding(keep);
            }
            case TO_BITS ->
                c.invokestatic(
                        ClassDesc.of("java.lang.Float"), "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
            case FROM_BITS ->
                c.invokestatic(ClassDesc.of("java.lang.Float"), "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
            default -> c.with(ConvertInstruction.of(op.conversion()));
        }
    }

    /** Two values on the stack to one. */
    void operate(BinaryOp op, Kind kind) {
        if (op == BinaryOp.MIN || op == BinaryOp.MAX) {
            var type = kind.type().upperBound();
            c.invokestatic(MATH, op.name().toLowerCase(Locale.ROOT), MethodTypeDesc.of(type, type, type));
        } else {
            c.with(operator(opcode(kind, op.name())));
        }
    }

    private static Opcode opcode(Kind kind, String operation) {
        return Opcode.valueOf(kind.name().charAt(0) + operation);
    }
}
