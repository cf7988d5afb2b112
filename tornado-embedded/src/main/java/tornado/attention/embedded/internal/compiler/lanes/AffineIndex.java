package tornado.attention.embedded.internal.compiler.lanes;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Trees;
import tornado.attention.embedded.internal.compiler.ir.UnaryOp;
import tornado.attention.embedded.internal.compiler.ir.Values;

/**
 * An integer expression as a sum of variables with constant factors.
 *
 * @param factors factor of each variable, none zero
 * @param constant what is added
 */
record AffineIndex(Map<Local, Long> factors, long constant) {

    /**
     * Brings an expression into this form. Variables that are assigned once are replaced by what they are assigned.
     *
     * @param expr an int or long
     * @param definitions variables with their only assignment
     * @param values of the kernel's arguments
     * @return the sum, or empty where it is none
     */
    static Optional<AffineIndex> of(Expr expr, Map<Local, Expr> definitions, Values values) {
        return Optional.ofNullable(sum(expr, definitions, values, 0));
    }

    /** Variables of some statements that have exactly one assignment and nothing carried through it. */
    static Map<Local, Expr> definitions(List<Stmt> statements) {
        var count = new HashMap<Local, Integer>();
        var values = new HashMap<Local, Expr>();
        Trees.statements(statements, s -> {
            if (s instanceof Assign a) {
                count.merge(a.local(), 1, Integer::sum);
                values.put(a.local(), a.value());
            }
        });
        values.keySet().removeIf(local -> count.get(local) != 1 || Trees.reads(values.get(local), local));
        return values;
    }

    private static AffineIndex sum(Expr expr, Map<Local, Expr> definitions, Values values, int depth) {
        if (depth > 40 || !expr.kind().isInteger()) {
            return null;
        }
        return switch (expr) {
            case Expr.Const c -> new AffineIndex(Map.of(), c.value().longValue());
            case Expr.Argument a ->
                new AffineIndex(
                        Map.of(),
                        values.argument(a.parameter()).orElseThrow().value().longValue());
            case Expr.Read r -> {
                var definition = definitions.get(r.local());
                var value = definition == null ? null : sum(definition, definitions, values, depth + 1);
                yield value != null ? value : new AffineIndex(Map.of(r.local(), 1L), 0);
            }
            case Expr.Unary u
            when u.op() == UnaryOp.I2L || u.op() == UnaryOp.L2I -> sum(u.operand(), definitions, values, depth + 1);
            case Expr.Unary u
            when u.op() == UnaryOp.NEG -> {
                var operand = sum(u.operand(), definitions, values, depth + 1);
                yield operand == null ? null : operand.times(-1);
            }
            case Expr.Binary b -> {
                var left = sum(b.left(), definitions, values, depth + 1);
                var right = sum(b.right(), definitions, values, depth + 1);
                if (left == null || right == null) {
                    yield null;
                }
                yield switch (b.op()) {
                    case ADD -> left.plus(right);
                    case SUB -> left.plus(right.times(-1));
                    case MUL ->
                        left.factors.isEmpty()
                                ? right.times(left.constant)
                                : right.factors.isEmpty() ? left.times(right.constant) : null;
                    default -> null;
                };
            }
            default -> null;
        };
    }

    private AffineIndex times(long factor) {
        if (factor == 0) {
            return new AffineIndex(Map.of(), 0);
        }
        var scaled = new HashMap<Local, Long>();
        factors.forEach((local, f) -> scaled.put(local, f * factor));
        return new AffineIndex(scaled, constant * factor);
    }

    private AffineIndex plus(AffineIndex other) {
        var all = new HashMap<>(factors);
        other.factors.forEach((local, f) -> all.merge(local, f, Long::sum));
        all.values().removeIf(f -> f == 0);
        return new AffineIndex(all, constant + other.constant);
    }

    /** Difference to another sum. */
    AffineIndex minus(AffineIndex other) {
        return plus(other.times(-1));
    }

    /** Factor of a variable. */
    long factor(Local local) {
        return factors.getOrDefault(local, 0L);
    }
}
