package tornado.attention.embedded.internal.compiler.lanes;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.Condition;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Expr.Argument;
import tornado.attention.embedded.internal.compiler.ir.Expr.Binary;
import tornado.attention.embedded.internal.compiler.ir.Expr.Const;
import tornado.attention.embedded.internal.compiler.ir.Expr.Read;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Trees;

/**
 * Integers that are the same in all turns of the innermost parallel loop and take a product or a division: computed once in front
 * of it. C2 would not: it repeats a division wherever the code has one.
 */
final class Invariants {
    private final Set<Local> changing = new LinkedHashSet<>();
    private final Set<Expr> found = new LinkedHashSet<>();

    private Invariants() {}

    /**
     * The largest such expressions of a loop's body.
     *
     * @param body statements of one iteration
     * @param index of the loop
     */
    static List<Expr> of(List<Stmt> body, Local index) {
        var finder = new Invariants();
        finder.changing.add(index);
        Trees.statements(body, s -> {
            if (s instanceof Assign a) {
                finder.changing.add(a.local());
            }
        });
        Trees.statements(body, s -> {
            switch (s) {
                case Assign a -> finder.note(a.value());
                case Stmt.Store store -> {
                    finder.note(store.index());
                    finder.note(store.value());
                }
                case Stmt.If branch -> finder.note(branch.condition());
                case Stmt.While loop -> finder.note(loop.condition());
            }
        });
        return new ArrayList<>(finder.found);
    }

    private void note(Condition condition) {
        switch (condition) {
            case Condition.Compare c -> {
                note(c.left());
                note(c.right());
            }
            case Condition.Not n -> note(n.operand());
            case Condition.And a -> {
                note(a.left());
                note(a.right());
            }
        }
    }

    private void note(Expr expr) {
        if (isInvariant(expr)) {
            if (isWorth(expr)) {
                found.add(expr);
            }
            return;
        }
        switch (expr) {
            case Expr.Load l -> note(l.index());
            case Expr.Unary u -> note(u.operand());
            case Binary b -> {
                note(b.left());
                note(b.right());
            }
            case Expr.Fma f -> {
                note(f.a());
                note(f.b());
                note(f.c());
            }
            case Expr.Select s -> {
                note(s.condition());
                note(s.yes());
                note(s.no());
            }
            case Expr.Call c -> c.arguments().forEach(this::note);
            default -> {}
        }
    }

    /** Whether it is an integer that does not change, and that can be computed although the loop might not have done so. */
    private boolean isInvariant(Expr expr) {
        if (expr.kind() != Kind.INT) {
            return false;
        }
        return switch (expr) {
            case Const c -> true;
            case Argument a -> true;
            case Read r -> !changing.contains(r.local());
            case Binary b
            when b.op() == BinaryOp.DIV || b.op() == BinaryOp.REM -> isInvariant(b.left()) && isNeverZero(b.right());
            case Binary b -> isInvariant(b.left()) && isInvariant(b.right());
            default -> false;
        };
    }

    /** An argument that is zero is a constant. */
    private static boolean isNeverZero(Expr expr) {
        return expr instanceof Argument || expr instanceof Const c && c.value().intValue() != 0;
    }

    private static boolean isWorth(Expr expr) {
        return Trees.any(
                expr,
                e -> e instanceof Binary b
                        && (b.op() == BinaryOp.MUL || b.op() == BinaryOp.DIV || b.op() == BinaryOp.REM));
    }
}
