package tornado.attention.embedded.internal.compiler.lift;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.Condition;
import tornado.attention.embedded.internal.compiler.ir.Condition.And;
import tornado.attention.embedded.internal.compiler.ir.Condition.Compare;
import tornado.attention.embedded.internal.compiler.ir.Condition.Not;
import tornado.attention.embedded.internal.compiler.ir.Condition.Relation;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Expr.Read;
import tornado.attention.embedded.internal.compiler.ir.Expr.Select;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.If;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;
import tornado.attention.embedded.internal.compiler.ir.Trees;
import tornado.attention.embedded.internal.compiler.ir.UnaryOp;

/** Brings branches into the form in which they are cheapest in lanes. */
final class BranchForms {
    private final Assumptions assumptions;

    private BranchForms(Assumptions assumptions) {
        this.assumptions = assumptions;
    }

    /**
     * Makes a branch, short-circuit conditions in one: where a branch's only statement is a branch again and both lead
     * to the same statements otherwise, the conditions are joined.
     */
    static Stmt make(Condition condition, List<Stmt> yes, List<Stmt> no) {
        if (yes.size() == 1 && yes.getFirst() instanceof If inner && isCheap(inner.condition())) {
            if (inner.no().equals(no)) {
                return new If(new And(condition, inner.condition()), inner.yes(), no);
            }
            if (inner.yes().equals(no)) {
                return new If(new And(condition, Condition.not(inner.condition())), inner.no(), no);
            }
        }
        if (no.size() == 1 && no.getFirst() instanceof If inner && isCheap(inner.condition())) {
            var otherwise = Condition.not(condition);
            if (inner.yes().equals(yes)) {
                return new If(Condition.not(new And(otherwise, Condition.not(inner.condition()))), yes, inner.no());
            }
            if (inner.no().equals(yes)) {
                return new If(Condition.not(new And(otherwise, inner.condition())), yes, inner.yes());
            }
        }
        return new If(condition, yes, no);
    }

    /** Whether evaluating a condition although it is not asked for does no harm. */
    private static boolean isCheap(Condition condition) {
        var harmful = new boolean[1];
        Trees.expressions(condition, e -> harmful[0] |= !isCheapPart(e));
        return !harmful[0];
    }

    private static boolean isCheap(Expr expr) {
        return !Trees.any(expr, e -> !isCheapPart(e));
    }

    private static boolean isCheapPart(Expr expr) {
        return switch (expr) {
            case Expr.Load l -> false;
            case Expr.Call c -> false;
            case Expr.Binary b -> !(b.kind().isInteger() && (b.op() == BinaryOp.DIV || b.op() == BinaryOp.REM));
            default -> true;
        };
    }

    /**
     * Leaves out what is never reached and turns branches that only choose a value into a selection.
     *
     * @param assumptions what the arguments decide, and what notes that they did
     */
    static List<Stmt> simplify(List<Stmt> statements, Assumptions assumptions) {
        return new BranchForms(assumptions).simplify(statements);
    }

    private List<Stmt> simplify(List<Stmt> statements) {
        var out = new ArrayList<Stmt>();
        for (var statement : statements) {
            switch (statement) {
                case If branch -> simplify(branch, out);
                case While loop ->
                    out.add(new While(simplify(loop.head()), loop.condition(), simplify(loop.body()), loop.parallel()));
                default -> out.add(statement);
            }
        }
        return out;
    }

    private void simplify(If branch, List<Stmt> out) {
        var decided = assumptions.decide(branch.condition());
        if (decided.holds().isPresent()) {
            out.addAll(simplify(decided.holds().get() ? branch.yes() : branch.no()));
            return;
        }
        var condition = decided.open();
        var yes = simplify(branch.yes());
        var no = simplify(branch.no());
        if (yes.isEmpty() && no.isEmpty()) {
            return;
        } else if (yes.size() == 1
                && yes.getFirst() instanceof Assign a
                && isCheap(a.value())
                && (no.isEmpty()
                        || no.size() == 1
                                && no.getFirst() instanceof Assign b
                                && b.local().equals(a.local())
                                && isCheap(b.value()))) {
            var otherwise = no.isEmpty() ? new Read(a.local()) : ((Assign) no.getFirst()).value();
            out.add(new Assign(a.local(), choice(condition, a.value(), otherwise)));
        } else {
            out.add(make(condition, yes, no));
        }
    }

    /** A choice between two values; {@code x < 0 ? 0 : x} of floats is an operation on one. */
    private static Expr choice(Condition condition, Expr yes, Expr no) {
        if (condition instanceof Not not) {
            return choice(not.operand(), no, yes);
        }
        boolean isPositivePart = condition instanceof Compare c
                && c.relation() == Relation.LT
                && isZero(c.right())
                && isZero(yes)
                && c.left().equals(no);
        return isPositivePart ? new Expr.Unary(UnaryOp.POSITIVE, no) : new Select(condition, yes, no);
    }

    private static boolean isZero(Expr expr) {
        return expr instanceof Expr.Const c
                && c.kind() == Kind.FLOAT
                && Float.floatToRawIntBits(c.value().floatValue()) == 0;
    }
}
