package tornado.attention.tasks.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which values a backward pass makes a second time instead of finding them kept (Chen et al., Training Deep Nets with Sublinear Memory
 * Cost, 2016, arXiv 1604.06174).
 *
 * <pre>
 *   images ─▶ ... ─▶ waist ─▶ ... ─▶ waist ─▶ ... ─▶ waist ─▶ ... ─▶ loss
 *                      │     made again, just before its adjoints      │
 *                    kept                                             kept
 * </pre>
 *
 * <p>At a waist everything that comes later is made of one value, such as the output of a residual block. Of the waists those are kept for
 * which what is kept and the longest piece between two of them are least together. Behind the last one nothing is made twice.
 */
final class Recomputation {
    private static final int START = -1;

    private final List<Value> order;
    /** For each value that is made again, where its piece begins and ends, without both ends. */
    private final Map<Value, int[]> pieces = new IdentityHashMap<>();

    private final Map<Value, Value> made = new IdentityHashMap<>();

    private Recomputation(List<Value> order) {
        this.order = order;
    }

    /** Nothing is made again. */
    static Recomputation none() {
        return new Recomputation(List.of());
    }

    /**
     * What pays.
     *
     * @param order all values, each behind its inputs
     * @param outputs those of them that are wanted for themselves
     */
    static Recomputation of(List<Value> order, Collection<Value> outputs) {
        var found = new Recomputation(order);
        var active = found.active();
        var waists = found.waists(active, outputs);
        int from = START;
        for (int waist : found.kept(active, waists)) {
            for (int p = from + 1; p < waist; p++) {
                if (active[p]) {
                    found.pieces.put(order.get(p), new int[] {from, waist});
                }
            }
            from = waist;
        }
        return found;
    }

    /** The value as a backward pass finds it: itself where it is kept, else made again with the rest of its piece. */
    Value now(Value value) {
        var piece = pieces.get(value);
        if (piece == null) {
            return value;
        }
        if (!made.containsKey(value)) {
            for (int p = piece[0] + 1; p < piece[1]; p++) {
                var old = order.get(p);
                if (pieces.containsKey(old)) {
                    var inputs = old.inputs().stream()
                            .map(i -> made.getOrDefault(i, i))
                            .toList();
                    var again = Value.of(old.task().again(), inputs);
                    made.put(old, old.isNamed() ? again.named(old.name() + ".again") : again);
                }
            }
        }
        return made.get(value);
    }

    /** Which values are made of what changes from run to run. */
    private boolean[] active() {
        var active = new boolean[order.size()];
        var known = new IdentityHashMap<Value, Boolean>();
        for (int p = 0; p < active.length; p++) {
            var value = order.get(p);
            boolean leaf = value.task() instanceof Leaf;
            active[p] = value.inputs().stream().anyMatch(known::containsKey);
            if (leaf || active[p]) {
                known.put(value, true);
            }
        }
        return active;
    }

    /** Places of those values of which everything later is made that is made of anything before. */
    private List<Integer> waists(boolean[] active, Collection<Value> outputs) {
        var place = new IdentityHashMap<Value, Integer>();
        var lastUse = new int[active.length];
        for (int p = 0; p < active.length; p++) {
            place.put(order.get(p), p);
            for (var input : order.get(p).inputs()) {
                lastUse[place.get(input)] = p;
            }
        }
        outputs.forEach(o -> lastUse[place.get(o)] = active.length);
        var waists = new ArrayList<Integer>();
        int needed = 0;
        for (int p = 0; p < active.length; p++) {
            if (active[p]) {
                if (needed <= p && lastUse[p] > p && lastUse[p] < active.length) {
                    waists.add(p);
                }
                needed = Math.max(needed, lastUse[p]);
            }
        }
        return waists;
    }

    /** Of the waists those that are kept. */
    private List<Integer> kept(boolean[] active, List<Integer> waists) {
        var before = new long[active.length + 1];
        for (int p = 0; p < active.length; p++) {
            boolean view = order.get(p).task() instanceof ReshapeTask;
            before[p + 1] =
                    before[p] + (active[p] && !view ? order.get(p).shape().elements() : 0);
        }
        var ends = new ArrayList<>(waists);
        ends.addFirst(START);
        ends.add(active.length);
        List<Integer> best = List.of();
        long least = before[active.length];
        for (int i = 0; i < ends.size(); i++) {
            for (int j = i + 1; j < ends.size(); j++) {
                long bound = between(before, ends.get(i), ends.get(j));
                var chosen = chosen(before, waists, bound, active.length);
                long cost = cost(before, chosen, active.length);
                if (cost < least) {
                    least = cost;
                    best = chosen;
                }
            }
        }
        return best;
    }

    /** Each piece as long as the bound lets it be. */
    private static List<Integer> chosen(long[] before, List<Integer> waists, long bound, int end) {
        var chosen = new ArrayList<Integer>();
        int from = START;
        for (int k = 0; k < waists.size(); k++) {
            int next = k + 1 < waists.size() ? waists.get(k + 1) : end;
            if (between(before, from, next) > bound) {
                from = waists.get(k);
                chosen.add(from);
            }
        }
        return chosen;
    }

    private static long cost(long[] before, List<Integer> chosen, int end) {
        long kept = 0;
        long longest = 0;
        int from = START;
        for (int waist : chosen) {
            kept += before[waist + 1] - before[waist];
            longest = Math.max(longest, between(before, from, waist));
            from = waist;
        }
        return kept + Math.max(longest, between(before, from, end));
    }

    /** Elements of what is made between two places, without both. */
    private static long between(long[] before, int from, int to) {
        return before[to] - before[from + 1];
    }
}
