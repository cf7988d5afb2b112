package tornado.attention.embedded.internal.compiler.ir;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tornado.attention.embedded.internal.compiler.ir.Expr.Binary;
import tornado.attention.embedded.internal.compiler.ir.Expr.Fma;
import tornado.attention.embedded.internal.compiler.ir.Expr.Read;
import tornado.attention.embedded.internal.compiler.ir.Expr.Select;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.If;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;

/**
 * Fuses a product with the sum it is added to, rounded once instead of twice: only where a loop adds up products, {@code s +=
 * a * b}, as matrix products and convolutions do. Anything else is computed as written: contracted, {@code a * b - c * c}
 * or {@code s -= a * b} need not be zero or positive where Java's is.
 */
public final class Contraction {
    private Contraction() {}

    /**
     * Contracts the sums of products in all loops.
     *
     * @param statements of a kernel
     * @return the same statements with fused products
     */
    public static List<Stmt> ofSums(List<Stmt> statements) {
        return statements(statements, Set.of());
    }

    /** Statements inside loops that carry some variables from turn to turn. */
    private static List<Stmt> statements(List<Stmt> statements, Set<Local> carried) {
        var out = new ArrayList<Stmt>(statements.size());
        for (var statement : statements) {
            out.add(
                    switch (statement) {
                        case Assign a
                        when a.local().kind() == Kind.FLOAT && carried.contains(a.local()) ->
                            new Assign(a.local(), sum(a.value(), a.local()));
                        case If i -> new If(i.condition(), statements(i.yes(), carried), statements(i.no(), carried));
                        case While w -> {
                            var all = new HashSet<>(carried);
                            all.addAll(Assignments.carried(w.body()));
                            yield new While(
                                    statements(w.head(), all), w.condition(), statements(w.body(), all), w.parallel());
                        }
                        default -> statement;
                    });
        }
        return out;
    }

    /** A sum one of whose terms is the old value of a variable. */
    private static Expr sum(Expr expr, Local local) {
        return switch (expr) {
            case Binary b
            when b.op() == BinaryOp.ADD && accumulates(b.left(), local) -> add(sum(b.left(), local), b.right());
            case Binary b
            when b.op() == BinaryOp.ADD && accumulates(b.right(), local) -> add(sum(b.right(), local), b.left());
            case Select s -> new Select(s.condition(), sum(s.yes(), local), sum(s.no(), local));
            default -> expr;
        };
    }

    private static boolean accumulates(Expr expr, Local local) {
        return switch (expr) {
            case Read r -> r.local().equals(local);
            case Binary b -> b.op() == BinaryOp.ADD && (accumulates(b.left(), local) || accumulates(b.right(), local));
            default -> false;
        };
    }

    private static Expr add(Expr rest, Expr term) {
        return term instanceof Binary product && product.op() == BinaryOp.MUL
                ? new Fma(product.left(), product.right(), rest)
                : new Binary(BinaryOp.ADD, rest, term);
    }
}
