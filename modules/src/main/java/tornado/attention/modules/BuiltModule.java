package tornado.attention.modules;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.lowering.Lowering;

/**
 * A mechanism with its weights, ready to be attached to chains.
 *
 * @param type name, paper and options
 * @param weights parameters and buffers
 * @param block what it computes
 */
record BuiltModule(ModuleType type, Weights weights, Block block) implements FeatureMapModule {
    @Override
    public Tensor attach(TaskChain chain, Tensor x) {
        if (type.inputs().size() - type.optionalInputs().size() != 1) {
            throw new IllegalArgumentException(
                    "Module " + type.name() + " takes the inputs " + type.inputs() + "; give all of them.");
        }
        return attach(chain, List.of(x)).getFirst();
    }

    @Override
    public List<Tensor> attach(TaskChain chain, List<Tensor> inputs) {
        int required = type.inputs().size() - type.optionalInputs().size();
        boolean complete = inputs.size() >= required
                && inputs.size() <= type.inputs().size()
                && inputs.stream().limit(required).noneMatch(t -> t == null);
        if (!complete) {
            throw new IllegalArgumentException("Module " + type.name() + " takes the inputs " + type.inputs()
                    + " but got " + inputs.size() + " tensors; give one for each that is required.");
        }
        var tensors = new IdentityHashMap<Value, Tensor>();
        var values = new ArrayList<Value>();
        for (var tensor : inputs) {
            var value = tensor == null ? null : Value.input(tensor.name(), tensor.shape());
            values.add(value);
            if (value != null) {
                tensors.put(value, tensor);
            }
        }
        while (values.size() < type.inputs().size()) {
            values.add(null);
        }
        var outputs = block.apply(Collections.unmodifiableList(values));
        return Lowering.append(chain.scope(type.scope()), tensors, outputs);
    }

    @Override
    public long macsPerImage(Shape featureMap) {
        return macsPerImage(List.of(featureMap));
    }

    @Override
    public long macsPerImage(List<Shape> inputs) {
        int required = type.inputs().size() - type.optionalInputs().size();
        if (inputs.size() < required) {
            throw new IllegalArgumentException("Module " + type.name() + " takes the inputs " + type.inputs()
                    + " but got " + inputs.size() + " shapes; give one for each that is required.");
        }
        var all = new ArrayList<>(inputs);
        while (all.size() < type.inputs().size()) {
            all.add(null);
        }
        return block.macsPerImage(all);
    }
}
