package tornado.attention.bench.tables;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A network as the list of its steps.
 *
 * @param layers in the order of the forward pass
 */
record CountedNetwork(List<Layer> layers) {
    /** Copies the list. */
    CountedNetwork {
        layers = List.copyOf(layers);
    }

    /** Trainable parameters. */
    long parameters() {
        return sum(Layer::parameters);
    }

    /** Multiply-accumulates of convolutions, fully connected layers and attention modules for one image. */
    long macs() {
        return sum(Layer::macs);
    }

    /** The same with two operations for each element of a batch norm. */
    long macsWithNorms() {
        return macs() + 2 * sum(Layer::normalised);
    }

    /**
     * What the counter behind ECA-Net's table (thop, as of 2019) printed as FLOPs: a multiply-accumulate is one, an element of
     * a batch norm four, of a ReLU one, of a 3x3 max pooling eight, an average of n is n + 1, a fully connected output 2n - 1;
     * of a ReLU object that a block calls several times only the last call is there; 1-D convolutions are not.
     */
    long operations() {
        return sum(Layer::operations);
    }

    private long sum(ToLongFunction<Layer> part) {
        return layers.stream().mapToLong(part).reduce(0, Math::addExact);
    }
}
