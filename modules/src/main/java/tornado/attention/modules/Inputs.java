package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.graph.Value;

/** Checks of what a module is attached to, for modules that do not take one feature map. */
final class Inputs {
    private Inputs() {}

    /** The only input. */
    static Tensor single(ModuleType type, List<Tensor> inputs) {
        requireCount(type, inputs);
        return inputs.getFirst();
    }

    /** Fails unless all required inputs are there and none too many. */
    static void requireCount(ModuleType type, List<Tensor> inputs) {
        int required = type.inputs().size() - type.optionalInputs().size();
        boolean present = inputs.size() >= required
                && inputs.subList(0, required).stream().allMatch(tensor -> tensor != null);
        if (!present || inputs.size() > type.inputs().size()) {
            throw new IllegalArgumentException("Module " + type.name() + " takes the inputs " + type.inputs()
                    + " but got " + inputs.size() + " tensors; give one for each that is required.");
        }
    }

    /** The input at this place, or null if it is an optional one that is absent. */
    static Tensor optional(List<Tensor> inputs, int index) {
        return index < inputs.size() ? inputs.get(index) : null;
    }

    /** Fails unless a tensor has exactly these extents; -1 for one that may be anything but 0. */
    static void requireShape(ModuleType type, Tensor tensor, int... extents) {
        requireShape(type.name(), tensor.name(), tensor.shape(), extents);
    }

    /** Fails unless a value has exactly these extents; -1 for one that may be anything but 0. */
    static void requireShape(String module, Value value, int... extents) {
        requireShape(module, value.name(), value.shape(), extents);
    }

    private static void requireShape(String module, String name, Shape shape, int... extents) {
        boolean fits = shape.rank() == extents.length;
        for (int i = 0; fits && i < extents.length; i++) {
            fits = extents[i] == -1 ? shape.dim(i) > 0 : shape.dim(i) == extents[i];
        }
        if (!fits) {
            var wanted = new StringBuilder();
            for (int extent : extents) {
                wanted.append(wanted.isEmpty() ? "[" : ", ").append(extent == -1 ? "any" : Integer.toString(extent));
            }
            throw new IllegalArgumentException(
                    "Module " + module + " takes '" + name + "' as " + wanted + "], but its shape is " + shape + ".");
        }
    }
}
