package tornado.attention.embedded.runtime;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import tornado.attention.embedded.compiler.analysis.KernelCode;

/**
 * Locals and operand stack of a method at one instruction. Each slot holds, as bits, the parameters whose array it may
 * be; longs and doubles take two slots, as in the bytecode.
 */
final class OperandState {

    /** Told of every use of a value that may be a parameter. */
    @FunctionalInterface
    interface Marker {
        void mark(long origin, ArrayAccess.Use use);
    }

    private static final ArrayAccess.Use READ = new ArrayAccess.Use(true, false);
    private static final ArrayAccess.Use WRITTEN = new ArrayAccess.Use(false, true);

    private final long[] locals;
    private final long[] stack;
    private int height;

    private OperandState(long[] locals, long[] stack, int height) {
        this.locals = locals;
        this.stack = stack;
        this.height = height;
    }

    static OperandState atEntry(KernelCode code) {
        var state = new OperandState(
                new long[code.attribute().maxLocals()],
                new long[code.attribute().maxStack()],
                0);
        var slots = code.slotsOfParameters();
        for (int p = 0; p < slots.length; p++) {
            if (!code.type().parameterType(p).isPrimitive()) {
                state.locals[slots[p]] = 1L << p;
            }
        }
        return state;
    }

    OperandState copy() {
        return new OperandState(locals.clone(), stack.clone(), height);
    }

    /** What holds where two paths meet. */
    OperandState merged(OperandState other) {
        var result = copy();
        for (int i = 0; i < locals.length; i++) {
            result.locals[i] |= other.locals[i];
        }
        for (int i = 0; i < height; i++) {
            result.stack[i] |= other.stack[i];
        }
        return result;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof OperandState other
                && height == other.height
                && Arrays.equals(locals, other.locals)
                && Arrays.equals(stack, 0, height, other.stack, 0, height);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(locals) * 31 + height;
    }

    private void push(int slots, long origin) {
        for (int i = 0; i < slots; i++) {
            stack[height++] = origin;
        }
    }

    private long pop(int slots) {
        long origin = 0;
        for (int i = 0; i < slots; i++) {
            origin |= stack[--height];
        }
        return origin;
    }

    private static int slots(ClassDesc type) {
        return TypeKind.from(type).slotSize();
    }

    /**
     * Runs one instruction.
     *
     * @param element the instruction; anything else changes nothing
     * @param marker told of uses of parameters
     * @param calls the use a call makes of its receiver, where it has one, and each argument
     */
    void step(CodeElement element, Marker marker, Function<InvokeInstruction, List<ArrayAccess.Use>> calls) {
        switch (element) {
            case LoadInstruction load -> push(load.typeKind().slotSize(), locals[load.slot()]);
            case StoreInstruction store ->
                locals[store.slot()] = pop(store.typeKind().slotSize());
            case ConstantInstruction constant -> push(constant.typeKind().slotSize(), 0);
            case ArrayLoadInstruction load -> {
                pop(1);
                marker.mark(pop(1), READ);
                push(load.typeKind().slotSize(), 0);
            }
            case ArrayStoreInstruction store -> {
                marker.mark(pop(store.typeKind().slotSize()), ArrayAccess.Use.BOTH);
                pop(1);
                marker.mark(pop(1), WRITTEN);
            }
            case OperatorInstruction operator -> operate(operator);
            case ConvertInstruction convert -> {
                pop(convert.fromType().slotSize());
                push(convert.toType().slotSize(), 0);
            }
            case StackInstruction shuffle -> shuffle(shuffle.opcode());
            case FieldInstruction field -> field(field, marker);
            case InvokeInstruction call -> {
                var uses = calls.apply(call);
                boolean isStatic = call.opcode() == Opcode.INVOKESTATIC;
                invoke(call.typeSymbol(), isStatic, uses, marker);
            }
            case InvokeDynamicInstruction call -> {
                int arguments = call.typeSymbol().parameterCount();
                invoke(call.typeSymbol(), true, Collections.nCopies(arguments, ArrayAccess.Use.BOTH), marker);
            }
            case NewObjectInstruction _ -> push(1, 0);
            case NewPrimitiveArrayInstruction _, NewReferenceArrayInstruction _ -> {
                pop(1);
                push(1, 0);
            }
            case NewMultiArrayInstruction create -> {
                pop(create.dimensions());
                push(1, 0);
            }
            case TypeCheckInstruction check -> {
                if (check.opcode() == Opcode.INSTANCEOF) {
                    pop(1);
                    push(1, 0);
                }
            }
            case BranchInstruction branch -> pop(operandsOf(branch.opcode()));
            case TableSwitchInstruction _, LookupSwitchInstruction _, MonitorInstruction _ -> pop(1);
            default -> {
                // Labels, line numbers, iinc, nop: no operands. After a return or a throw nothing follows.
            }
        }
    }

