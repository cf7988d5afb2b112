package tornado.attention.embedded.internal.compiler.lanes;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tornado.attention.embedded.internal.compiler.analysis.LoopNest;
import tornado.attention.embedded.internal.compiler.analysis.ParallelLoop;
import tornado.attention.embedded.internal.compiler.ir.CountedLoop;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;
import tornado.attention.embedded.internal.compiler.ir.Trees;
import tornado.attention.embedded.internal.compiler.ir.Values;
import tornado.attention.embedded.internal.compiler.lift.NotLiftable;

/**
 * A parallel nest in the lifted kernel.
 *
 * @param levels its loops from the outermost inward
 * @param body statements of one iteration of the innermost loop
 */
record NestTree(List<Level> levels, List<Stmt> body) {

    /**
     * One loop of a nest.
     *
     * @param before statements that run before it: of the kernel for the outermost loop, else of the body around it
     * @param start first index
     * @param loop index, end and step
     */
    record Level(List<Stmt> before, Expr start, CountedLoop loop) {
        Local index() {
            return loop.index();
        }

        /** Number of iterations where it follows from the arguments, else -1. */
        long trips(Values values) {
            return loop.trips(start, values);
        }
    }

    /** The innermost loop. */
    Level innermost() {
        return levels.getLast();
    }

    /** The loop around the innermost one; only where there are two or more. */
    Level rows() {
        return levels.get(levels.size() - 2);
    }

    int depth() {
        return levels.size();
    }

    /** Finds a nest in a lifted kernel. */
    static NestTree of(List<Stmt> kernel, LoopNest nest) {
        var levels = new ArrayList<Level>();
        var statements = kernel;
        for (var parallel : nest.levels()) {
            int at = find(statements, parallel);
            var loop = CountedLoop.match((While) statements.get(at))
                    .orElseThrow(() -> new NotLiftable("a parallel loop that is not counted"));
            if (at == 0
                    || !(statements.get(at - 1) instanceof Assign init
                            && init.local().equals(loop.index()))) {
                throw new NotLiftable("a parallel loop without a plain start");
            }
            if (parallel != nest.top() && at != statements.size() - 1) {
                throw new NotLiftable("statements after an inner parallel loop");
            }
            var before = statements.subList(0, at - 1).stream()
                    .filter(((Predicate<Stmt>) NestTree::belongsToAnotherNest).negate())
                    .toList();
            levels.add(new Level(before, init.value(), loop));
            statements = loop.body();
        }
        return new NestTree(List.copyOf(levels), statements);
    }

    private static boolean belongsToAnotherNest(Stmt statement) {
        return statement instanceof While w && w.parallel().isPresent();
    }

    private static int find(List<Stmt> statements, ParallelLoop loop) {
        for (int i = 0; i < statements.size(); i++) {
            if (statements.get(i) instanceof While w
                    && w.parallel().filter(loop::equals).isPresent()) {
                return i;
            }
        }
        throw new NotLiftable("a parallel loop in a branch");
    }

    /** All statements that run for one iteration or around it. */
    List<Stmt> everything() {
        var all = new ArrayList<Stmt>();
        for (var level : levels) {
            all.addAll(level.before());
            all.add(new Assign(level.index(), level.start()));
        }
        all.addAll(body);
        return all;
    }

    /** Whether the body has a loop of its own. */
    boolean hasSerialLoop() {
        var found = new boolean[1];
        Trees.statements(body, s -> found[0] |= s instanceof While);
        return found[0];
    }
}
