package tornado.attention.embedded.internal.compiler.lanes;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.Condition;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.If;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Store;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;
import tornado.attention.embedded.internal.compiler.ir.Trees;
import tornado.attention.embedded.internal.compiler.ir.UnaryOp;
import tornado.attention.embedded.internal.compiler.lanes.LaneShape.Lane;

/** Shapes of all variables, found by iteration to the fixpoint, and of the expressions over them. */
class LaneShapes {
    private static final int MOST_ROUNDS = 50;

    private final Map<Local, LaneShape> shapes = new HashMap<>();
    private final Set<Local> maskedAssignments = new HashSet<>();
    private final Map<Expr.Load, Optional<Expr>> everySecond = new HashMap<>();
    private boolean changed;

    /** Shapes with some variables known, the index of the lane loop above all. */
    LaneShapes(Map<Local, LaneShape> known) {
        shapes.putAll(known);
    }

    /** Shapes for scalar code. */
    static LaneShapes allUniform() {
        return new LaneShapes(Map.of()) {
            @Override
            LaneShape of(Expr expr) {
                return LaneShape.UNIFORM;
            }

            @Override
            LaneShape of(Condition condition) {
                return LaneShape.UNIFORM;
            }
        };
    }

    /**
     * Infers the shapes of what some statements assign. May be called for several lists that run one after the other.
     *
     * @throws NotInLanes if the statements cannot run in lanes whatever the shapes
     */
    void infer(List<Stmt> statements) {
        int rounds = 0;
        do {
            changed = false;
            infer(statements, null);
            if (++rounds > MOST_ROUNDS) {
                throw new NotInLanes("shapes that do not settle");
            }
        } while (changed);
    }

    /**
     * Infers in order.
     *
     * @param masked statements of the innermost branch that differs between lanes, or null outside of all
     */
    private void infer(List<Stmt> statements, List<Stmt> masked) {
        for (var statement : statements) {
            switch (statement) {
                case Assign a -> {
                    var shape = of(a.value());
                    if (shape == null) {
                        break; // reads what has no shape yet; another round will tell
                    }
                    if (masked != null && !isPrivate(a.local(), masked)) {
                        shape = shape.with(Lane.VARYING);
                        maskedAssignments.add(a.local());
                    } else if (masked != null && shape.isVarying()) {
                        maskedAssignments.add(a.local());
                    }
                    assign(a.local(), shape);
                }
                case Store s -> {}
                case If branch -> {
                    var shape = of(branch.condition());
                    boolean diverges = shape != null && shape.isVarying();
                    infer(branch.yes(), diverges ? branch.yes() : masked);
                    infer(branch.no(), diverges ? branch.no() : masked);
                }
                case While loop -> {
                    infer(loop.head(), masked);
                    infer(loop.body(), masked);
                }
            }
        }
    }

    private Map<Local, Integer> uses = Map.of();

    /** Tells all statements that may use the variables, so that variables of one branch only are known. */
    void scope(List<Stmt> everything) {
        uses = countUses(everything);
    }

    /** Gives all variables that a loop reads but does not assign the uniform shape: they come from outside. */
    void defaultUniform(List<Stmt> everything, List<Stmt> loop) {
        Trees.expressions(everything, e -> {
            if (e instanceof Expr.Read r && !Trees.assigns(loop, r.local())) {
                shapes.putIfAbsent(r.local(), LaneShape.UNIFORM);
            }
        });
    }

    private boolean isPrivate(Local local, List<Stmt> branch) {
        return countUses(branch).getOrDefault(local, 0).equals(uses.getOrDefault(local, -1));
    }

    private static Map<Local, Integer> countUses(List<Stmt> statements) {
        var counts = new HashMap<Local, Integer>();
        Trees.expressions(statements, e -> {
            if (e instanceof Expr.Read r) {
                counts.merge(r.local(), 1, Integer::sum);
            }
        });
        Trees.statements(statements, s -> {
            if (s instanceof Assign a) {
                counts.merge(a.local(), 1, Integer::sum);
            }
        });
        return counts;
    }

