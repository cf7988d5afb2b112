package tornado.attention.modules;

import java.util.List;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/** A module from one feature map {@code [batch, channels, height, width]} to one tensor. */
public interface FeatureMapModule extends AttentionModule {
    /**
     * Appends the module's tasks to a chain.
     *
     * @param x {@code [batch, channels, height, width]}
     * @return the output, {@code x}'s shape unless the module says otherwise
     */
    Tensor attach(TaskChain chain, Tensor x);

    /** Multiply-accumulates for one image of this feature map, as the paper counts them. */
    long macsPerImage(Shape featureMap);

    @Override
    default List<Tensor> attach(TaskChain chain, List<Tensor> inputs) {
        if (inputs.size() != 1) {
            throw new IllegalArgumentException(
                    "Module " + type().name() + " takes one feature map but got " + inputs.size() + " inputs.");
        }
        return List.of(attach(chain, inputs.getFirst()));
    }

    @Override
    default long macsPerImage(List<Shape> inputs) {
        return macsPerImage(inputs.getFirst());
    }

    /** Checks that a feature map has the channels that the settings name. */
    default void requireChannels(Tensor x, int channels) {
        if (x.shape().rank() != 4 || x.shape().channels() != channels) {
            throw new IllegalArgumentException("Module " + type().name() + " was made for " + channels
                    + " channels and takes [batch, " + channels + ", height, width], but '" + x.name() + "' has shape "
                    + x.shape() + ".");
        }
    }
}
