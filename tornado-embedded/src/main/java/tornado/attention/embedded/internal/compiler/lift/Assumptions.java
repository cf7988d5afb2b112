package tornado.attention.embedded.internal.compiler.lift;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tornado.attention.embedded.internal.compiler.ir.BinaryOp;
import tornado.attention.embedded.internal.compiler.ir.Condition;
import tornado.attention.embedded.internal.compiler.ir.Condition.And;
import tornado.attention.embedded.internal.compiler.ir.Condition.Compare;
import tornado.attention.embedded.internal.compiler.ir.Condition.Not;
import tornado.attention.embedded.internal.compiler.ir.CountedLoop;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Expr.Argument;
import tornado.attention.embedded.internal.compiler.ir.Expr.Binary;
import tornado.attention.embedded.internal.compiler.ir.Expr.Const;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.If;
import tornado.attention.embedded.internal.compiler.ir.Stmt.While;
import tornado.attention.embedded.internal.compiler.ir.Trees;
import tornado.attention.embedded.internal.compiler.ir.Values;

/**
 * What a lifted kernel takes for granted about its scalar arguments; whatever else they are, the same code serves. Taken for
 * granted is
 *
 * <ul>
 *   <li>which factors and divisors are 0 or 1, and that the others are neither: a stride of one makes neighbours of what a vector loads, a
 *       stride of zero one and the same element;
 *   <li>what arguments alone decide: which activation function, whether there is a residual;
 *   <li>how often a serial loop turns that turns a few times only, such as the reach of a convolution: C2 unrolls it.
 * </ul>
 */
final class Assumptions {
    /** Turns of a serial loop up to which their number is part of the code: C2 unrolls such loops. */
    private static final int FEW_TURNS = 8;

    private final Values values;
    /** Arguments whose value is part of the code. */
    private final Map<Integer, Const> constants;
    /** Comparisons of arguments with their outcome. */
    private final Map<Compare, Boolean> outcomes = new LinkedHashMap<>();
    /** Arguments that are no constants and by which something is multiplied or divided: none is zero or one. */
    private final Set<Argument> factors = new HashSet<>();
    /** Serial loops that turn more than a few times. */
    private final List<Turns> manyTurns = new ArrayList<>();

    private record Turns(CountedLoop loop, Expr start) {
        boolean areFew(Values values) {
            long trips = loop.trips(start, values);
            return trips >= 0 && trips <= FEW_TURNS;
        }
    }

    private Assumptions(Values values, Map<Integer, Const> constants) {
        this.values = values;
        this.constants = constants;
    }

    /** Nothing yet. */
    static Assumptions of(Values values) {
        return new Assumptions(values, Map.of());
    }

    private static boolean isZeroOrOne(Optional<Const> value) {
        return value.filter(c -> c.kind().isInteger()
                        && (c.value().longValue() == 0 || c.value().longValue() == 1))
                .isPresent();
    }

    /** What stands for an argument in the code; empty where it is no scalar. */
    Optional<Expr> argument(int parameter) {
        return values.argument(parameter)
                .map(value -> constants.containsKey(parameter) ? value : new Argument(parameter, value.kind()));
    }

    /**
     * What is left of a condition.
     *
     * @param holds whether it holds, where arguments decide
     * @param open else the part that they do not decide
     */
    record Decision(Optional<Boolean> holds, Condition open) {
        static Decision of(boolean holds, Condition condition) {
            return new Decision(Optional.of(holds), condition);
        }

        static Decision open(Condition condition) {
            return new Decision(Optional.empty(), condition);
        }
    }

    /** Decides a condition as far as arguments do, which from then on is taken for granted. */
    Decision decide(Condition condition) {
        return switch (condition) {
            case Compare c -> {
                var holds = values.holds(c);
                holds.ifPresent(yes -> outcomes.put(c, yes));
                yield new Decision(holds, c);
            }
            case Not n -> {
                var inner = decide(n.operand());
                yield inner.holds().isPresent()
                        ? Decision.of(!inner.holds().get(), n)
                        : Decision.open(Condition.not(inner.open()));
            }
            case And a -> {
                var left = decide(a.left());
                if (left.holds().isPresent()) {
                    yield left.holds().get() ? decide(a.right()) : left;
                }
                var right = decide(a.right());
                yield right.holds().isEmpty()
                        ? Decision.open(new And(left.open(), right.open()))
                        : right.holds().get() ? Decision.open(left.open()) : right;
            }
        };
    }

    /**
     * Takes for granted what makes a kernel simpler: factors and divisors of zero or one, small numbers of turns.
     *
     * @param kernel lifted with these assumptions
     * @return other assumptions, with which it has to be lifted again; or empty where there are no more
     */
    Optional<Assumptions> simpler(List<Stmt> kernel) {
        var more = new HashMap<>(constants);
        manyTurns.clear();
        turns(kernel, more);
        Trees.expressions(kernel, e -> {
            if (e instanceof Binary b && b.kind().isInteger()) {
                boolean divides = b.op() == BinaryOp.DIV || b.op() == BinaryOp.REM;
                if (divides && b.right() instanceof Argument a) {
                    factors.add(a);
                } else if (b.op() == BinaryOp.MUL) {
                    factor(b.left(), b.right());
                    factor(b.right(), b.left());
                }
            }
        });
        factors.stream().filter(a -> isZeroOrOne(value(a))).forEach(a -> more.put(a.parameter(), value(a).get()));
        return more.equals(constants) ? Optional.empty() : Optional.of(new Assumptions(values, more));
    }

    private Optional<Const> value(Argument argument) {
        return values.argument(argument.parameter());
    }

    /** A factor of something that changes while the kernel runs. */
    private void factor(Expr one, Expr other) {
        if (one instanceof Argument a && Trees.any(other, e -> e instanceof Expr.Read || e instanceof Expr.Load)) {
            factors.add(a);
        }
    }

    private void turns(List<Stmt> statements, Map<Integer, Const> more) {
        for (int i = 0; i < statements.size(); i++) {
            switch (statements.get(i)) {
                case While loop -> {
                    if (loop.parallel().isEmpty() && i > 0 && statements.get(i - 1) instanceof Assign before) {
                        CountedLoop.match(loop)
                                .filter(counted -> counted.index().equals(before.local()))
                                .ifPresent(counted -> turns(new Turns(counted, before.value()), more));
                    }
                    turns(loop.head(), more);
                    turns(loop.body(), more);
                }
                case If branch -> {
                    turns(branch.yes(), more);
                    turns(branch.no(), more);
                }
                default -> {}
            }
        }
    }

    private void turns(Turns turns, Map<Integer, Const> more) {
        if (!turns.areFew(values)) {
            manyTurns.add(turns);
            return;
        }
        for (var end : List.of(turns.start(), turns.loop().end())) {
            Trees.expressions(end, e -> {
                if (e instanceof Argument a) {
                    more.put(a.parameter(), values.argument(a.parameter()).orElseThrow());
                }
            });
        }
    }

    /** Whether all of it holds for other arguments too. */
    boolean hold(Values others) {
        return constants.entrySet().stream()
                        .allMatch(e -> others.argument(e.getKey()).equals(Optional.of(e.getValue())))
                && factors.stream().noneMatch(a -> isZeroOrOne(others.argument(a.parameter())))
                && outcomes.entrySet().stream()
                        .allMatch(e -> others.holds(e.getKey()).equals(Optional.of(e.getValue())))
                && manyTurns.stream().noneMatch(turns -> turns.areFew(others));
    }
}
