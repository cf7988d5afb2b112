package tornado.attention.bench.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.modules.AttentionModule;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Settings;
import tornado.attention.modules.safetensors.SafetensorsFile;
import tornado.attention.tasks.Shape;

/** With which settings and weights a module is made, and what stands in front of it. */
public final class ModuleOptions {
    private static final String PARAMETER = "param.";

    @Option(
            names = "--stem",
            paramLabel = "NAME",
            defaultValue = "none",
            description = "What a photograph passes first: none, or filters: 64 fixed oriented 7x7 filters, stride 2.")
    private String stem;

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "Safetensors file with the weights under PyTorch's names, or behind the prefix 'param.'.")
    private Path weights;

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
        if (weights != null) {
            try (var file = SafetensorsFile.open(weights)) {
                boolean prefixed = file.names().stream().anyMatch(n -> n.startsWith(PARAMETER));
                return type.load(settings, file, prefixed ? PARAMETER : "");
            }
        }
        try {
            return type.initial(settings, seed);
        } catch (IllegalArgumentException e) {
            if (ofPhotograph && stem() == Stem.NONE) {
                throw new FailureException(
                        e.getMessage() + " A photograph alone has 3 channels; --stem filters puts 64 filters in front.",
                        e);
            }
            throw e;
        }
    }

    /** The file of weights, or null where they are random. */
    public Path file() {
        return weights;
    }

    /** Whether settings were given. */
    boolean isSet() {
        return !given.isEmpty();
    }

    /** Seed of random weights. */
    long seed() {
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
                : weights.toString();
    }

    /** The module with what was set of it, so that pictures of its variants can be told apart. */
    public String title(ModuleType type) {
        var set = given.entrySet().stream()
                .map(e -> " " + e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining());
        return type.name() + set + (weights == null ? ", random weights (seed " + seed + ")" : "");
    }
}
