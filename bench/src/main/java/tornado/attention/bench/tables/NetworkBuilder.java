package tornado.attention.bench.tables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tornado.attention.modules.ModuleType;
import tornado.attention.tasks.Shape;

/** Writes down the steps of a network while it follows the shape of the feature map. */
final class NetworkBuilder {
    private final ModuleCounts counts;
    private final List<Layer> layers = new ArrayList<>();
    private Shape map;

    /**
     * A network without layers.
     *
     * @param counts asked about attention modules
     * @param input {@code [1, channels, height, width]}
     */
    NetworkBuilder(ModuleCounts counts, Shape input) {
        this.counts = counts;
        this.map = input;
    }

    /** The feature map behind the last step. */
    Shape map() {
        return map;
    }

    /** Channels behind the last step. */
    int channels() {
        return map.channels();
    }

    /** Goes on at another place, such as where a shortcut begins. */
    NetworkBuilder at(Shape place) {
        map = place;
        return this;
    }

    /** A convolution without bias, padded to keep the size but for the stride. */
    NetworkBuilder convolution(int outputs, int kernel, int stride, int groups) {
        return convolution(outputs, kernel, stride, groups, false);
    }

    /** A 1x1 convolution without bias. */
    NetworkBuilder pointwise(int outputs) {
        return convolution(outputs, 1, 1, 1, false);
    }

    /** A convolution, padded to keep the size but for the stride. */
    NetworkBuilder convolution(int outputs, int kernel, int stride, int groups, boolean bias) {
        int inputs = map.channels();
        map = Shape.of(1, outputs, (map.height() - 1) / stride + 1, (map.width() - 1) / stride + 1);
        return add(Layer.convolution(inputs, outputs, kernel, groups, bias, map.pixels()));
    }

    /** A batch norm. */
    NetworkBuilder norm() {
        return add(Layer.norm(map.channels(), map.pixels()));
    }

    /** A ReLU that the operation counter saw. */
    NetworkBuilder relu() {
        return add(Layer.operations(map.elements()));
    }

    /** A 3x3 max pooling with stride 2. */
    NetworkBuilder maxPool() {
        map = Shape.of(1, map.channels(), (map.height() - 1) / 2 + 1, (map.width() - 1) / 2 + 1);
        return add(Layer.operations(8 * map.elements()));
    }

    /** The average over all pixels and a classifier with bias. */
    NetworkBuilder classifier(int classes) {
        add(Layer.globalAverage(map.channels(), map.pixels()));
        return add(Layer.linear(map.channels(), classes, true));
    }

    /** A module of the catalogue that leaves the shape as it is. */
    NetworkBuilder module(ModuleType type, Map<String, Object> settings) {
        return module(type, settings, 0);
    }

    /** The same with what the operation counter saw of it. */
    NetworkBuilder module(ModuleType type, Map<String, Object> settings, long operations) {
        var count = counts.of(type, map, settings);
        return add(new Layer(count.parameters(), count.macs(), 0, operations));
    }

    /** Any step. */
    NetworkBuilder add(Layer layer) {
        layers.add(layer);
        return this;
    }

    /** The network so far. */
    CountedNetwork build() {
        return new CountedNetwork(layers);
    }
}
