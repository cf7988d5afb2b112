package tornado.attention.bench.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.files.checkpoint.Selection;
import tornado.attention.files.checkpoint.WeightFiles;
import tornado.attention.files.safetensors.TensorFile;
import tornado.attention.modules.AttentionModule;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Settings;
import tornado.attention.modules.WeightSpec;
import tornado.attention.tasks.Shape;

/** With which settings and weights a module is made, and what stands in front of it. */
public final class ModuleOptions {
    /** What stands before the names of weights in files of PyTorch's results. */
    private static final String RESULTS = "param.";

    @Option(
            names = "--stem",
            paramLabel = "NAME",
            defaultValue = "none",
            description = "What a photograph passes first: none, or filters: 64 fixed oriented 7x7 filters, stride 2.")
    private String stem;

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "Weights under PyTorch's names: safetensors, an index of several, or what torch.save wrote.")
    private Path weights;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Where in a .pth file the weights lie, such as model_ema. Default: where they usually do.")
    private String key;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description =
                    "What stands before the weights' names in the file, such as layer1.0.se. with its dot. Default:"
                            + " found where there is only one.")
    private String prefix;

    private String found = "";

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the module; may be repeated. Lists are joined by commas.")
    private Map<String, String> given = new LinkedHashMap<>();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of random weights. Default: ${DEFAULT-VALUE}.")
    private long seed;

    /** Options without values. */
    public ModuleOptions() {}

    /**
     * What a photograph passes first.
     *
     * @throws UsageException if there is no such stem
     */
    public Stem stem() {
        return Stem.named(stem);
    }

    /** What was set, and for a feature map what follows from its shape. */
    public Settings settings(ModuleType type, Shape input) {
        try {
            return input.rank() == 4 ? type.settingsFor(input, given) : type.settings(given);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /**
     * The module with the weights of the file, or with random ones.
     *
     * @param ofPhotograph whether its input is a photograph behind the stem
     */
    public AttentionModule module(ModuleType type, Settings settings, boolean ofPhotograph) throws IOException {
        requireWeights();
        if (weights != null) {
            // A prefix that is given is of the names as they are, whatever stands before all of them.
            try (var file = WeightFiles.open(weights, new Selection(key, prefix == null ? null : ""))) {
                var before = prefix == null ? prefixOf(file, type, settings) : prefix;
                found = Stream.of(
                                WeightFiles.found(file),
                                before.isEmpty() ? "" : "the names begin with '" + before + "'")
                        .filter(s -> !s.isEmpty())
                        .collect(Collectors.joining("; "));
                return type.load(settings, file, before);
            }
        }
        try {
            return type.initial(settings, seed);
        } catch (IllegalArgumentException e) {
            // Only where the three channels are what does not fit.
            if (ofPhotograph && stem() == Stem.NONE && e.getMessage().matches(".*\\b3\\b.*")) {
                throw new FailureException(
                        e.getMessage() + " A photograph alone has 3 channels; --stem filters puts 64 filters in front.",
                        e);
            }
            throw e;
        }
    }

    /**
     * What stands before the names of the weights: nothing where they are there as they are, else the one prefix under which all of them
     * lie.
     */
    private String prefixOf(TensorFile file, ModuleType type, Settings settings) {
        var wanted = type.weights(settings).stream()
                .filter(s -> s.kind() != WeightSpec.Kind.COUNTER)
                .map(WeightSpec::name)
                .toList();
        if (wanted.isEmpty() || file.names().containsAll(wanted)) {
            return "";
        }
        var first = wanted.getFirst();
        var prefixes = file.names().stream()
                .filter(n -> n.endsWith("." + first))
                .map(n -> n.substring(0, n.length() - first.length()))
                .filter(p -> wanted.stream().allMatch(w -> file.names().contains(p + w)))
                .toList();
        if (prefixes.contains(RESULTS)) {
            return RESULTS; // one of PyTorch's results, whose gradients have these names too
        }
        if (prefixes.size() > 1) {
            throw new FailureException(weights + ": the weights of module " + type.name() + " are there "
                    + prefixes.size() + " times, behind '" + String.join("', '", prefixes)
                    + "'; choose one by --prefix.");
        }
        if (prefixes.isEmpty()) {
            return file.names().stream().anyMatch(n -> n.startsWith(RESULTS)) ? RESULTS : "";
        }
        return prefixes.getFirst();
    }

    /** The file of weights, or null where they are random. */
    public Path file() {
        return weights;
    }

    /** Whether settings were given. */
    public boolean isSet() {
        return !given.isEmpty();
    }

    /** Seed of random weights. */
    public long seed() {
        return seed;
    }

    /** Where the weights are from, in few words. */
    String origin() {
        return weights == null ? "random, seed " + seed : weights.toString();
    }

    /** The same for a line of text, with what it means for attention. */
    public String weightsLine() {
        return weights == null
                ? "random (seed " + seed + "), so what it attends to was not learned"
                : weights + (found.isEmpty() ? "" : " (" + found + ")");
    }

    private void requireWeights() {
        if (weights == null && (key != null || prefix != null)) {
            throw new UsageException("--key and --prefix say where in a file the weights lie; name it by --weights.");
        }
    }

    /** Which of the file's tensors a network takes. */
    public Selection selection() {
        requireWeights();
        return new Selection(key, prefix);
    }

    /** The module with what was set of it, so that pictures of its variants can be told apart. */
    public String title(ModuleType type) {
        var set = given.entrySet().stream()
                .map(e -> " " + e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining());
        return type.name() + set + (weights == null ? ", random weights (seed " + seed + ")" : "");
    }
}
