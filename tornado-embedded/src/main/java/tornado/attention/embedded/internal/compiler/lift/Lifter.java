package tornado.attention.embedded.internal.compiler.lift;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tornado.attention.embedded.internal.compiler.analysis.KernelAnalysis;
import tornado.attention.embedded.internal.compiler.analysis.KernelCode;
import tornado.attention.embedded.internal.compiler.analysis.ParallelLoop;
import tornado.attention.embedded.internal.compiler.ir.Condition;
import tornado.attention.embedded.internal.compiler.ir.Contraction;
import tornado.attention.embedded.internal.compiler.ir.Expr.Read;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;
import tornado.attention.embedded.internal.compiler.ir.Temporaries;
import tornado.attention.embedded.internal.compiler.ir.Values;
import tornado.attention.embedded.internal.compiler.lift.Operand.Value;

/**
 * Lifts bytecode to statements and expressions: blocks are executed symbolically, branches become {@code If} from the
 * branch to the block where its paths meet again, loops with one exit become {@code While}. Helper methods are inlined.
 */
public final class Lifter {
    /** Statements after which lifting is given up; duplicated branches of long conditions could grow without end. */
    private static final int MOST_STATEMENTS = 4_000;

    /** Deepest chain of helper methods that is inlined. */
    private static final int DEEPEST = 16;

    final KernelCode code;
    final LiftContext context;
    final Variables variables;
    private final ControlFlow flow;
    private final List<ParallelLoop> parallelLoops;
    private final int depth;
    private final Map<Integer, List<Operand>> stacksAtEntry = new HashMap<>();
    private final Map<Integer, Map<Integer, Local>> mergeTemporaries = new HashMap<>();
    private final BitSet openLoops = new BitSet();
    private int statements;
    /** What the method returns; unknown until the first return is met. */
    private Operand result;

    private Lifter(
            KernelCode code, LiftContext context, List<Operand> parameters, List<ParallelLoop> loops, int depth) {
        if (depth > DEEPEST) {
            throw new NotLiftable("helper methods nested deeper than " + DEEPEST);
        }
        this.code = code;
        this.context = context;
        this.variables = new Variables(code, context, parameters);
        this.flow = new ControlFlow(code);
        this.parallelLoops = loops;
        this.depth = depth;
    }

    /**
     * Lifts a kernel.
     *
     * @param analysis the kernel
     * @param args its arguments; arrays given twice become one
     * @param contract whether loops that add up products fuse them
     * @return its statements, with what they take for granted about the scalars
     * @throws NotLiftable if it has something that has no such form
     */
    public static LiftedKernel lift(KernelAnalysis analysis, Object[] args, boolean contract) {
        var assumptions = Optional.of(Assumptions.of(new Values(args)));
        while (true) {
            var context = new LiftContext();
            var operands = Operand.ofArguments(args, assumptions.get());
            var lifter = new Lifter(analysis.code(), context, operands, analysis.loops(), 0);
            var body = Webs.split(BranchForms.simplify(lifter.body(), assumptions.get()), context);
            var better = assumptions.get().simpler(body);
            if (better.isEmpty()) {
                var fused = contract ? Contraction.ofSums(body) : body;
                return new LiftedKernel(Temporaries.inlined(fused), assumptions.get());
            }
            assumptions = better;
        }
    }

    private List<Stmt> body() {
        var out = new ArrayList<Stmt>();
        stacksAtEntry.put(0, List.of());
        structure(0, flow.exit(), out, false);
        return out;
    }

    /** Inlines a helper method; its statements are added to those of the caller. */
    Optional<Operand> inline(KernelCode callee, List<Operand> arguments, List<Stmt> out) {
        var lifter = new Lifter(callee, context, arguments, List.of(), depth + 1);
        out.addAll(lifter.variables.parameterAssignments());
        out.addAll(lifter.body());
        return Optional.ofNullable(lifter.result);
    }

    /** Lifts from a block up to another one, which is not lifted. */
    private void structure(int from, int stop, List<Stmt> out, boolean insideHeader) {
        int block = from;
        boolean header = insideHeader;
        while (block != stop) {
            if (block == flow.exit()) {
                throw new NotLiftable("a return inside a loop");
            }
            if (!header && !openLoops.get(block)) {
                var loop = flow.loopOf(block);
                if (!loop.isEmpty()) {
                    block = loop(block, loop, out);
                    continue;
                }
            }
            header = false;
            var end = lift(block, out);
            var next = flow.successors(block);
            if (end.condition().isEmpty() || next.length == 1) {
                block = next[0];
                continue;
            }
            int merge = flow.merge(block);
            var yes = new ArrayList<Stmt>();
            var no = new ArrayList<Stmt>();
            structure(next[0], merge, yes, false);
            structure(next[1], merge, no, false);
            out.add(BranchForms.make(end.condition().get(), yes, no));
            block = merge;
        }
    }