    private void operate(OperatorInstruction operator) {
        int size = operator.typeKind().slotSize();
        switch (operator.opcode()) {
            case INEG, LNEG, FNEG, DNEG -> {
                // One operand, one result of the same size.
            }
            case ARRAYLENGTH -> {
                pop(1);
                push(1, 0);
            }
            case LCMP, DCMPL, DCMPG -> {
                pop(4);
                push(1, 0);
            }
            case FCMPL, FCMPG -> {
                pop(2);
                push(1, 0);
            }
            case ISHL, ISHR, IUSHR, LSHL, LSHR, LUSHR -> pop(1);
            default -> pop(size);
        }
    }

    private void field(FieldInstruction field, Marker marker) {
        int size = slots(field.typeSymbol());
        switch (field.opcode()) {
            case GETSTATIC -> push(size, 0);
            case GETFIELD -> {
                pop(1);
                push(size, 0);
            }
            case PUTSTATIC -> marker.mark(pop(size), ArrayAccess.Use.BOTH);
            default -> {
                marker.mark(pop(size), ArrayAccess.Use.BOTH);
                pop(1);
            }
        }
    }

    private void invoke(MethodTypeDesc type, boolean isStatic, List<ArrayAccess.Use> uses, Marker marker) {
        int receivers = isStatic ? 0 : 1;
        for (int i = type.parameterCount() - 1; i >= 0; i--) {
            marker.mark(pop(slots(type.parameterType(i))), uses.get(receivers + i));
        }
        if (!isStatic) {
            marker.mark(pop(1), uses.getFirst());
        }
        push(slots(type.returnType()), 0);
    }

    private static int operandsOf(Opcode branch) {
        return switch (branch) {
            case GOTO, GOTO_W -> 0;
            case IF_ICMPEQ, IF_ICMPNE, IF_ICMPLT, IF_ICMPGE, IF_ICMPGT, IF_ICMPLE, IF_ACMPEQ, IF_ACMPNE -> 2;
            default -> 1;
        };
    }

    private void shuffle(Opcode opcode) {
        switch (opcode) {
            case POP -> pop(1);
            case POP2 -> pop(2);
            case DUP -> duplicate(1, 0);
            case DUP_X1 -> duplicate(1, 1);
            case DUP_X2 -> duplicate(1, 2);
            case DUP2 -> duplicate(2, 0);
            case DUP2_X1 -> duplicate(2, 1);
            case DUP2_X2 -> duplicate(2, 2);
            default -> {
                long top = pop(1);
                long below = pop(1);
                push(1, top);
                push(1, below);
            }
        }
    }

    /** Copies the top {@code slots} slots to below the {@code skipped} slots under them. */
    private void duplicate(int slots, int skipped) {
        int from = height - slots - skipped;
        var moved = Arrays.copyOfRange(stack, from, height);
        System.arraycopy(moved, skipped, stack, from, slots);
        System.arraycopy(moved, 0, stack, from + slots, moved.length);
        height += slots;
    }
}
