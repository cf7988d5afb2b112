package tornado.attention.bench.compare;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tornado.attention.modules.Block;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Option;
import tornado.attention.modules.Parameters;
import tornado.attention.modules.Settings;
import tornado.attention.networks.Family;
import tornado.attention.networks.NetworkConfig;
import tornado.attention.networks.Networks;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Value;

/** Whole networks as cases: each is fitted to a batch of images {@code [batch, 3, height, width]} as modules are to a feature map. */
final class NetworkTypes {
    /** Stands before the module in a network's blocks. */
    private static final char SLOT = '+';

    private static final String HEIGHT = "height";
    private static final String WIDTH = "width";

    private static final List<Option> OPTIONS = List.of(
            Option.required(HEIGHT, Option.Kind.INTEGER, "of the images, pixels"),
            Option.required(WIDTH, Option.Kind.INTEGER, "of the images, pixels"));

    private NetworkTypes() {}

    /** The network of this name, {@code resnet50}, or with another module in its blocks, {@code resnet20_cifar+SEAttention}. */
    static Optional<ModuleType> find(String name) {
        return Pass.of(name) == Pass.FORWARD && Networks.contains(base(name))
                ? Optional.of(named(name))
                : Optional.empty();
    }

    private static String base(String name) {
        int plus = name.indexOf(SLOT);
        return plus < 0 ? name : name.substring(0, plus);
    }

    private static NetworkConfig config(String name) {
        var base = base(name);
        var config = Networks.named(base);
        return base.equals(name) ? config : config.withAttention(name.substring(base.length() + 1), List.of());
    }

    /** The size of the images that a network is used with. */
    static Size imageSize(String name) {
        return Networks.imageSize(base(name));
    }

    /**
     * The network of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static ModuleType named(String name) {
        var config = config(name);
        ModuleType.Builder builder = (parameters, settings) -> build(name, parameters, settings);
        return ModuleType.of(name, "network", config.owner(), "", OPTIONS, builder, NetworkTypes::sides);
    }

    private static Block.OfMap build(String name, Parameters parameters, Settings settings) {
        var size = new Size(settings.integer(HEIGHT), settings.integer(WIDTH));
        var body = Family.build(parameters, config(name), size);
        return new Block.OfMap() {
            @Override
            public Value apply(Value images) {
                requireChannels(name, images, 3);
                return body.apply(images).output();
            }
        };
    }

    private static Map<String, Object> sides(Shape images) {
        return Map.of(HEIGHT, images.height(), WIDTH, images.width());
    }
}
