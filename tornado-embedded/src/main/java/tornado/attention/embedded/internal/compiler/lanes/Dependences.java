package tornado.attention.embedded.internal.compiler.lanes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tornado.attention.embedded.internal.compiler.ir.ArrayRef;
import tornado.attention.embedded.internal.compiler.ir.Expr;
import tornado.attention.embedded.internal.compiler.ir.Local;
import tornado.attention.embedded.internal.compiler.ir.Stmt;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Assign;
import tornado.attention.embedded.internal.compiler.ir.Stmt.Store;
import tornado.attention.embedded.internal.compiler.ir.Trees;
import tornado.attention.embedded.internal.compiler.ir.Values;

/**
 * Shows that no lane reads or overwrites what another lane writes. All uses of an array that is written must go to the
 * same element in each lane: either by the same index, or by indices that differ by multiples of the whole lane
 * loop's length, such as a channel's stride, or by at least that length, such as a row with something behind it.
 */
final class Dependences {
    private final Local lane;
    private final long trips;
    private final Map<Local, Expr> definitions;
    /** Variables of the body that take several values in one iteration. */
    private final Set<Local> changing;

    private final Values values;

    private Dependences(Local lane, long trips, Map<Local, Expr> definitions, Set<Local> changing, Values values) {
        this.lane = lane;
        this.trips = trips;
        this.definitions = definitions;
        this.changing = changing;
        this.values = values;
    }

    /**
     * Verifies the statements of a loop that is to run in lanes.
     *
     * @param body the statements of one iteration
     * @param lane index of the loop
     * @param trips number of iterations, or -1 where unknown
     * @param values of the kernel's arguments
     * @throws NotInLanes where a dependence cannot be excluded
     */
    static void verify(List<Stmt> body, Local lane, long trips, Values values) {
        Map<ArrayRef, List<Expr>> stored = new HashMap<>();
        Map<ArrayRef, List<Expr>> used = new HashMap<>();
        Trees.statements(body, s -> {
            if (s instanceof Store store) {
                stored.computeIfAbsent(store.array(), a -> new ArrayList<>()).add(store.index());
            }
        });
        Trees.expressions(body, e -> {
            if (e instanceof Expr.Load load && stored.containsKey(load.array())) {
                used.computeIfAbsent(load.array(), a -> new ArrayList<>()).add(load.index());
            }
        });
        var definitions = AffineIndex.definitions(body);
        Set<Local> changing = new HashSet<>();
        Trees.statements(body, s -> {
            if (s instanceof Assign a && !definitions.containsKey(a.local())) {
                changing.add(a.local());
            }
        });
        changing.remove(lane);
        var check = new Dependences(lane, trips, definitions, changing, values);
        stored.forEach((array, indices) -> {
            var all = new ArrayList<>(indices);
            all.addAll(used.getOrDefault(array, List.of()));
            for (int i = 0; i < all.size(); i++) {
                for (int j = 0; j <= i; j++) {
                    if (!check.sameLane(all.get(i), all.get(j))) {
                        throw new NotInLanes("an array stored and used at indices that may belong to different lanes");
                    }
                }
            }
        });
    }

    private boolean sameLane(Expr a, Expr b) {
        var first = AffineIndex.of(a, definitions, values);
        var second = AffineIndex.of(b, definitions, values);
        if (first.isEmpty() || second.isEmpty()) {
            return a.equals(b) && isFixed(a);
        }
        return first.get().factor(lane) == 1
                && second.get().factor(lane) == 1
                && staysInLane(first.get())
                && staysInLane(second.get())
                && liesApart(first.get().minus(second.get()));
    }

    /** Two indices a multiple of the lane loop's length apart never meet in different lanes, nor do those at least its length apart. */
    private boolean liesApart(AffineIndex difference) {
        boolean constant = difference.factors().isEmpty();
        return isMultiple(difference) || constant && trips > 0 && Math.abs(difference.constant()) >= trips;
    }

    /** What changes from one use to the next moves by whole lengths of the lane loop. */
    private boolean staysInLane(AffineIndex index) {
        return changing.stream().allMatch(local -> isMultiple(index.factor(local)));
    }

    private boolean isMultiple(AffineIndex difference) {
        return isMultiple(difference.constant())
                && difference.factors().values().stream().allMatch(this::isMultiple);
    }

    private boolean isMultiple(long value) {
        return value == 0 || trips > 0 && value % trips == 0;
    }

    /** Equal text means an equal value only if no variable changes in between. */
    private boolean isFixed(Expr expr) {
        return !Trees.any(
                expr, e -> e instanceof Expr.Load || e instanceof Expr.Read r && changing.contains(r.local()));
    }
}
