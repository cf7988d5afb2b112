package tornado.attention.embedded.internal.compiler.analysis;

import java.lang.classfile.Attributes;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.TypeAnnotation.LocalVarTarget;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the loops whose index carries {@code @Parallel}: the annotation's local-variable target gives slot and range of
 * the index, around which javac's loop shape (test on top) or that of the Eclipse compiler (test at the bottom) is
 * matched.
 */
final class LoopFinder {
    private static final String PARALLEL = "Luk/ac/manchester/tornado/api/annotations/Parallel;";
    private static final String SHAPE =
            "a @Parallel loop must read 'for (@Parallel int i = start; i < end; i += constant)'";

    /** The rule on the end of a loop. */
    static final String END_CHANGES = "the end of a @Parallel loop must not change while the loop runs";

    private final KernelCode code;

    private LoopFinder(KernelCode code) {
        this.code = code;
    }

    /**
     * Finds the parallel loops of a kernel.
     *
     * @param code the kernel
     * @return its loops in the order of the source
     * @throws uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException if a loop has another shape
     */
    public static List<ParallelLoop> find(KernelCode code) {
        return new LoopFinder(code).all();
    }

    private List<ParallelLoop> all() {
        var loops = new ArrayList<ParallelLoop>();
        code.attribute()
                .findAttribute(Attributes.runtimeVisibleTypeAnnotations())
                .ifPresent(attribute -> {
                    for (TypeAnnotation annotation : attribute.annotations()) {
                        if (annotation.annotation().className().equalsString(PARALLEL)
                                && annotation.targetInfo() instanceof LocalVarTarget target
                                && !target.table().isEmpty()) {
                            var range = target.table().getFirst();
                            loops.add(match(range.index(), code.instructionAt(code.position(range.startLabel()))));
                        }
                    }
                });
        loops.sort(Comparator.comparingInt(ParallelLoop::initialisation));
        for (var loop : loops) {
            verifyBody(loop);
        }
        return List.copyOf(loops);
    }

    private ParallelLoop match(int slot, int start) {
        int init = code.previous(start);
        if (init < 0
                || !(code.element(init) instanceof StoreInstruction store
                        && store.slot() == slot
                        && store.typeKind() == TypeKind.INT)) {
            throw Refusal.at(code, start, SHAPE + "; the index must be an int set where the loop starts");
        }
        if (code.element(start) instanceof BranchInstruction jump && KernelCode.isGoto(jump)) {
            return matchBottomTest(slot, init, start, code.target(jump.target()));
        }
        return matchTopTest(slot, init, start);
    }

    private ParallelLoop matchTopTest(int slot, int init, int test) {
        int branch = branchOfTest(slot, init, test);
        var jump = (BranchInstruction) code.element(branch);
        boolean inclusive = switch (jump.opcode()) {
            case IF_ICMPGE, IFGE -> false;
            case IF_ICMPGT, IFGT -> true;
            default -> throw Refusal.at(code, test, otherTest(branch));
        };
        int exit = code.target(jump.target());
        int back = code.previous(exit);
        if (back <= branch
                || !(code.element(back) instanceof BranchInstruction loopBack
                        && KernelCode.isGoto(loopBack)
                        && code.target(loopBack.target()) == test)) {
            throw Refusal.at(
                    code,
                    test,
                    SHAPE
                            + "; its test must be that one comparison (without & or |), and its body must lead back to it one way");
        }
        var increment = increment(slot, init, back);
        return new ParallelLoop(
                slot, init, test, branch, code.next(branch), increment.from, exit, increment.step, inclusive, true);
    }

    /** What is wrong with a test that is not {@code i < end} or {@code i <= end}. */
    private String otherTest(int branch) {
        boolean jumpsFar = code.next(branch) < code.size()
                && code.element(code.next(branch)) instanceof BranchInstruction jump
                && jump.opcode() == Opcode.GOTO_W;
        return jumpsFar
                ? "the body of this @Parallel loop is longer than 32,767 bytes, for which Java compiles another kind of loop; move"
                        + " parts of it into helper methods or into a second kernel"
                : SHAPE + "; the test must be i < end or i <= end";
    }

