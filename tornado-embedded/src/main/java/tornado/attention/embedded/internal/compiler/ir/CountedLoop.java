package tornado.attention.embedded.internal.compiler.ir;

import java.util.List;
import java.util.Optional;
import tornado.attention.embedded.internal.compiler.ir.Condition.Compare;
import tornado.attention.embedded.internal.compiler.ir.Condition.Relation;
import tornado.attention.embedded.internal.compiler.ir.Expr.Const;
import tornado.attention.embedded.internal.compiler.ir.Expr.Read;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Store;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;

/**
 * A loop that counts: {@code for (; index < end; index += step) body}.
 *
 * @param index its index
 * @param end the end, which does not change in the loop
 * @param inclusive whether the end itself is an index
 * @param step what is added, positive
 * @param body the statements without the increment
 */
public record CountedLoop(Local index, Expr end, boolean inclusive, int step, List<Stmt> body) {

    /** Recognises a counting loop. */
    public static Optional<CountedLoop> match(While loop) {
        if (!loop.head().isEmpty()
                || loop.body().isEmpty()
                || !(loop.condition() instanceof Compare test
                        && test.left() instanceof Read read
                        && read.kind() == Kind.INT
                        && (test.relation() == Relation.LT || test.relation() == Relation.LE))
                || !(loop.body().getLast() instanceof Assign increment
                        && increment.local().equals(read.local())
                        && increment.value() instanceof Expr.Binary sum
                        && sum.op() == BinaryOp.ADD
                        && sum.left().equals(read)
                        && sum.right() instanceof Const step
                        && step.value().intValue() > 0)) {
            return Optional.empty();
        }
        var body = loop.body().subList(0, loop.body().size() - 1);
        if (Trees.assigns(body, read.local()) || !isInvariant(test.right(), body)) {
            return Optional.empty();
        }
        return Optional.of(new CountedLoop(
                read.local(),
                test.right(),
                test.relation() == Relation.LE,
                step.value().intValue(),
                body));
    }

    private static boolean isInvariant(Expr end, List<Stmt> body) {
        return !Trees.any(end, e -> switch (e) {
            case Read r -> Trees.assigns(body, r.local());
            case Expr.Load l -> {
                var written = new boolean[1];
                Trees.statements(
                        body,
                        s -> written[0] |= s instanceof Store t && t.array().equals(l.array()));
                yield written[0];
            }
            default -> false;
        });
    }

    /**
     * Number of iterations.
     *
     * @param start the first index
     * @param values of the kernel's arguments
     * @return how many there are, where both ends follow from constants and arguments; else -1
     */
    public long trips(Expr start, Values values) {
        var first = values.of(start);
        var last = first.isEmpty() ? first : values.of(end);
        if (last.isEmpty()) {
            return -1;
        }
        long span = last.get().value().longValue()
                + (inclusive ? 1 : 0)
                - first.get().value().longValue();
        return span <= 0 ? 0 : (span + step - 1) / step;
    }
}
