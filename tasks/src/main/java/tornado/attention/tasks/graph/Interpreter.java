package tornado.attention.tasks.graph;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Computes values in double precision, each once. */
public final class Interpreter {
    private final boolean training;
    private final Map<Value, Array> known = new IdentityHashMap<>();

    /**
     * An interpreter.
     *
     * @param training whether norms use the statistics of the batch
     */
    public Interpreter(boolean training) {
        this.training = training;
    }

    /** Gives an input, or any other value, its elements. */
    public Interpreter with(Value value, Array elements) {
        if (!value.shape().equals(elements.shape())) {
            throw new IllegalArgumentException(
                    "Value '" + value.name() + "' is " + value.shape() + ", but was given " + elements.shape() + ".");
        }
        known.put(value, elements);
        return this;
    }

    /** The elements of a value. */
    public Array valueOf(Value value) {
        for (var v : Graph.order(List.of(value), known::containsKey)) {
            if (!known.containsKey(v)) {
                var inputs = new ArrayList<Array>();
                v.inputs().forEach(input -> inputs.add(known.get(input)));
                known.put(v, v.task().evaluate(inputs, training));
            }
        }
        return known.get(value);
    }
}
