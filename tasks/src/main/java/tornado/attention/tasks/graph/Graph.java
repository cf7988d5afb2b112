package tornado.attention.tasks.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Predicate;

/** Questions about all values that lead to some outputs. */
public final class Graph {
    private Graph() {}

    /** Everything that the outputs need, each value behind its inputs: in the order in which they were written. */
    public static List<Value> order(Collection<Value> outputs) {
        return order(outputs, value -> false);
    }

    /** The same, but nothing that only known values need. */
    static List<Value> order(Collection<Value> outputs, Predicate<Value> known) {
        var seen = Collections.<Value>newSetFromMap(new IdentityHashMap<>());
        var open = new ArrayDeque<Value>(outputs);
        while (!open.isEmpty()) {
            var value = open.pop();
            if (seen.add(value) && !known.test(value)) {
                value.inputs().forEach(open::push);
            }
        }
        var all = new ArrayList<>(seen);
        all.sort(Comparator.comparingLong(Value::number));
        return all;
    }

    /** Multiply-accumulates of everything that the outputs need, as papers count them. */
    public static long macs(Collection<Value> outputs) {
        return order(outputs).stream().mapToLong(Value::macs).sum();
    }
}
