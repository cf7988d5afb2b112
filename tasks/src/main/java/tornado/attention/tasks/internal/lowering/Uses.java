package tornado.attention.tasks.internal.lowering;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.graph.Constant;
import tornado.attention.tasks.graph.Graph;
import tornado.attention.tasks.graph.Parameter;
import tornado.attention.tasks.graph.ReshapeTask;
import tornado.attention.tasks.graph.Value;

/** Who uses which value of a graph, and which values are wanted for themselves. */
final class Uses {
    private final Map<Value, List<Value>> users = new IdentityHashMap<>();
    private final Set<Value> kept;
    private final Map<Value, Boolean> constant = new IdentityHashMap<>();
    private final Map<Value, Boolean> known = new IdentityHashMap<>();
    private final ChainOptions options;

    Uses(Collection<Value> order, Set<Value> kept, ChainOptions options) {
        this.kept = kept;
        this.options = options;
        for (var value : order) {
            for (var input : value.inputs()) {
                users.computeIfAbsent(input, v -> new java.util.ArrayList<>()).add(value);
            }
            known.put(value, isKnown(value, known));
            constant.put(
                    value,
                    known.get(value)
                            || value.task() instanceof Parameter
                            || value.task() instanceof ReshapeTask && constant.get(value.input(0)));
        }
    }

    static Uses of(Collection<Value> outputs, Set<Value> kept, ChainOptions options) {
        return new Uses(Graph.order(outputs), kept, options);
    }

    /** How the chain is built. */
    ChainOptions options() {
        return options;
    }

    /** Whether batch statistics are used. */
    boolean training() {
        return options.training();
    }

    /** Those that read a value; one that reads it twice is there twice. */
    List<Value> of(Value value) {
        return users.getOrDefault(value, List.of());
    }

    /** Whether a value need not be made for itself if its one user makes it along. */
    boolean isInner(Value value) {
        return of(value).size() == 1 && !kept.contains(value);
    }

    /** Whether a value is an output, or an attention tensor that somebody wants to see. */
    boolean isKept(Value value) {
        return kept.contains(value);
    }

    private static boolean isKnown(Value value, Map<Value, Boolean> known) {
        if (value.inputs().isEmpty()) {
            return value.task() instanceof Constant
                    || value.task() instanceof Parameter parameter
                            && (parameter.isDescribed() || !parameter.weight().isOnDevice());
        }
        return value.inputs().stream().allMatch(known::get);
    }

    /** Whether a value is made of constants and parameters alone, and of none that the device changes. */
    boolean isKnown(Value value) {
        return known.get(value);
    }

    /** Whether a value is known, or a parameter that the device changes: whether kernels can take it as weights. */
    boolean isConstant(Value value) {
        return constant.get(value);
    }
}
