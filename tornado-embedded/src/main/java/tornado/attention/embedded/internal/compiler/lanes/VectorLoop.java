package tornado.attention.embedded.internal.compiler.lanes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tornado.attention.embedded.internal.compiler.ir.Assignments;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.CountedLoop;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Expr.Binary;
import tornado.attention.embedded.internal.compiler.ir.Expr.Fma;
import tornado.attention.embedded.internal.compiler.ir.Expr.Read;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Store;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;
import tornado.attention.embedded.internal.compiler.ir.Trees;
import tornado.attention.embedded.internal.compiler.ir.Values;

/**
 * A serial loop whose iterations run in lanes: its variables are new in every iteration or accumulate a sum, product,
 * maximum or minimum.
 *
 * @param loop the loop
 * @param reductions accumulating variables with their operation
 * @param shapes shapes inside the loop
 * @param isHeavy whether the body is so long that few copies of it should run side by side
 */
record VectorLoop(CountedLoop loop, Map<Local, BinaryOp> reductions, LaneShapes shapes, boolean isHeavy) {
    /** Operations in a body above which it is heavy: one exponential function alone has about 25. */
    private static final int HEAVY = 24;

    /**
     * Analyses a loop.
     *
     * @param loop a counting loop
     * @param start its first index, or empty where unknown
     * @param body the body around the loop, in which variables may live on
     * @param values of the kernel's arguments
     * @throws NotInLanes with the reason
     */
    static VectorLoop analyse(CountedLoop loop, Optional<Expr> start, List<Stmt> body, Values values) {
        if (loop.step() != 1) {
            throw new NotInLanes("a loop with a step");
        }
        var inner = new boolean[1];
        Trees.statements(loop.body(), s -> inner[0] |= s instanceof While);
        if (inner[0]) {
            throw new NotInLanes("a loop inside the loop");
        }
        var reductions = new LinkedHashMap<Local, BinaryOp>();
        for (var local : Assignments.carried(loop.body())) {
            reductions.put(local, reduction(loop.body(), local));
        }
        var outside = usedOutside(loop, body);
        Trees.statements(loop.body(), s -> {
            if (s instanceof Assign a && !reductions.containsKey(a.local()) && outside.contains(a.local())) {
                throw new NotInLanes("a variable of the loop that is used after it");
            }
        });
        var known = new HashMap<Local, LaneShape>();
        known.put(loop.index(), LaneShape.LINEAR);
        reductions.keySet().forEach(local -> known.put(local, LaneShape.VARYING));
        var shapes = new LaneShapes(known);
        shapes.scope(body);
        shapes.defaultUniform(body, loop.body());
        shapes.infer(loop.body());
        LaneRules.verify(shapes, loop.body(), false);
        long trips = start.map(s -> loop.trips(s, values)).orElse(-1L);
        Dependences.verify(loop.body(), loop.index(), trips, values);
        var stores = new boolean[1];
        Trees.statements(loop.body(), s -> stores[0] |= s instanceof Store);
        if (reductions.isEmpty() && !stores[0]) {
            throw new NotInLanes("a loop without effect");
        }
        var operations = new int[1];
        Trees.expressions(
                loop.body(),
                e -> operations[0] += shapes.of(e) != null && shapes.of(e).isVarying() ? 1 : 0);
        return new VectorLoop(loop, reductions, shapes, operations[0] > HEAVY);
    }

    /** The operation of a variable that is only used as {@code v = v op something}. */
    private static BinaryOp reduction(List<Stmt> body, Local local) {
        var assignments = new ArrayList<Assign>();
        Trees.statements(body, s -> {
            if (s instanceof Assign a && a.local().equals(local)) {
                assignments.add(a);
            }
        });
        var reads = new int[1];
        Trees.expressions(
                body, e -> reads[0] += e instanceof Read r && r.local().equals(local) ? 1 : 0);
        if (assignments.size() != 1 || reads[0] != 1 || local.kind() != Kind.FLOAT && local.kind() != Kind.INT) {
            throw new NotInLanes("a variable carried from one iteration to the next");
        }
        var self = new Read(local);
        return switch (assignments.getFirst().value()) {
            case Fma f when f.c().equals(self) -> BinaryOp.ADD;
            case Binary b when b.op() == BinaryOp.SUB && b.left().equals(self) -> BinaryOp.ADD;
            case Binary b
            when (b.left().equals(self) || b.right().equals(self))
                    && (b.op() == BinaryOp.ADD
                            || b.op() == BinaryOp.MUL
                            || b.op() == BinaryOp.MAX
                            || b.op() == BinaryOp.MIN) -> b.op();
            default -> throw new NotInLanes("a variable carried from one iteration to the next");
        };
    }

    /** Variables that are read anywhere but in this loop. */
    private static Set<Local> usedOutside(CountedLoop loop, List<Stmt> body) {
        var all = new HashMap<Local, Integer>();
        Trees.expressions(body, e -> count(e, all, 1));
        Trees.expressions(loop.body(), e -> count(e, all, -1));
        all.values().removeIf(n -> n == 0);
        return all.keySet();
    }

    private static void count(Expr expr, Map<Local, Integer> counts, int by) {
        if (expr instanceof Read r) {
            counts.merge(r.local(), by, Integer::sum);
        }
    }
}
