package tornado.attention.embedded.internal.compiler.analysis;

import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which of its arrays a kernel reads and which it writes, from its bytecode.
 *
 * <p>TornadoVM copies no array to the device that the kernel only writes, and none back that no kernel writes, whatever
 * the graph declares. Where it is not certain that an array is only written, outside every condition but parallel
 * loops of step 1, it counts as read, too.
 */
public final class ArrayAccess {

    /**
     * What a kernel does with one parameter.
     *
     * @param read whether it may use what an element holds
     * @param written whether it may change an element
     */
    public record Use(boolean read, boolean written) {
        /** Its size at most. */
        public static final Use NONE = new Use(false, false);

        static final Use BOTH = new Use(true, true);

        /** Both of two uses. */
        public Use or(Use other) {
            return new Use(read || other.read, written || other.written);
        }

        /** Whether its old elements do not matter. */
        public boolean onlyWritten() {
            return written && !read;
        }
    }

    /** Parameters are bits of a long, what the method makes itself the bits above; TornadoVM itself ends at 20 parameters. */
    private static final int MOST_PARAMETERS = OperandState.FIRST_MADE;

    private static final int MOST_CALLS = 8;
    static final String API = "uk/ac/manchester/tornado/api/";
    private static final Set<String> SIZES = Set.of(
            "getSize",
            "getLength",
            "size",
            "getNumRows",
            "getNumColumns",
            "getElementSize",
            "vectorWidth",
            "getFinalIndexOfRange");

    // The same method serves many tasks; its class keeps the result alive.
    private static final ClassValue<Map<KernelMethod, List<Use>>> CACHE = new ClassValue<>() {
        @Override
        protected Map<KernelMethod, List<Use>> computeValue(Class<?> owner) {
            return new ConcurrentHashMap<>();
        }
    };

    private final KernelCode code;
    private final int depth;
    private final Use[] uses;
    /** What each element reads and writes, as bits. */
    private final long[] reads;

    private final long[] writes;
    /** The bit of what each element makes. */
    private final long[] made;

    private final List<int[]> conditions = new ArrayList<>();
    private int firstReturn = Integer.MAX_VALUE;

    private ArrayAccess(KernelCode code, int depth) {
        this.code = code;
        this.depth = depth;
        this.uses = new Use[code.type().parameterCount()];
        Arrays.fill(uses, Use.NONE);
        reads = new long[code.size()];
        writes = new long[code.size()];
        made = new long[code.size()];
    }

    /**
     * Finds what each instruction of a kernel does with arrays, those it is given and those it makes.
     *
     * @param code the kernel
     * @return its accesses by element
     */
    static ArrayAccess byElement(KernelCode code) {
        var access = new ArrayAccess(code, 0);
        access.follow();
        return access;
    }

    /** What may be read in a range of elements, as bits that {@link #writes} has, too. */
    long reads(int from, int to) {
        return together(reads, from, to);
    }

    /** What may be written in a range of elements. */
    long writes(int from, int to) {
        return together(writes, from, to);
    }

    /** The arrays and objects that are made in a range of elements. */
    long made(int from, int to) {
        return together(made, from, to);
    }

    private static long together(long[] bits, int from, int to) {
        long all = 0;
        for (int i = from; i < to; i++) {
            all |= bits[i];
        }
        return all;
    }

    /** The use of each parameter of a kernel. */
    public static List<Use> of(KernelMethod method) {
        return CACHE.get(method.owner()).computeIfAbsent(method, m -> of(KernelCode.of(m), 0));
    }

    private static List<Use> of(KernelCode code, int depth) {
        int parameters = code.type().parameterCount();
        if (depth > MOST_CALLS
                || parameters > MOST_PARAMETERS
                || !code.attribute().exceptionHandlers().isEmpty()) {
            return Collections.nCopies(parameters, Use.BOTH);
        }
        var access = new ArrayAccess(code, depth);
        access.findConditions(depth == 0 ? LoopFinder.find(code) : List.of());
        access.follow();
        return List.of(access.uses);
    }

