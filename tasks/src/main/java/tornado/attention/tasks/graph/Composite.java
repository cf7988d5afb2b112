package tornado.attention.tasks.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A task with a definition in other tasks, which kernels can make without what lies between: attention without its map. Its value and
 * its gradient are those of the definition.
 */
public interface Composite extends Task {
    /** The definition. */
    Value expand(List<Value> inputs);

    @Override
    default Array evaluate(List<Array> inputs, boolean training) {
        var leaves = new ArrayList<Value>();
        var interpreter = new Interpreter(training);
        for (var input : inputs) {
            var leaf = Value.input("input", input.shape());
            leaves.add(leaf);
            interpreter.with(leaf, input);
        }
        return interpreter.valueOf(expand(leaves));
    }

    @Override
    default List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        // A view of each input, so that a value given twice has a gradient for each place.
        var places = inputs.stream()
                .map(input -> Value.of(new ReshapeTask(input.shape()), input))
                .toList();
        var gradients = Gradient.of(List.of(expand(places)), List.of(gradient), places, training);
        var each = new ArrayList<Value>();
        places.forEach(place -> each.add(gradients.get(place)));
        return each;
    }

    /** Outputs with some composites in them replaced by their definition, what it names or offers below their name. */
    static List<Value> expanded(List<Value> outputs, Predicate<Value> which) {
        return Graph.rewritten(
                outputs,
                (value, now) -> value.task() instanceof Composite composite && which.test(value)
                        ? Optional.of(Graph.placed(value.name() + ".", now.inputs(), composite.expand(now.inputs())))
                        : Optional.empty());
    }
}
