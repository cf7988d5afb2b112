package tornado.attention.embedded.internal.compiler.ir;

import java.util.Optional;
import tornado.attention.embedded.internal.compiler.ir.Condition.And;
import tornado.attention.embedded.internal.compiler.ir.Condition.Compare;
import tornado.attention.embedded.internal.compiler.ir.Condition.Not;
import tornado.attention.embedded.internal.compiler.ir.Condition.Relation;
import tornado.attention.embedded.internal.compiler.ir.Expr.Const;

/** The scalar arguments a kernel is compiled for, and what can be computed from them before it runs. */
public final class Values {
    private final Object[] args;

    /**
     * The values of arguments.
     *
     * @param args of the kernel; arrays among them have none
     */
    public Values(Object[] args) {
        this.args = args.clone();
    }

    /** Number of arguments, arrays among them. */
    public int count() {
        return args.length;
    }

    /** The value of an argument as the JVM holds it, or empty where the argument is no scalar. */
    public Optional<Const> argument(int parameter) {
        return Optional.ofNullable(
                switch (args[parameter]) {
                    case Boolean b -> Const.of(b ? 1 : 0);
                    case Character c -> Const.of((int) c);
                    case Byte b -> Const.of(b.intValue());
                    case Short s -> Const.of(s.intValue());
                    case Integer n -> Const.of(n);
                    case Float f -> Const.of(f);
                    case Long l -> new Const(l, Kind.LONG);
                    case Double d -> new Const(d, Kind.DOUBLE);
                    default -> null;
                });
    }

    /** The value of an expression over constants and arguments, or empty where it has other parts or none can be told. */
    public Optional<Const> of(Expr expr) {
        return Optional.ofNullable(value(expr));
    }

    private Const value(Expr expr) {
        return switch (expr) {
            case Const c -> c;
            case Expr.Argument a -> argument(a.parameter()).orElseThrow();
            case Expr.Unary u -> {
                var operand = value(u.operand());
                yield operand != null && Simplifier.unary(u.op(), operand) instanceof Const c ? c : null;
            }
            case Expr.Binary b -> {
                var left = value(b.left());
                var right = left == null ? null : value(b.right());
                yield right != null && Simplifier.binary(b.op(), left, right) instanceof Const c ? c : null;
            }
            default -> null;
        };
    }

    /** Whether a condition holds, or empty where it has parts without a value. */
    public Optional<Boolean> holds(Condition condition) {
        return switch (condition) {
            case Compare c -> {
                var left = of(c.left());
                var right = left.isEmpty() ? left : of(c.right());
                yield right.map(r -> holds(c.relation(), left.get(), r));
            }
            case Not n -> holds(n.operand()).map(yes -> !yes);
            case And a -> {
                var left = holds(a.left());
                var right = holds(a.right());
                boolean never = !left.orElse(true) || !right.orElse(true);
                yield never ? Optional.of(false) : left.isPresent() && right.isPresent() ? left : Optional.empty();
            }
        };
    }

    private static boolean holds(Relation relation, Const a, Const b) {
        if (a.kind().isInteger()) {
            int order = Long.compare(a.value().longValue(), b.value().longValue());
            return switch (relation) {
                case LT -> order < 0;
                case LE -> order <= 0;
                case GT -> order > 0;
                case GE -> order >= 0;
                case EQ -> order == 0;
                case NE -> order != 0;
            };
        }
        double x = a.value().doubleValue();
        double y = b.value().doubleValue();
        return switch (relation) {
            case LT -> x < y;
            case LE -> x <= y;
            case GT -> x > y;
            case GE -> x >= y;
            case EQ -> x == y;
            case NE -> x != y;
        };
    }
}