    /** Ranges that a branch may jump over, except by ending a parallel loop of step 1. */
    private void findConditions(List<ParallelLoop> loops) {
        var loopTests = new ArrayList<Integer>();
        for (var loop : loops) {
            if (loop.step() == 1) {
                loopTests.add(loop.branch());
            }
        }
        for (int i = 0; i < code.size(); i++) {
            switch (code.element(i)) {
                case BranchInstruction _, TableSwitchInstruction _, LookupSwitchInstruction _ -> {
                    if (!loopTests.contains(i)) {
                        for (int target : code.successors(i)) {
                            conditions.add(new int[] {i, target});
                        }
                    }
                }
                case ReturnInstruction _ -> firstReturn = Math.min(firstReturn, i);
                default -> {
                    // Everything else goes on with the next instruction.
                }
            }
        }
    }

    private boolean isConditional(int index) {
        return index > firstReturn || conditions.stream().anyMatch(range -> range[0] < index && index < range[1]);
    }

    /** Follows which parameter each value may be, until nothing changes. */
    private void follow() {
        var states = new OperandState[code.size()];
        var work = new ArrayDeque<Integer>();
        int first = code.atOrAfter(0);
        states[first] = OperandState.atEntry(code);
        work.add(first);
        while (!work.isEmpty()) {
            int index = work.remove();
            var state = states[index].copy();
            made[index] |=
                    state.step(index, code.element(index), (origin, use) -> mark(index, origin, use), this::call);
            // Nothing follows a throw; a kernel has no handlers.
            for (int next :
                    code.element(index) instanceof ThrowInstruction ? List.<Integer>of() : code.successors(index)) {
                if (next < code.size()) {
                    var merged = states[next] == null ? state.copy() : states[next].merged(state);
                    if (!merged.equals(states[next])) {
                        states[next] = merged;
                        work.add(next);
                    }
                }
            }
        }
    }

    /** Notes a use of whatever parameters a value may be. */
    private void mark(int index, long origin, Use use) {
        reads[index] |= use.read() ? origin : 0;
        writes[index] |= use.written() ? origin : 0;
        boolean uncertain = Long.bitCount(origin) > 1 || isConditional(index);
        for (int p = 0; p < uses.length; p++) {
            if ((origin & 1L << p) != 0) {
                uses[p] = uses[p].or(use.written() && uncertain ? Use.BOTH : use);
            }
        }
    }

    /** The use a call makes of its receiver (first, where it has one) and its arguments. */
    private List<Use> call(InvokeInstruction call) {
        var owner = call.owner().asInternalName();
        var name = call.name().stringValue();
        boolean isStatic = call.opcode() == Opcode.INVOKESTATIC;
        int arguments = call.typeSymbol().parameterCount();
        if (isStatic) {
            var callee = owner.startsWith("java/") ? Optional.<KernelCode>empty() : code.callee(call);
            return callee.map(c -> of(c, depth + 1)).orElse(Collections.nCopies(arguments, Use.BOTH));
        }
        var all = new ArrayList<Use>();
        all.add(owner.startsWith(API) ? ofMember(name) : Use.BOTH);
        // set(values) of a vector reads its argument; what anything else does with an array is unknown.
        all.addAll(Collections.nCopies(arguments, name.equals("set") ? new Use(true, false) : Use.BOTH));
        return all;
    }

    private static Use ofMember(String name) {
        if (SIZES.contains(name) || name.startsWith("getNumBytes")) {
            return Use.NONE;
        }
        return switch (name) {
            case "get", "getX", "getY", "getZ", "getW" -> new Use(true, false);
            case "set", "setX", "setY", "setZ", "setW", "init", "clear", "fill" -> new Use(false, true);
            default -> Use.BOTH;
        };
    }
}