    private void assign(Local local, LaneShape shape) {
        var old = shapes.get(local);
        var joined = old == null ? shape : old.join(shape);
        if (!joined.equals(old)) {
            shapes.put(local, joined);
            changed = true;
        }
    }

    /**
     * Tells that the lanes of a load read every second element: two vectors hold them.
     *
     * @param first the first lane's index as a scalar, if there is one
     */
    void everySecond(Expr.Load load, Optional<Expr> first) {
        everySecond.put(load, first);
    }

    /** Whether the lanes of a load read every second element. */
    boolean isEverySecond(Expr.Load load) {
        return everySecond.containsKey(load);
    }

    /** The first lane's index of a load whose lanes read every second element, as a scalar, if there is one. */
    Optional<Expr> firstOfEverySecond(Expr.Load load) {
        return everySecond.get(load);
    }

    /** The loads whose lanes read every second element. */
    Set<Expr.Load> everySecond() {
        return Set.copyOf(everySecond.keySet());
    }

    /** Variables that are assigned where only some lanes are active. */
    Set<Local> maskedAssignments() {
        return maskedAssignments;
    }

    /** Shape of a variable; one that never got a shape is never read either. */
    LaneShape of(Local local) {
        return shapes.getOrDefault(local, LaneShape.UNIFORM);
    }

    /** Shape of an expression; null while it is not known. */
    LaneShape of(Expr expr) {
        return switch (expr) {
            case Expr.Const c -> LaneShape.UNIFORM;
            case Expr.Argument a -> LaneShape.UNIFORM;
            case Expr.Size s -> LaneShape.UNIFORM;
            case Expr.Read r -> shapes.get(r.local());
            case Expr.Load l -> {
                var index = of(l.index());
                yield index == null || index.isUniform() ? index : index.with(Lane.VARYING);
            }
            case Expr.Unary u -> {
                var operand = of(u.operand());
                boolean keeps = u.op() == UnaryOp.I2L || u.op() == UnaryOp.L2I;
                yield operand == null || operand.isUniform() || keeps ? operand : operand.with(Lane.VARYING);
            }
            case Expr.Binary b -> of(b);
            case Expr.Fma f -> mix(of(f.a()), of(f.b()), of(f.c()));
            case Expr.Select s -> mix(of(s.condition()), of(s.yes()), of(s.no()));
            case Expr.Call c -> mix(c.arguments().stream().map(this::of).toArray(LaneShape[]::new));
        };
    }

    private LaneShape of(Expr.Binary b) {
        var left = of(b.left());
        var right = of(b.right());
        if (left == null || right == null) {
            return null;
        }
        boolean row = left.row() || right.row();
        if (b.kind().isInteger()) {
            boolean sum = b.op() == BinaryOp.ADD
                    && (left.isLinear() && right.isUniform() || left.isUniform() && right.isLinear());
            boolean difference = b.op() == BinaryOp.SUB && left.isLinear() && right.isUniform();
            if (sum || difference) {
                return new LaneShape(Lane.LINEAR, row);
            }
        }
        return mix(left, right);
    }

    /** Shape of a condition: uniform or varying. */
    LaneShape of(Condition condition) {
        return switch (condition) {
            case Condition.Compare c -> mix(of(c.left()), of(c.right()));
            case Condition.Not n -> of(n.operand());
            case Condition.And a -> mix(of(a.left()), of(a.right()));
        };
    }

    /** Uniform if all parts are, else varying. */
    private static LaneShape mix(LaneShape... parts) {
        boolean row = false;
        boolean uniform = true;
        for (var part : parts) {
            if (part == null) {
                return null;
            }
            row |= part.row();
            uniform &= part.isUniform();
        }
        return new LaneShape(uniform ? Lane.UNIFORM : Lane.VARYING, row);
    }
}
