package tornado.attention.embedded.internal.compiler.lanes;

import java.util.List;
import java.util.Locale;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.Condition;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.If;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Store;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;
import tornado.attention.embedded.internal.compiler.ir.Trees;
import tornado.attention.embedded.internal.compiler.lift.FloatFunctions;

/** Verifies that statements of known shapes have a form in vectors. */
final class LaneRules {
    private final LaneShapes shapes;
    private final boolean jammed;
    private int gathers;
    private int operations;
    private boolean diverges;

    private LaneRules(LaneShapes shapes, boolean jammed) {
        this.shapes = shapes;
        this.jammed = jammed;
    }

    /** What was found on the way: how many gathers and vector operations there are, and whether any branch differs between lanes. */
    record Findings(int gathers, int operations, boolean diverges) {}

    /**
     * Verifies statements.
     *
     * @param jammed whether several rows run together, so that control flow must not differ between them either
     * @throws NotInLanes with the reason
     */
    static Findings verify(LaneShapes shapes, List<Stmt> statements, boolean jammed) {
        var rules = new LaneRules(shapes, jammed);
        rules.statements(statements);
        return new Findings(rules.gathers, rules.operations, rules.diverges);
    }

    private void statements(List<Stmt> statements) {
        for (var statement : statements) {
            switch (statement) {
                case Assign a -> {
                    value(a.value());
                    if (shapes.of(a.local()).isVarying() && a.local().kind() == Kind.LONG) {
                        throw new NotInLanes("a long that differs between lanes");
                    }
                    if (shapes.of(a.local()).isVarying() && a.local().kind() == Kind.DOUBLE) {
                        throw new NotInLanes("a double that differs between lanes");
                    }
                }
                case Store s -> store(s);
                case If branch -> {
                    condition(branch.condition());
                    if (shapes.of(branch.condition()).isVarying()) {
                        diverges = true;
                    } else if (jammed && shapes.of(branch.condition()).row()) {
                        throw new NotInLanes("a branch that differs between rows");
                    }
                    statements(branch.yes());
                    statements(branch.no());
                }
                case While loop -> {
                    statements(loop.head());
                    condition(loop.condition());
                    if (!shapes.of(loop.condition()).isUniform()) {
                        throw new NotInLanes("a loop whose end differs between lanes");
                    }
                    if (jammed && shapes.of(loop.condition()).row()) {
                        throw new NotInLanes("a loop whose end differs between rows");
                    }
                    statements(loop.body());
                }
            }
        }
    }

    private void store(Store store) {
        value(store.index());
        value(store.value());
        if (!shapes.of(store.index()).isLinear() || store.index().kind() != Kind.INT) {
            throw new NotInLanes("a store that is not to consecutive elements");
        }
        switch (store.array().element()) {
            case FLOAT, INT -> {}
            default ->
                throw new NotInLanes(
                        "a store of " + store.array().element().name().toLowerCase(Locale.ROOT) + "s");
        }
    }

    private void condition(Condition condition) {
        Trees.expressions(condition, this::part);
    }

    private void value(Expr expr) {
        Trees.expressions(expr, this::part);
    }

    private void part(Expr expr) {
        var shape = shapes.of(expr);
        if (shape == null) {
            throw new NotInLanes("a value without assignment");
        }
        if (!shape.isVarying()) {
            return;
        }
        operations++;
        switch (expr) {
            case Expr.Call c when !FloatFunctions.isLaneByLane(c) -> throw new NotInLanes("a call of " + c.name());
            case Expr.Load l -> {
                switch (l.array().element()) {
                    case FLOAT, INT -> {}
                    default ->
                        throw new NotInLanes(
                                "a load of " + l.array().element().name().toLowerCase(Locale.ROOT) + "s");
                }
                if (shapes.of(l.index()).isVarying() && !shapes.isEverySecond(l)) {
                    gathers++;
                }
            }
            case Expr.Binary b
            when b.kind() == Kind.INT && (b.op() == BinaryOp.DIV || b.op() == BinaryOp.REM) ->
                throw new NotInLanes("an integer division");
            case Expr.Binary b
            when b.op().isShift() && !shapes.of(b.right()).isUniform() ->
                throw new NotInLanes("a shift by a distance that differs between lanes");
            case Expr.Unary u -> {
                switch (u.op()) {
                    case NEG, ABS, SQRT, POSITIVE, TO_BITS, FROM_BITS, I2F, F2I -> {}
                    default ->
                        throw new NotInLanes("the conversion " + u.op().name().toLowerCase(Locale.ROOT));
                }
            }
            default -> {}
        }
        if (expr.kind() != Kind.FLOAT && expr.kind() != Kind.INT) {
            throw new NotInLanes("a " + expr.kind().name().toLowerCase(Locale.ROOT) + " that differs between lanes");
        }
    }
}
