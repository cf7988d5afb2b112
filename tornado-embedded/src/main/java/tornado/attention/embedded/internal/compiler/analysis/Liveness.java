package tornado.attention.embedded.internal.compiler.analysis;

import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.List;

/** Answers whether a local's present value is still wanted. */
final class Liveness {
    private Liveness() {}

    /**
     * Whether some path from an element reads a slot before it writes it.
     *
     * @param code the method
     * @param slot the local slot
     * @param from where the paths begin
     * @return true if the slot's value at that place may be read
     */
    public static boolean readFirst(KernelCode code, int slot, int from) {
        var open = new ArrayDeque<>(List.of(code.atOrAfter(from)));
        var seen = new BitSet();
        while (!open.isEmpty()) {
            int i = open.pop();
            if (i >= code.size() || seen.get(i)) {
                continue;
            }
            seen.set(i);
            var element = code.element(i);
            if (element instanceof LoadInstruction load && load.slot() == slot
                    || element instanceof IncrementInstruction increment && increment.slot() == slot) {
                return true;
            }
            if (!(element instanceof StoreInstruction store && store.slot() == slot)) {
                open.addAll(code.successors(i));
            }
        }
        return false;
    }
}
