package tornado.attention.embedded.internal.compiler.analysis;

import java.lang.classfile.Attributes;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is known of a kernel before any code is generated: its parallel nests, or the reason why it runs as one piece.
 *
 * <p>A kernel runs in tiles only if they give what plain Java gives, in whatever order its parallel iterations run. Each
 * tile runs the code between the loops again. So that code must write nothing, and read nothing that a loop may have written
 * meanwhile; no local and no array of the method may hand a value from one iteration to another or out of a loop.
 *
 * @param code the kernel
 * @param loops all its parallel loops
 * @param nests its top-level parallel nests in order; each is a phase, with a barrier between phases
 * @param sequential why the kernel must run once, from begin to end, on one thread; empty if it is run in tiles
 * @param dynamicBounds whether trip counts may depend on the contents of arrays, so that they are measured every run
 */
public record KernelAnalysis(
        KernelCode code,
        List<ParallelLoop> loops,
        List<LoopNest> nests,
        Optional<String> sequential,
        boolean dynamicBounds) {

    private static final String REDUCE = "Luk/ac/manchester/tornado/api/annotations/Reduce;";
    private static final int MOST_LEVELS = 3;

    /**
     * Analyses a kernel.
     *
     * @param method the kernel
     * @param aliases for each parameter the first one that is given the same array
     * @return its analysis
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException if the kernel breaks a rule
     */
    public static KernelAnalysis of(KernelMethod method, List<Integer> aliases) {
        var code = KernelCode.of(method);
        KernelRules.verify(code);
        var loops = LoopFinder.find(code);
        var memory = new Memory(ArrayAccess.byElement(code), aliases);
        for (var loop : loops) {
            if ((memory.reads(loop.test(), loop.branch()) & memory.writes(loop.bodyFrom(), loop.bodyTo())) != 0) {
                throw Refusal.at(code, loop.test(), LoopFinder.END_CHANGES);
            }
        }
        var nests = new ArrayList<LoopNest>();
        int after = -1;
        for (var loop : loops) {
            verifyDepth(code, loops, loop);
            if (loop.initialisation() > after) {
                nests.add(flatten(code, memory, loops, loop));
                after = loop.exit() - 1;
            }
        }
        var sequential = sequentialReason(code, memory, nests);
        return new KernelAnalysis(code, loops, List.copyOf(nests), sequential, dynamicBounds(code, nests));
    }

    /** What ranges of the kernel do to memory, as bits: one for each array that is given, others for what the kernel makes. */
    private record Memory(ArrayAccess access, List<Integer> aliases) {
        long reads(int from, int to) {
            return canonical(access.reads(from, to));
        }

        long writes(int from, int to) {
            return canonical(access.writes(from, to));
        }

        long made(int from, int to) {
            return access.made(from, to);
        }

        private long canonical(long bits) {
            for (int p = 0; p < aliases.size(); p++) {
                if ((bits & 1L << p) != 0) {
                    bits |= 1L << aliases.get(p);
                }
            }
            return bits;
        }
    }

    private static void verifyDepth(KernelCode code, List<ParallelLoop> loops, ParallelLoop loop) {
        long enclosing = loops.stream().filter(other -> other.encloses(loop)).count();
        if (enclosing >= MOST_LEVELS) {
            throw Refusal.at(code, loop.initialisation(), "at most three @Parallel loops may be nested");
        }
    }

    private static LoopNest flatten(KernelCode code, Memory memory, List<ParallelLoop> loops, ParallelLoop top) {
        var levels = new ArrayList<>(List.of(top));
        while (levels.size() < MOST_LEVELS) {
            var outer = levels.getLast();
            var children = loops.stream()
                    .filter(inner -> outer.encloses(inner)
                            && loops.stream().noneMatch(mid -> outer.encloses(mid) && mid.encloses(inner)))
                    .toList();
            if (children.size() != 1 || !canFlatten(code, memory, top, outer, children.getFirst())) {
                break;
            }
            levels.add(children.getFirst());
        }
        return new LoopNest(List.copyOf(levels));
    }

    /** Flattening repeats the code between the loops in every tile and evaluates the inner bounds before the nest. */
    private static boolean canFlatten(
            KernelCode code, Memory memory, ParallelLoop top, ParallelLoop outer, ParallelLoop inner) {
        int start = code.previous(inner.initialisation());
        boolean startKnown = code.element(start) instanceof ConstantInstruction
                || code.element(start) instanceof LoadInstruction load
                        && !code.writes(load.slot(), top.initialisation(), top.exit());
        return startKnown
                && endKnown(code, top, inner)
                && Purity.holds(code, outer.bodyFrom(), inner.initialisation())
                && Purity.holds(code, inner.exit(), outer.bodyTo())
                && (memory.reads(outer.bodyFrom(), inner.initialisation())
                                & memory.writes(top.bodyFrom(), top.bodyTo()))
                        == 0
                && (memory.made(outer.bodyFrom(), inner.initialisation())
                                & memory.writes(inner.bodyFrom(), inner.bodyTo()))
                        == 0
                && unconditional(code, outer.bodyFrom(), inner.initialisation())
                && carriedLocals(code, inner).isEmpty()
                && liveOut(code, inner).isEmpty();
    }

    private static boolean endKnown(KernelCode code, ParallelLoop top, ParallelLoop inner) {
        for (int i = code.next(inner.test()); i < inner.branch(); i = code.next(i)) {
            if (code.element(i) instanceof LoadInstruction load
                    && code.writes(load.slot(), top.initialisation(), top.exit())) {
                return false;
            }
        }
        return Purity.holds(code, inner.test(), inner.branch())
                && !Purity.readsArrays(code, inner.test(), inner.branch());
    }

    private static boolean unconditional(KernelCode code, int from, int to) {
        for (int i = code.atOrAfter(from); i < to; i = code.next(i)) {
            if (code.successors(i).stream().anyMatch(next -> next > to)) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> sequentialReason(KernelCode code, Memory memory, List<LoopNest> nests) {
        if (nests.isEmpty()) {
            return Optional.of("no @Parallel loop");
        }
        if (reduces(code)) {
            return Optional.of("a @Reduce parameter is accumulated in order");
        }
        int from = 0;
        for (int n = 0; n < nests.size(); n++) {
            var top = nests.get(n).top();
            if (!Purity.holds(code, from, top.initialisation())) {
                return Optional.of("code outside the @Parallel loops writes arrays");
            }
            if (!Purity.holds(code, top.test(), top.branch())) {
                return Optional.of("the end of a @Parallel loop writes arrays");
            }
            var carried = carriedLocals(code, top);
            if (!carried.isEmpty()) {
                return Optional.of("a local is carried from one iteration to the next");
            }
            if (!liveOut(code, top).isEmpty()) {
                return Optional.of("a local that a @Parallel loop sets is read after the loop");
            }
            long outside = memory.made(0, top.initialisation()) | memory.made(top.exit(), code.size());
            if ((outside & memory.writes(top.bodyFrom(), top.bodyTo())) != 0) {
                return Optional.of("an array made outside the @Parallel loop is written by its iterations");
            }
            // This code runs again while the nest, or a later one, runs.
            long written = 0;
            for (var later : nests.subList(n, nests.size())) {
                written |= memory.writes(later.top().bodyFrom(), later.top().bodyTo());
            }
            if ((memory.reads(from, top.branch()) & written) != 0) {
                return Optional.of("code outside the @Parallel loops reads an array that they write");
            }
            if (!insideStraightLine(code, top)) {
                return Optional.of("a @Parallel loop lies in a branch or serial loop");
            }
            from = top.exit();
        }
        return Purity.holds(code, from, code.size())
                ? Optional.empty()
                : Optional.of("code outside the @Parallel loops writes arrays");
    }

    /** No jump from before a nest goes past it, and none after it comes back. */
    private static boolean insideStraightLine(KernelCode code, ParallelLoop top) {
        for (int i = code.atOrAfter(0); i < code.size(); i = code.next(i)) {
            boolean before = i < top.initialisation();
            boolean after = i >= top.exit();
            for (int to : before || after ? code.successors(i) : List.<Integer>of()) {
                if (before && to > top.initialisation() || after && to < top.exit()) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean reduces(KernelCode code) {
        return code.model().findAttribute(Attributes.runtimeVisibleParameterAnnotations()).stream()
                .flatMap(a -> a.parameterAnnotations().stream())
                .flatMap(List::stream)
                .anyMatch(annotation -> annotation.className().equalsString(REDUCE));
    }

    /** Locals that hand a value from one iteration of a loop to the next. */
    private static TreeSet<Integer> carriedLocals(KernelCode code, ParallelLoop loop) {
        return setAndRead(code, loop, loop.bodyFrom());
    }

    /** Locals that hand a value out of a loop. */
    private static TreeSet<Integer> liveOut(KernelCode code, ParallelLoop loop) {
        return setAndRead(code, loop, loop.exit());
    }

    /** Locals that the body of a loop sets and whose value at some place may be read. */
    private static TreeSet<Integer> setAndRead(KernelCode code, ParallelLoop loop, int place) {
        var slots = new TreeSet<Integer>();
        for (int i = loop.bodyFrom(); i < loop.bodyTo(); i++) {
            int slot = KernelCode.writtenSlot(code.element(i));
            if (slot >= 0 && slot != loop.slot() && Liveness.readFirst(code, slot, place)) {
                slots.add(slot);
            }
        }
        return slots;
    }

    private static boolean dynamicBounds(KernelCode code, List<LoopNest> nests) {
        int from = 0;
        for (var nest : nests) {
            if (Purity.readsArrays(code, from, nest.top().branch())) {
                return true;
            }
            from = nest.top().exit();
        }
        return false;
    }
}
