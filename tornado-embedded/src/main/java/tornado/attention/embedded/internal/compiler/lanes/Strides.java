package tornado.attention.embedded.internal.compiler.lanes;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.CountedLoop;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Expr.Binary;
import tornado.attention.embedded.internal.compiler.ir.Expr.Const;
import tornado.attention.embedded.internal.compiler.ir.Kind;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Simplifier;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;
import tornado.attention.embedded.internal.compiler.ir.Trees;

/**
 * Indices that move by the same distance in every turn of a loop, a distance that is known only when the kernel runs, such as a
 * channel's stride: kept in a variable and moved, they need no product in the loop. Where the distance is a constant, C2 does it.
 */
final class Strides {
    private Strides() {}

    /** Indices of what a loop loads, each with the distance by which it moves in a turn. */
    static Map<Expr, Expr> of(While loop) {
        var found = new LinkedHashMap<Expr, Expr>();
        var counted = CountedLoop.match(loop);
        if (counted.isEmpty()) {
            return found;
        }
        var body = loop.body();
        Trees.expressions(body, e -> {
            if (e instanceof Expr.Load load && load.index().kind() == Kind.INT) {
                growth(load.index(), counted.get().index(), local -> Trees.assigns(body, local))
                        .filter(distance -> !(distance instanceof Const))
                        .map(distance -> Simplifier.binary(
                                BinaryOp.MUL, distance, Const.of(counted.get().step())))
                        .ifPresent(distance -> found.putIfAbsent(load.index(), distance));
            }
        });
        return found;
    }

    /**
     * What an expression grows by when a variable grows by one.
     *
     * @param changing other variables that may change then
     * @return the difference, or empty where it is not always the same
     */
    static Optional<Expr> growth(Expr expr, Local variable, Predicate<Local> changing) {
        return switch (expr) {
            case Const c -> Optional.of(Const.of(0));
            case Expr.Argument a -> Optional.of(Const.of(0));
            case Expr.Read r when r.local().equals(variable) -> Optional.of(Const.of(1));
            case Expr.Read r -> changing.test(r.local()) ? Optional.empty() : Optional.of(Const.of(0));
            case Binary b
            when b.op() == BinaryOp.ADD || b.op() == BinaryOp.SUB ->
                growth(b.left(), variable, changing)
                        .flatMap(left -> growth(b.right(), variable, changing)
                                .map(right -> Simplifier.binary(b.op(), left, right)));
            case Binary b when b.op() == BinaryOp.MUL -> product(b, variable, changing);
            default ->
                Trees.any(
                                expr,
                                e -> e instanceof Expr.Load
                                        || e instanceof Expr.Read r
                                                && (r.local().equals(variable) || changing.test(r.local())))
                        ? Optional.empty()
                        : Optional.of(Const.of(0));
        };
    }

    private static Optional<Expr> product(Binary b, Local variable, Predicate<Local> changing) {
        var left = growth(b.left(), variable, changing);
        var right = growth(b.right(), variable, changing);
        if (left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        if (isZero(left.get())) {
            return Optional.of(Simplifier.binary(BinaryOp.MUL, b.left(), right.get()));
        }
        return isZero(right.get())
                ? Optional.of(Simplifier.binary(BinaryOp.MUL, left.get(), b.right()))
                : Optional.empty();
    }

    private static boolean isZero(Expr expr) {
        return expr instanceof Const c && c.value().intValue() == 0;
    }
}
