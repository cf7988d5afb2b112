package tornado.attention.tasks.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
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

    /** Says what a value becomes. */
    public interface Rule {
        /**
         * The value that stands for another one.
         *
         * @param value as it was written
         * @param now the same task on what its inputs became
         * @return what it becomes; empty for {@code now}
         */
        Optional<Value> apply(Value value, Value now);
    }

    /**
     * Outputs with a rule applied to every value, inputs first; names and exposures stay, and so does the order: what comes behind a value
     * that has become another one is written anew.
     */
    public static List<Value> rewritten(List<Value> outputs, Rule rule) {
        var became = new IdentityHashMap<Value, Value>();
        boolean changed = false;
        for (var value : order(outputs)) {
            var inputs = value.inputs().stream().map(became::get).toList();
            boolean same = inputs.isEmpty() || !changed;
            var now = same ? value : value.as(Value.of(value.task(), inputs));
            var ruled = rule.apply(value, now).map(value::as).orElse(now);
            became.put(value, ruled);
            changed |= ruled != value;
        }
        return outputs.stream().map(became::get).toList();
    }

    /**
     * A value whose making is placed: what lies between some values and it and has a name, offers attention or is a composite task has a path in
     * front of its name, so that kernels and attention tensors of a network say where they stand.
     *
     * @param path such as {@code layer1.0.se.}, with its dot
     * @param from where it begins; they keep their names
     * @param to where it ends
     */
    public static Value placed(String path, List<Value> from, Value to) {
        var became = new IdentityHashMap<Value, Value>();
        var known = Collections.<Value>newSetFromMap(new IdentityHashMap<>());
        known.addAll(from);
        for (var value : order(List.of(to), known::contains)) {
            if (known.contains(value) || value.inputs().isEmpty()) {
                became.put(value, value);
                continue;
            }
            var inputs = value.inputs().stream().map(became::get).toList();
            var now = inputs.equals(value.inputs()) ? value : value.as(Value.of(value.task(), inputs));
            boolean named = value.isNamed() || value.exposure().isPresent() || value.task() instanceof Composite;
            became.put(value, named && !value.name().startsWith(path) ? now.named(path + value.name()) : now);
        }
        return became.get(to);
    }

    /** Multiply-accumulates of everything that the outputs need, as papers count them. */
    public static long macs(Collection<Value> outputs) {
        return order(outputs).stream().mapToLong(Value::macs).sum();
    }
}
