package tornado.attention.modules;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Lowering;

/**
 * One attention mechanism with its settings and weights: an immutable value that can be attached to any number of chains. Made by
 * its {@link ModuleType}.
 *
 * @param type name, paper and options of the mechanism
 * @param weights parameters and buffers by their PyTorch names
 * @param block what it computes
 */
public record AttentionModule(ModuleType type, Weights weights, Block block) {
    /**
     * Appends the tasks of a module that takes one feature map.
     *
     * @param x {@code [batch, channels, height, width]}
     * @return the output, {@code x}'s shape unless the module says otherwise; of several ones the first
     * @throws IllegalArgumentException if the module takes more inputs, or the shape does not fit the settings
     */
    public Tensor attach(TaskChain chain, Tensor x) {
        return attach(chain, List.of(x)).getFirst();
    }

    /**
     * Appends the module's tasks to a chain.
     *
     * @param inputs one tensor for each of {@link ModuleType#inputs}, in that order; null for one of
     *     {@link ModuleType#optionalInputs} that is absent, trailing ones of which may be left out
     * @return the outputs, in PyTorch's order
     * @throws IllegalArgumentException if a shape does not fit the settings
     */
    public List<Tensor> attach(TaskChain chain, List<Tensor> inputs) {
        var tensors = new IdentityHashMap<Value, Tensor>();
        var values = new ArrayList<Value>();
        for (var tensor : complete(inputs, "tensors")) {
            var value = tensor == null ? null : Value.input(tensor.name(), tensor.shape());
            values.add(value);
            if (value != null) {
                tensors.put(value, tensor);
            }
        }
        var outputs = block.apply(Collections.unmodifiableList(values));
        return Lowering.append(chain.scope(type.scope()), tensors, outputs);
    }

    /**
     * Appends the module's tasks to a chain; inputs by name, so that it is plain which optional ones are there.
     *
     * @param inputs tensors by the names of {@link ModuleType#inputs}, absent optional ones left out
     * @return the outputs, in PyTorch's order
     * @throws IllegalArgumentException if a name is unknown, a required input is missing or a shape does not fit the
     *     settings
     */
    public List<Tensor> attach(TaskChain chain, Map<String, Tensor> inputs) {
        return attach(chain, type.arrange(inputs));
    }

    /**
     * Multiply-accumulates of convolutions and matrix products for one image, as the paper counts them: pooling and the
     * final gate are not included unless the module says so.
     *
     * @param inputs shapes of the inputs, arranged as in {@link #attach(TaskChain, List)}
     */
    public long macsPerImage(List<Shape> inputs) {
        return block.macsPerImage(complete(inputs, "shapes"));
    }

    /** Number of trainable parameters; buffers such as running averages are not counted. */
    public long parameters() {
        return weights.parameters();
    }

    /** The inputs with null for every one that is absent. */
    private <T> List<T> complete(List<T> inputs, String what) {
        int required = type.inputs().size() - type.optionalInputs().size();
        boolean complete = inputs.size() >= required
                && inputs.size() <= type.inputs().size()
                && inputs.stream().limit(required).noneMatch(input -> input == null);
        if (!complete) {
            throw new IllegalArgumentException("Module " + type.name() + " takes the inputs " + type.inputs()
                    + " but got " + inputs.size() + " " + what + "; give one for each that is required.");
        }
        var all = new ArrayList<T>(inputs);
        while (all.size() < type.inputs().size()) {
            all.add(null);
        }
        return Collections.unmodifiableList(all);
    }
}