    private ParallelLoop matchBottomTest(int slot, int init, int jump, int test) {
        int branch = branchOfTest(slot, init, test);
        var back = (BranchInstruction) code.element(branch);
        boolean inclusive = switch (back.opcode()) {
            case IF_ICMPLT, IFLT -> false;
            case IF_ICMPLE, IFLE -> true;
            default -> throw Refusal.at(code, init, SHAPE + "; the test must be i < end or i <= end");
        };
        int bodyFrom = code.next(jump);
        if (code.target(back.target()) != bodyFrom) {
            throw Refusal.at(code, init, SHAPE + "; the loop has no single way back to its body");
        }
        var increment = increment(slot, init, test);
        return new ParallelLoop(
                slot,
                init,
                test,
                branch,
                bodyFrom,
                increment.from,
                code.next(branch),
                increment.step,
                inclusive,
                false);
    }

    /** The branch that ends a test which begins by loading the index. */
    private int branchOfTest(int slot, int init, int test) {
        if (test >= code.size() || !(code.element(test) instanceof LoadInstruction load && load.slot() == slot)) {
            throw Refusal.at(code, init, SHAPE + "; the test must begin with the index itself");
        }
        int i = code.next(test);
        while (i < code.size() && !(code.element(i) instanceof BranchInstruction)) {
            if (code.element(i) instanceof StoreInstruction || code.element(i) instanceof IncrementInstruction) {
                throw Refusal.at(code, test, SHAPE + "; the end must not change anything");
            }
            i = code.next(i);
        }
        if (i >= code.size()) {
            throw Refusal.at(code, test, SHAPE);
        }
        if (!OperandState.onlyPushesAfter(code, test, i)) {
            throw Refusal.at(
                    code,
                    test,
                    SHAPE + "; the test must compare the index itself with one value, so compute that before the loop");
        }
        return i;
    }

    private record Increment(int from, int step) {}

    /** The increment that ends right before an element. */
    private Increment increment(int slot, int init, int before) {
        int last = code.previous(before);
        if (code.element(last) instanceof IncrementInstruction increment && increment.slot() == slot) {
            return positive(init, last, increment.constant());
        }
        int add = code.previous(last);
        int constant = code.previous(add);
        int load = code.previous(constant);
        if (load > init
                && code.element(last) instanceof StoreInstruction store
                && store.slot() == slot
                && code.element(add) instanceof OperatorInstruction operator
                && operator.opcode() == Opcode.IADD
                && code.element(constant) instanceof ConstantInstruction value
                && value.constantValue() instanceof Integer step
                && code.element(load) instanceof LoadInstruction index
                && index.slot() == slot) {
            return positive(init, load, step);
        }
        throw Refusal.at(code, init, SHAPE + "; the step must be a literal, as in i += 2");
    }

    private Increment positive(int init, int from, int step) {
        if (step <= 0) {
            throw Refusal.at(code, init, SHAPE + "; the step must be positive");
        }
        return new Increment(from, step);
    }

    private void verifyBody(ParallelLoop loop) {
        for (int i = loop.bodyFrom(); i < loop.bodyTo(); i++) {
            if (KernelCode.writtenSlot(code.element(i)) == loop.slot()) {
                throw Refusal.at(code, i, "the index of a @Parallel loop must not be changed in its body");
            }
            if (code.element(i) instanceof ReturnInstruction) {
                throw Refusal.at(code, i, "return inside a @Parallel loop would end all iterations; use continue");
            }
            if (code.element(i) instanceof BranchInstruction
                    || code.successors(i).size() > 1) {
                for (int to : code.successors(i)) {
                    if (to < loop.bodyFrom() || to > loop.bodyTo()) {
                        throw Refusal.at(
                                code,
                                i,
                                "break out of a @Parallel loop, or a second condition in its test, would end other"
                                        + " iterations; use continue");
                    }
                }
            }
        }
        endIsInvariant(loop).ifPresent(element -> {
            throw Refusal.at(code, element, END_CHANGES);
        });
    }

    /** First element of the test that may change while the loop runs. */
    private Optional<Integer> endIsInvariant(ParallelLoop loop) {
        for (int i = code.next(loop.test()); i < loop.branch(); i = code.next(i)) {
            if (code.element(i) instanceof LoadInstruction load
                    && (load.slot() == loop.slot() || code.writes(load.slot(), loop.bodyFrom(), loop.bodyTo()))) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }
}
