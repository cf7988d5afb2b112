package tornado.attention.modules;

import java.util.List;
import java.util.Map;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * One attention mechanism with its settings and weights: an immutable value that can be attached to any number of
 * chains.
 */
public interface AttentionModule {
    /** Name, paper and options of the mechanism. */
    ModuleType type();

    /** Parameters and buffers by their PyTorch names. */
    Weights weights();

    /**
     * Appends the module's tasks to a chain.
     *
     * @param inputs one tensor for each of {@link ModuleType#inputs}, in that order; null for one of
     *     {@link ModuleType#optionalInputs} that is absent, trailing ones of which may be left out
     * @return the outputs, in PyTorch's order
     * @throws IllegalArgumentException if a shape does not fit the settings
     */
    List<Tensor> attach(TaskChain chain, List<Tensor> inputs);

    /**
     * Appends the module's tasks to a chain; inputs by name, so that it is plain which optional ones are there.
     *
     * @param inputs tensors by the names of {@link ModuleType#inputs}, absent optional ones left out
     * @return the outputs, in PyTorch's order
     * @throws IllegalArgumentException if a name is unknown, a required input is missing or a shape does not fit the
     *     settings
     */
    default List<Tensor> attach(TaskChain chain, Map<String, Tensor> inputs) {
        return attach(chain, type().arrange(inputs));
    }

    /**
     * Multiply-accumulates of convolutions and matrix products for one image, as the paper counts them: pooling and the
     * final gate are not included unless the module says so.
     *
     * @param inputs shapes of the inputs, arranged as in {@link #attach(TaskChain, List)}
     */
    long macsPerImage(List<Shape> inputs);

    /** Number of trainable parameters; buffers such as running averages are not counted. */
    default long parameters() {
        return weights().parameters();
    }
}
