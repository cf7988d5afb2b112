package tornado.attention.embedded.internal.compiler.lift;

import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.util.Locale;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.Condition;
import tornado.attention.embedded.internal.compiler.ir.Condition.Compare;
import tornado.attention.embedded.internal.compiler.ir.Condition.Relation;

/** What the JVM's branch and arithmetic instructions mean. */
final class KernelBranch {
    private KernelBranch() {}

    static boolean isConditional(BranchInstruction branch) {
        return branch.opcode() != Opcode.GOTO && branch.opcode() != Opcode.GOTO_W;
    }

    static boolean comparesTwo(Opcode opcode) {
        return opcode.name().startsWith("IF_ICMP");
    }

    static Relation relation(Opcode opcode) {
        return switch (opcode) {
            case IFEQ, IF_ICMPEQ -> Relation.EQ;
            case IFNE, IF_ICMPNE -> Relation.NE;
            case IFLT, IF_ICMPLT -> Relation.LT;
            case IFGE, IF_ICMPGE -> Relation.GE;
            case IFGT, IF_ICMPGT -> Relation.GT;
            case IFLE, IF_ICMPLE -> Relation.LE;
            default -> throw new NotLiftable("the branch " + opcode.name().toLowerCase(Locale.ROOT));
        };
    }

    /**
     * The condition of a three-way comparison followed by a branch. For NaN the comparison gives 1 (…CMPG) or -1
     * (…CMPL); where the branch would then be taken, it is taken exactly if the opposite relation does not hold.
     */
    static Condition condition(Operand.Comparison comparison, Relation relation) {
        boolean nanIsGreater = switch (comparison.opcode()) {
            case FCMPG, DCMPG -> true;
            default -> false;
        };
        boolean takenForNan = comparison.opcode() != Opcode.LCMP
                && switch (relation) {
                    case GT, GE -> nanIsGreater;
                    case LT, LE -> !nanIsGreater;
                    case EQ, NE -> false; // as the relation itself says
                };
        return takenForNan
                ? new Condition.Not(new Compare(relation.negated(), comparison.left(), comparison.right()))
                : new Compare(relation, comparison.left(), comparison.right());
    }

    static BinaryOp operation(Opcode opcode) {
        return switch (opcode) {
            case IADD, LADD, FADD, DADD -> BinaryOp.ADD;
            case ISUB, LSUB, FSUB, DSUB -> BinaryOp.SUB;
            case IMUL, LMUL, FMUL, DMUL -> BinaryOp.MUL;
            case IDIV, LDIV, FDIV, DDIV -> BinaryOp.DIV;
            case IREM, LREM -> BinaryOp.REM;
            case IAND, LAND -> BinaryOp.AND;
            case IOR, LOR -> BinaryOp.OR;
            case IXOR, LXOR -> BinaryOp.XOR;
            case ISHL, LSHL -> BinaryOp.SHL;
            case ISHR, LSHR -> BinaryOp.SHR;
            case IUSHR, LUSHR -> BinaryOp.USHR;
            default -> throw new NotLiftable("the instruction " + opcode.name().toLowerCase(Locale.ROOT));
        };
    }
}
