package tornado.attention.embedded.internal.compiler.ir;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import tornado.attention.embedded.internal.compiler.ir.Condition.And;
import tornado.attention.embedded.internal.compiler.ir.Condition.Compare;
import tornado.attention.embedded.internal.compiler.ir.Condition.Not;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.If;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Store;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;

/** Walks over lifted kernels. */
public final class Trees {
    private Trees() {}

    /** Shows all expressions of an expression, the outermost last. */
    public static void expressions(Expr expr, Consumer<Expr> visitor) {
        switch (expr) {
            case Expr.Const c -> {}
            case Expr.Argument a -> {}
            case Expr.Read r -> {}
            case Expr.Size s -> {}
            case Expr.Load l -> expressions(l.index(), visitor);
            case Expr.Unary u -> expressions(u.operand(), visitor);
            case Expr.Binary b -> {
                expressions(b.left(), visitor);
                expressions(b.right(), visitor);
            }
            case Expr.Fma f -> {
                expressions(f.a(), visitor);
                expressions(f.b(), visitor);
                expressions(f.c(), visitor);
            }
            case Expr.Select s -> {
                expressions(s.condition(), visitor);
                expressions(s.yes(), visitor);
                expressions(s.no(), visitor);
            }
            case Expr.Call c -> c.arguments().forEach(a -> expressions(a, visitor));
        }
        visitor.accept(expr);
    }

    /** Shows all expressions of a condition. */
    public static void expressions(Condition condition, Consumer<Expr> visitor) {
        switch (condition) {
            case Compare c -> {
                expressions(c.left(), visitor);
                expressions(c.right(), visitor);
            }
            case Not n -> expressions(n.operand(), visitor);
            case And a -> {
                expressions(a.left(), visitor);
                expressions(a.right(), visitor);
            }
        }
    }

    /** Shows all expressions of statements, also of those inside branches and loops. */
    public static void expressions(List<Stmt> statements, Consumer<Expr> visitor) {
        statements(statements, statement -> {
            switch (statement) {
                case Assign a -> expressions(a.value(), visitor);
                case Store s -> {
                    expressions(s.index(), visitor);
                    expressions(s.value(), visitor);
                }
                case If i -> expressions(i.condition(), visitor);
                case While w -> expressions(w.condition(), visitor);
            }
        });
    }

    /** Shows all statements, also those inside branches and loops, each before its parts. */
    public static void statements(List<Stmt> statements, Consumer<Stmt> visitor) {
        for (var statement : statements) {
            visitor.accept(statement);
            switch (statement) {
                case Assign a -> {}
                case Store s -> {}
                case If i -> {
                    statements(i.yes(), visitor);
                    statements(i.no(), visitor);
                }
                case While w -> {
                    statements(w.head(), visitor);
                    statements(w.body(), visitor);
                }
            }
        }
    }

    /** Whether an expression has a part with a property. */
    public static boolean any(Expr expr, Predicate<Expr> property) {
        var found = new boolean[1];
        expressions(expr, e -> found[0] |= property.test(e));
        return found[0];
    }

    /** Whether any expression of some statements has a property. */
    public static boolean any(List<Stmt> statements, Predicate<Expr> property) {
        var found = new boolean[1];
        expressions(statements, e -> found[0] |= property.test(e));
        return found[0];
    }

    /** Whether an expression reads a variable. */
    public static boolean reads(Expr expr, Local local) {
        return any(expr, e -> e instanceof Expr.Read r && r.local().equals(local));
    }

    /** Whether statements give a variable a value. */
    public static boolean assigns(List<Stmt> statements, Local local) {
        var found = new boolean[1];
        statements(
                statements, s -> found[0] |= s instanceof Assign a && a.local().equals(local));
        return found[0];
    }

    /** Rebuilds an expression from the inside out. */
    public static Expr map(Expr expr, UnaryOperator<Expr> change) {
        return change.apply(
                switch (expr) {
                    case Expr.Const c -> c;
                    case Expr.Argument a -> a;
                    case Expr.Read r -> r;
                    case Expr.Size s -> s;
                    case Expr.Load l -> new Expr.Load(l.array(), map(l.index(), change));
                    case Expr.Unary u -> new Expr.Unary(u.op(), map(u.operand(), change));
                    case Expr.Binary b -> new Expr.Binary(b.op(), map(b.left(), change), map(b.right(), change));
                    case Expr.Fma f -> new Expr.Fma(map(f.a(), change), map(f.b(), change), map(f.c(), change));
                    case Expr.Select s ->
                        new Expr.Select(map(s.condition(), change), map(s.yes(), change), map(s.no(), change));
                    case Expr.Call c ->
                        new Expr.Call(
                                c.owner(),
                                c.name(),
                                c.type(),
                                c.arguments().stream().map(a -> map(a, change)).toList(),
                                c.kind());
                });
    }

    /** Rebuilds a condition. */
    public static Condition map(Condition condition, UnaryOperator<Expr> change) {
        return switch (condition) {
            case Compare c -> new Compare(c.relation(), map(c.left(), change), map(c.right(), change));
            case Not n -> new Not(map(n.operand(), change));
            case And a -> new And(map(a.left(), change), map(a.right(), change));
        };
    }

    /** Rebuilds statements. */
    public static List<Stmt> map(List<Stmt> statements, UnaryOperator<Expr> change) {
        return statements.stream()
                .map(statement -> (Stmt)
                        switch (statement) {
                            case Assign a -> new Assign(a.local(), map(a.value(), change));
                            case Store s -> new Store(s.array(), map(s.index(), change), map(s.value(), change));
                            case If i -> new If(map(i.condition(), change), map(i.yes(), change), map(i.no(), change));
                            case While w ->
                                new While(
                                        map(w.head(), change),
                                        map(w.condition(), change),
                                        map(w.body(), change),
                                        w.parallel());
                        })
                .toList();
    }
}
