package tornado.attention.bench.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.networks.Classifier;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkName;
import tornado.attention.networks.Pretrained;

/** Which network with which weights. */
final class NetworkOptions {
    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description =
                    "safetensors, its index, or PyTorch's .pth. Default: the weights that come along, where there are some.")
    private Path weights;

    @Mixin
    private WeightFile selection = new WeightFile();

    /** The file of weights, or null. */
    Path file() {
        return weights;
    }

    /**
     * The published weights that a name stands for.
     *
     * @throws UsageException if there is no such network or tag
     */
    static Pretrained pretrained(String name) {
        return require(name, Pretrained::named);
    }

    /**
     * The same, or for a file of weights the network's usual way with images.
     *
     * @throws UsageException if there is no such network or tag
     */
    Pretrained prepared(String name) {
        return require(name, weights == null ? Pretrained::named : Pretrained::ofFile);
    }

    private static Pretrained require(String name, Function<String, Optional<Pretrained>> known) {
        NetworksCommand.require(name.contains(".") ? name.substring(0, name.indexOf('.')) : name);
        try {
            return known.apply(name)
                    .orElseThrow(() -> new FailureException("Network "
                            + NetworkName.parse(name).network()
                            + " has no published weights, so it is not known how its images are"
                            + " prepared; choose one with weights ('attn networks')."));
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /** The network with the weights of the file, or those that come along. */
    Network network(Pretrained pretrained) throws IOException {
        if (weights != null) {
            try (var file = selection.open(weights)) {
                return Classifier.load(pretrained, file);
            }
        }
        if (selection.isGiven()) {
            throw new UsageException(
                    "--key and --prefix say where in a file the weights lie; give the file by --weights.");
        }
        if (!pretrained.isBundled()) {
            throw new FailureException("The weights of " + pretrained.name() + " do not come along; fetch "
                    + pretrained.address() + " and give the file by --weights.");
        }
        return Classifier.bundled(pretrained);
    }
}
