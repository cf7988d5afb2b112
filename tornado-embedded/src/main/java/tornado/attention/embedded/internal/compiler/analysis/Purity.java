package tornado.attention.embedded.internal.compiler.analysis;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.Set;

/** Says which code may be run more than once, or not at all, without anybody noticing. */
final class Purity {
    private static final Set<String> WRITERS = Set.of("set", "init", "clear", "fill");

    private Purity() {}

    /**
     * Whether a range of a method changes nothing but its own locals.
     *
     * @param code the method
     * @param from first element
     * @param to end of the range
     * @return false if an array or field may be written
     */
    public static boolean holds(KernelCode code, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!holds(code, code.element(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(KernelCode code, CodeElement element) {
        return switch (element) {
            case ArrayStoreInstruction store -> false;
            case FieldInstruction field -> field.opcode() == Opcode.GETFIELD || field.opcode() == Opcode.GETSTATIC;
            case InvokeInstruction call -> holds(code, call);
            default -> true;
        };
    }

    private static boolean holds(KernelCode code, InvokeInstruction call) {
        var owner = call.owner().asInternalName();
        if (owner.startsWith("java/lang/")) {
            return true;
        }
        if (owner.startsWith("uk/ac/manchester/tornado/api/")) {
            return !WRITERS.contains(call.name().stringValue())
                    && !call.typeSymbol().returnType().descriptorString().equals("V");
        }
        return call.opcode() == Opcode.INVOKESTATIC
                && code.callee(call)
                        .map(callee -> holds(callee, 0, callee.size()))
                        .orElse(false);
    }

    /**
     * Whether a range reads elements of arrays, so that its results may differ from run to run.
     *
     * @param code the method
     * @param from first element
     * @param to end of the range
     * @return true if it calls anything but sizes and mathematics
     */
    public static boolean readsArrays(KernelCode code, int from, int to) {
        for (int i = from; i < to; i++) {
            if (code.element(i) instanceof InvokeInstruction call
                    && !call.name().equalsString("getSize")
                    && !call.owner().asInternalName().endsWith("Math")) {
                return true;
            }
        }
        return false;
    }
}
