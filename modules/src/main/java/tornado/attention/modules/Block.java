package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Graph;
import tornado.attention.tasks.graph.Value;

/**
 * What a mechanism computes: its settings and layers, and the values it makes of others. It knows no kernel and no device, and does
 * not ask whether it is being trained.
 */
public interface Block {
    /**
     * The module's formula.
     *
     * @param inputs one value for each of {@link ModuleType#inputs}, in that order; null for an optional one that is absent
     * @return the outputs, in PyTorch's order
     * @throws IllegalArgumentException if a shape does not fit the settings
     */
    List<Value> apply(List<Value> inputs);

    /**
     * Multiply-accumulates of convolutions and matrix products for one image, as the paper counts them.
     *
     * @param inputs shapes of the inputs; null for an optional one that is absent
     */
    default long macsPerImage(List<Shape> inputs) {
        var values = inputs.stream()
                .map(s -> s == null ? null : Value.input("input", s))
                .toList();
        return Graph.macs(apply(values)) / inputs.getFirst().batch();
    }

    /** A mechanism that takes one feature map and gives one value. */
    interface OfMap extends Block {
        /**
         * The module's formula.
         *
         * @param x {@code [batch, channels, height, width]}
         * @return the output, {@code x}'s shape unless the module says otherwise
         */
        Value apply(Value x);

        @Override
        default List<Value> apply(List<Value> inputs) {
            return List.of(apply(inputs.getFirst()));
        }

        /** Checks that a feature map has the channels that the settings name. */
        default void requireChannels(String module, Value x, int channels) {
            if (x.shape().rank() != 4) {
                throw new IllegalArgumentException("Module " + module
                        + " takes a feature map of four dimensions, [batch, channels, height, width], but '" + x.name()
                        + "' has shape " + x.shape()
                        + (x.shape().rank() == 3 ? "; add the batch in front: 1x" + x.shape() + "." : "."));
            }
            if (x.shape().channels() != channels) {
                throw new IllegalArgumentException("Module " + module + " was made for " + channels
                        + " channels and takes [batch, " + channels + ", height, width], but '" + x.name()
                        + "' has shape " + x.shape() + ".");
            }
            if (x.shape().elements() == 0) {
                throw new IllegalArgumentException("Module " + module
                        + " takes a feature map with at least one image, channel and pixel, but '" + x.name()
                        + "' has shape " + x.shape() + ".");
            }
        }
    }
}