    /** Lifts a loop; returns the block after it. */
    private int loop(int header, BitSet loop, List<Stmt> out) {
        int exiting = -1;
        int after = -1;
        for (int b = loop.nextSetBit(0); b >= 0; b = loop.nextSetBit(b + 1)) {
            for (int next : flow.successors(b)) {
                if (next == flow.exit() || !loop.get(next)) {
                    if (exiting >= 0) {
                        throw new NotLiftable("a break or return in a serial loop");
                    }
                    exiting = b;
                    after = next;
                }
            }
        }
        if (exiting < 0) {
            throw new NotLiftable("a loop without end");
        }
        openLoops.set(header);
        var head = new ArrayList<Stmt>();
        structure(header, exiting, head, true);
        var end = lift(exiting, head);
        var next = flow.successors(exiting);
        var condition = end.condition().orElseThrow(() -> new NotLiftable("a loop without condition"));
        boolean goesOnWhenTaken = next[0] != after;
        var body = new ArrayList<Stmt>();
        structure(goesOnWhenTaken ? next[0] : next[1], header, body, false);
        openLoops.clear(header);
        out.add(new While(head, goesOnWhenTaken ? condition : Condition.not(condition), body, parallel(header)));
        return after;
    }

    private Optional<ParallelLoop> parallel(int header) {
        var block = flow.block(header);
        return parallelLoops.stream()
                .filter(l -> block.from() <= l.test() && l.test() < block.to())
                .findFirst();
    }

    /** How a block ends: the condition under which the first successor follows, if it has two. */
    record End(Optional<Condition> condition) {}

    private End lift(int number, List<Stmt> out) {
        var block = flow.block(number);
        int before = out.size();
        var executor = new BlockExecutor(this, out, stacksAtEntry.getOrDefault(number, List.of()));
        var condition = executor.run(block);
        statements += out.size() - before;
        if (statements > MOST_STATEMENTS) {
            throw new NotLiftable("more than " + MOST_STATEMENTS + " statements");
        }
        if (executor.returned().isPresent()) {
            keepResult(executor.returned().get(), out);
        }
        hand(number, executor, out);
        return new End(condition);
    }

    private void keepResult(Operand returned, List<Stmt> out) {
        if (flow.exit() == 1) {
            result = returned; // one block: the caller can use the expression itself
        } else if (returned instanceof Value value) {
            if (result == null) {
                result = new Value(new Read(context.fresh(value.expr().kind())));
            }
            out.add(new Stmt.Assign(((Read) ((Value) result).expr()).local(), value.expr()));
        } else {
            throw new NotLiftable("a helper method that returns an array");
        }
    }

    /** Hands the operand stack on to the successors, through temporaries where paths meet. */
    private void hand(int number, BlockExecutor executor, List<Stmt> out) {
        var next = flow.successors(number);
        var stack = executor.stack();
        if (!stack.isEmpty()) {
            int merge = next.length > 1 ? flow.merge(number) : next[0];
            stack = spill(stack, merge, out);
        }
        for (int successor : next) {
            stacksAtEntry.put(successor, stack);
        }
    }

    private List<Operand> spill(List<Operand> stack, int merge, List<Stmt> out) {
        var spilled = new ArrayList<Operand>();
        var temporaries = mergeTemporaries.computeIfAbsent(merge, m -> new HashMap<>());
        for (int i = 0; i < stack.size(); i++) {
            if (stack.get(i) instanceof Value value) {
                var local = temporaries.computeIfAbsent(
                        i, d -> context.fresh(value.expr().kind()));
                var read = new Read(local);
                if (!value.expr().equals(read)) {
                    out.add(new Stmt.Assign(local, value.expr()));
                }
                spilled.add(new Value(read));
            } else if (stack.get(i) instanceof Operand.Array) {
                spilled.add(stack.get(i));
            } else {
                throw new NotLiftable("a comparison kept on the stack");
            }
        }
        return spilled;
    }
}
