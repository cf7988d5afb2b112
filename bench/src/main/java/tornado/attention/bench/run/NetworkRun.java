package tornado.attention.bench.run;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.text.Numbers;
import tornado.attention.modules.Names;
import tornado.attention.modules.checkpoint.Selection;
import tornado.attention.modules.checkpoint.WeightFiles;
import tornado.attention.modules.safetensors.SafetensorsFile;
import tornado.attention.networks.Classifier;
import tornado.attention.networks.Classifier.Guess;
import tornado.attention.networks.Fitting;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkConfig;
import tornado.attention.networks.NetworkName;
import tornado.attention.networks.Networks;
import tornado.attention.networks.Pretrained;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.networks.image.Preprocessing;
import tornado.attention.networks.image.Preprocessing.Interpolation;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Shape;

/** One network on one photograph: what it costs, how long it takes, what it answers, and where its modules look. */
final class NetworkRun {
    private static final String INPUT = "input";

    /** So many classes are told. */
    private static final int LIKELIEST = 5;

    private final String name;
    private final NetworkConfig config;
    private final Pretrained pretrained;
    private final Preprocessing preprocessing;
    private final Path weights;
    private final Selection selection;
    private final long seed;
    private final boolean changed;

    NetworkRun(String name, String slot, List<Integer> stages, Path weights, Selection selection, long seed) {
        var parsed = NetworkName.parse(name);
        this.name = name;
        this.pretrained = Pretrained.named(name).orElse(null);
        this.preprocessing = pretrained == null
                ? Preprocessing.imageNet(224, 0.875, Interpolation.BICUBIC)
                : pretrained.preprocessing();
        this.weights = weights;
        this.selection = selection;
        this.seed = seed;
        this.changed = slot != null;
        this.config = slotted(Networks.named(parsed.network()), slot, stages);
    }

    private static NetworkConfig slotted(NetworkConfig config, String slot, List<Integer> stages) {
        if (slot == null) {
            if (!stages.isEmpty()) {
                throw new FailureException("--stages says where the module of --slot stands; name the module too.");
            }
            return config;
        }
        return config.withAttention(slot, stages);
    }

    /** Whether a name is a network's, with or without a tag. */
    static boolean isNetwork(String name) {
        return Networks.contains(name.contains(".") ? name.substring(0, name.indexOf('.')) : name);
    }

    private Network network(Size size) throws IOException {
        if (weights != null) {
            try (var file = WeightFiles.open(weights, selection)) {
                return Network.load(Fitting.withClasses(config, file), size, file, Names.OWN);
            }
        }
        return pretrained != null && pretrained.isBundled() && !changed
                ? Classifier.bundled(pretrained)
                : Network.initial(config, size, seed);
    }

    private boolean isRandom() {
        return weights == null && (pretrained == null || !pretrained.isBundled() || changed);
    }

    private String origin() {
        return isRandom()
                ? "random (seed " + seed + "), so its answers mean nothing"
                : weights == null ? pretrained.name() : weights.toString();
    }

    /** Runs the network and prints and writes what was asked for. */
    void call(Path image, Path file, Device device, Path output, Path attention, OutputFiles files, PrintWriter out)
            throws IOException {
        var photo = image == null ? null : ImageFiles.read(image);
        var input = photo == null ? read(file) : prepared(photo);
        var size = new Size(input.shape().height(), input.shape().width());
        var network = network(size);
        var run = ModuleRun.timed(
                (chain, inputs) -> List.of(network.attach(chain, inputs.get(INPUT))),
                List.of(input),
                device,
                attention != null);
        out.println("network    " + name);
        out.println("weights    " + origin() + "; " + Numbers.count(network.parameters()) + " parameters");
        out.println("input      " + input.shape() + (photo == null ? "" : ", " + preprocessing));
        out.println("device     " + device.describe() + ", engine " + Engine.current());
        out.println("cost       " + run.describeCost());
        out.println("time       " + run.describeTime());
        var answer = run.outputs().getFirst();
        out.println("output     " + answer.shape() + "  "
                + Statistics.of(answer.values()).describe());
        if (answer.shape().rank() == 2 && !isRandom()) {
            out.println("classes    " + classes(answer));
        }
        if (output != null) {
            TensorOutput.write(
                    "--output",
                    output,
                    List.of(new NamedTensor("output", answer.shape(), answer.values())),
                    Map.of("network", name, "weights", origin()));
            out.println("written    " + output);
        }
        if (attention != null) {
            if (run.attention().isEmpty()) {
                throw new FailureException(
                        "Network " + name + " has no attention that could be drawn; leave out --attention.");
            }
            var title = name + (isRandom() ? ", random weights (seed " + seed + ")" : "");
            new AttentionPictures(title, photo, input.shape())
                    .write(attention, run.attention(), files)
                    .forEach(line -> out.println("attention  " + line));
        }
        out.flush();
    }

    private NamedTensor prepared(BufferedImage photo) {
        var size = preprocessing.size();
        return new NamedTensor(INPUT, Shape.of(1, 3, size.height(), size.width()), preprocessing.apply(photo));
    }

    private static NamedTensor read(Path file) throws IOException {
        try (var tensors = SafetensorsFile.open(file)) {
            var name = tensors.names().contains(INPUT) || tensors.names().size() != 1
                    ? INPUT
                    : tensors.names().iterator().next();
            var tensor = InputFile.read(tensors, name, INPUT);
            InputFile.requireAllUsed(tensors, List.of(name), "a network takes '" + INPUT + "'");
            if (tensor.shape().rank() != 4
                    || tensor.shape().channels() != 3
                    || tensor.shape().elements() == 0) {
                throw new FailureException("The tensor '" + name + "' of " + file + " has shape " + tensor.shape()
                        + "; a network takes images [batch, 3, height, width].");
            }
            return tensor;
        }
    }

    private String classes(NamedTensor logits) {
        var first = Arrays.copyOf(logits.values(), logits.shape().dim(1));
        return Guess.of(first, pretrained == null ? null : pretrained.labels(), LIKELIEST).stream()
                .map(guess -> guess.label() + " " + Numbers.value(guess.logit()))
                .collect(Collectors.joining(", "));
    }
}
