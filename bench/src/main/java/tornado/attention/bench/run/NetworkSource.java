package tornado.attention.bench.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.files.checkpoint.Selection;
import tornado.attention.files.checkpoint.WeightFiles;
import tornado.attention.modules.Catalogue;
import tornado.attention.networks.Classifier;
import tornado.attention.networks.Fitting;
import tornado.attention.networks.Labels;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkConfig;
import tornado.attention.networks.NetworkName;
import tornado.attention.networks.Networks;
import tornado.attention.networks.Pretrained;
import tornado.attention.networks.image.Preprocessing;
import tornado.attention.networks.image.Preprocessing.Interpolation;
import tornado.attention.networks.image.Size;

/** A network by its name, with a module in its blocks, and where its weights are from. */
public final class NetworkSource {
    private final String name;
    private final NetworkConfig config;
    private final Pretrained pretrained;
    private final Path weights;
    private final Selection selection;
    private final long seed;
    private final boolean changed;

    /** Which module stands in a network's blocks. */
    public static final class Slot {
        @Option(
                names = "--slot",
                paramLabel = "MODULE",
                description = "The module in a network's blocks, instead of the one its name says; none for none.")
        private String module;

        @Option(
                names = "--stages",
                paramLabel = "N,N",
                split = ",",
                description = "The stages whose blocks have the --slot's module. Default: all that have room.")
        private List<Integer> stages = new ArrayList<>();

        /** Options without values. */
        public Slot() {}

        /** Fails where one was given for a module. */
        public void requireNone() {
            if (module != null || !stages.isEmpty()) {
                throw new UsageException("--slot and --stages say which module stands in a network; leave them out.");
            }
        }

        private NetworkConfig in(NetworkConfig config) {
            if (module == null) {
                if (!stages.isEmpty()) {
                    throw new FailureException("--stages says where the module of --slot stands; name the module too.");
                }
                return config;
            }
            return config.withAttention(module, stages);
        }
    }

    /**
     * A network.
     *
     * @param name with or without the tag of its weights
     * @param slot the module in its blocks
     * @param options weights and seed
     */
    public NetworkSource(String name, Slot slot, ModuleOptions options) {
        this.name = name;
        this.weights = options.file();
        this.pretrained = (weights == null ? Pretrained.named(name) : Pretrained.ofFile(name)).orElse(null);
        this.selection = options.selection();
        this.seed = options.seed();
        this.changed = slot.module != null;
        this.config = config(name, slot);
    }

    /** What a network is made of. */
    public static NetworkConfig config(String name, Slot slot) {
        return slot.in(Networks.named(NetworkName.parse(name).network()));
    }

    /** Whether a name is a network's, with or without a tag, and not a module's. */
    public static boolean isNetwork(String name) {
        return !Catalogue.contains(name)
                && Networks.contains(name.contains(".") ? name.substring(0, name.indexOf('.')) : name);
    }

    public String name() {
        return name;
    }

    /** How its images are prepared. */
    public Preprocessing preprocessing() {
        return pretrained == null
                ? Preprocessing.imageNet(224, 0.875, Interpolation.BICUBIC)
                : pretrained.preprocessing();
    }

    /** Names of its classes; null where they are not known. */
    public Labels labels() {
        return pretrained == null ? null : pretrained.labels();
    }

    /** The network for images of a size. */
    public Network network(Size size) throws IOException {
        if (weights != null) {
            try (var file = WeightFiles.open(weights, selection)) {
                return Fitting.load(config, size, file);
            }
        }
        return pretrained != null && pretrained.isBundled() && !changed
                ? Classifier.bundled(pretrained)
                : Network.initial(config, size, seed);
    }

    /** Whether nothing was learned. */
    public boolean isRandom() {
        return weights == null && (pretrained == null || !pretrained.isBundled() || changed);
    }

    /** Where the weights are from. */
    public String origin() {
        return isRandom()
                ? "random (seed " + seed + "), so its answers mean nothing"
                : weights == null ? pretrained.name() : weights.toString();
    }

    /** The name for pictures. */
    public String title() {
        return name + (isRandom() ? ", random weights (seed " + seed + ")" : "");
    }
}
