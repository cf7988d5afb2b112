package tornado.attention.tasks.graph;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The gradient of a scalar with respect to values it was made of, as values made of tasks. */
public final class Gradient {
    private Gradient() {}

    /**
     * Gradients of {@code sum over outputs of seed * output}, element by element.
     *
     * @param outputs values
     * @param seeds for each output the gradient of the scalar with respect to it, of the same shape
     * @param of whose gradients are wanted
     * @param training whether norms use the statistics of the batch
     * @return for each of them its gradient; a value on which no output depends is left out
     */
    public static Map<Value, Value> of(List<Value> outputs, List<Value> seeds, List<Value> of, boolean training) {
        return of(outputs, seeds, of, training, false);
    }

    /**
     * The same, in less memory.
     *
     * @param recompute whether values are made a second time rather than kept, where that saves memory: of a network little more than
     *     what goes from block to block is kept, and its forward pass is done nearly twice
     */
    public static Map<Value, Value> of(
            List<Value> outputs, List<Value> seeds, List<Value> of, boolean training, boolean recompute) {
        var gradients = new IdentityHashMap<Value, Value>();
        for (int i = 0; i < outputs.size(); i++) {
            gradients.merge(outputs.get(i), seeds.get(i), Value::plus);
        }
        var wanted = new IdentityHashMap<Value, Boolean>();
        of.forEach(value -> wanted.put(value, true));
        var order = Graph.order(outputs);
        for (var value : order) {
            if (value.inputs().stream().anyMatch(wanted::containsKey)) {
                wanted.put(value, true);
            }
        }
        var again = recompute ? Recomputation.of(order, outputs) : Recomputation.none();
        for (var value : order.reversed()) {
            var gradient = gradients.get(value);
            if (gradient == null || value.inputs().stream().noneMatch(wanted::containsKey)) {
                continue;
            }
            var found = value.inputs().stream().map(again::now).toList();
            var inputs = value.task().adjoint(found, again.now(value), gradient, training);
            for (int i = 0; i < inputs.size(); i++) {
                if (inputs.get(i) != null && wanted.containsKey(value.input(i))) {
                    gradients.merge(value.input(i), inputs.get(i), Value::plus);
                }
            }
        }
        var result = new IdentityHashMap<Value, Value>();
        for (var value : of) {
            if (gradients.containsKey(value)) {
                result.put(value, gradients.get(value));
            }
        }
        return result;
    }
}
