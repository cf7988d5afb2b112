package tornado.attention.embedded.internal.compiler.analysis;

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

/**
 * Locals and operand stack of a method at one instruction. Each slot holds, as bits, the parameters whose array it may
 * be, and above them the arrays and objects made by the method itself; longs and doubles take two slots, as in the bytecode.
 */
final class OperandState {

    /** Told of every use of a value that may be a parameter. */
    @FunctionalInterface
    interface Marker {
        void mark(long origin, ArrayAccess.Use use);
    }

    private static final ArrayAccess.Use READ = new ArrayAccess.Use(true, false);
    private static final ArrayAccess.Use WRITTEN = new ArrayAccess.Use(false, true);

    /** The first bit of what the method makes itself; the instructions that make something share the bits from here on. */
    static final int FIRST_MADE = 40;

    private static final long MADE = -1L << FIRST_MADE;

    /** Descriptors of the API's vectors begin so. */
    private static final String VECTORS = "Luk/ac/manchester/tornado/api/types/vectors/";

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

    /**
     * Whether a comparison takes what its first instruction pushes, unchanged, and what the others push: one value, or none where
     * the JVM compares with zero.
     *
     * @param code the method
     * @param first a load of an int
     * @param branch the conditional branch that compares
     */
    static boolean onlyPushesAfter(KernelCode code, int first, int branch) {
        var state = atEntry(code);
        long mark = 1L << Long.SIZE - 1;
        state.push(1, mark);
        for (int i = code.next(first); i < branch; i = code.next(i)) {
            state.step(
                    i,
                    code.element(i),
                    (origin, use) -> {},
                    call -> Collections.nCopies(call.typeSymbol().parameterCount() + 1, ArrayAccess.Use.NONE));
        }
        int wanted = operandsOf(((BranchInstruction) code.element(branch)).opcode());
        return state.height == wanted && state.stack[0] == mark;
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
     * @param index its place in the method
     * @param element the instruction; anything else changes nothing
     * @param marker told of uses of arrays
     * @param calls the use a call makes of its receiver, where it has one, and each argument
     * @return the bit of what it makes; 0 if it makes nothing
     */
    long step(int index, CodeElement element, Marker marker, Function<InvokeInstruction, List<ArrayAccess.Use>> calls) {
        long made = 0;
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
                made = call.typeSymbol().returnType().isPrimitive() ? 0 : madeAt(index);
                boolean isApi = call.owner().asInternalName().startsWith(ArrayAccess.API);
                invoke(call.typeSymbol(), isStatic, uses, marker, made, isApi);
            }
            case InvokeDynamicInstruction call -> {
                int arguments = call.typeSymbol().parameterCount();
                invoke(call.typeSymbol(), true, Collections.nCopies(arguments, ArrayAccess.Use.BOTH), marker, 0, false);
            }
            case NewObjectInstruction _ -> {
                made = madeAt(index);
                push(1, made);
            }
            case NewPrimitiveArrayInstruction _, NewReferenceArrayInstruction _ -> {
                made = madeAt(index);
                pop(1);
                push(1, made);
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
        return made;
    }

    private static long madeAt(int index) {
        return 1L << FIRST_MADE + index % (Long.SIZE - FIRST_MADE);
    }

    private void operate(OperatorInstruction operator) {
        int size = operator.typeKind().slotSize();
        switch (operator.opcode()) {
            case INEG, LNEG, FNEG, DNEG -> replace(size, size);
            case ARRAYLENGTH -> replace(1, 1);
            case LCMP, DCMPL, DCMPG -> replace(4, 1);
            case FCMPL, FCMPG -> replace(2, 1);
            case ISHL, ISHR, IUSHR, LSHL, LSHR, LUSHR -> replace(size + 1, size);
            default -> replace(2 * size, size);
        }
    }

    /** Numbers to a number. */
    private void replace(int operands, int result) {
        pop(operands);
        push(result, 0);
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

    /**
     * A call. What it returns may be new, or something it was given; a vector such as {@code Float4} is a value, never part of an
     * array it was read from, and the API's own calls make a new one each time.
     */
    private void invoke(
            MethodTypeDesc type,
            boolean isStatic,
            List<ArrayAccess.Use> uses,
            Marker marker,
            long made,
            boolean isApi) {
        int receivers = isStatic ? 0 : 1;
        long given = 0;
        for (int i = type.parameterCount() - 1; i >= 0; i--) {
            long argument = pop(slots(type.parameterType(i)));
            marker.mark(argument, uses.get(receivers + i));
            given |= argument;
        }
        if (!isStatic) {
            long receiver = pop(1);
            marker.mark(receiver, uses.getFirst());
            given |= receiver;
        }
        var returned = type.returnType();
        boolean isValue = returned.descriptorString().startsWith(VECTORS);
        long passedOn = !isValue ? given : isApi ? 0 : given & MADE;
        long result = returned.isPrimitive() ? 0 : made | passedOn;
        push(slots(returned), result);
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
