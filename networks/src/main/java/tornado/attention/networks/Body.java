package tornado.attention.networks;

import tornado.attention.tasks.graph.Value;

/** What a network computes: made by its {@link Family} out of parameters and a config. */
@FunctionalInterface
public interface Body {
    /**
     * The network's formula.
     *
     * @param images {@code [batch, 3, height, width]}, preprocessed
     * @throws IllegalArgumentException if the images are too small, or of another size than the network was made for
     */
    Features apply(Value images);
}
