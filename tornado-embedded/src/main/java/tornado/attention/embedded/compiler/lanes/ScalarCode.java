package tornado.attention.embedded.compiler.lanes;

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
import tornado.attention.embedded.compiler.ir.BinaryOp;
import tornado.attention.embedded.compiler.ir.Condition;
import tornado.attention.embedded.compiler.ir.Condition.Relation;
import tornado.attention.embedded.compiler.ir.Expr;
import tornado.attention.embedded.compiler.ir.Kind;
import tornado.attention.embedded.compiler.ir.UnaryOp;

/**
 * Generates scalar code: values that are the same in all lanes, and of linear values that of the first lane.
 */
final class ScalarCode {
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");

    private final CodeBuilder c;
    private final Frame frame;
    private final Shapes shapes;
    /** Slots of indices that are kept in variables, by row. */
    private final Map<Expr, int[]> kept = new HashMap<>();

    ScalarCode(CodeBuilder c, Frame frame, Shapes shapes) {
        this.c = c;
        this.frame = frame;
        this.shapes = shapes;
    }

    /** Keeps an index in variables of its own, one for each row, while a loop moves it. */
    void keep(Expr index, int rows) {
        var slots = new int[rows];
        for (int row = 0; row < rows; row++) {
            push(index, row);
            slots[row] = frame.allocate(1);
            c.istore(slots[row]);
        }
        kept.put(index, slots);
    }

    boolean isKept(Expr index) {
        return kept.containsKey(index);
    }

    /** Moves a kept index. */
    void move(Expr index, Expr distance, int rows) {
        for (int row = 0; row < rows; row++) {
            c.iload(kept.get(index)[row]);
            push(distance, row);
            c.iadd().istore(kept.get(index)[row]);
        }
    }

    /** Ends that an index is kept. */
    void drop(Expr index) {
        kept.remove(index);
    }

    /** Pushes a value. */
    void push(Expr expr, int row) {
        var slots = kept.get(expr);
        if (slots != null) {
            c.iload(slots[slots.length == 1 ? 0 : row]);
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
