package tornado.attention.bench.experiment;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.ModuleNames;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.network.NetworksCommand;
import tornado.attention.bench.train.TrainingPlan;
import tornado.attention.report.ExperimentResult;

/**
 * What an experiment compares, as its file says:
 *
 * <pre>{@code
 * {
 *   "title": "Attention in a small residual network",
 *   "networks": ["resnet8_cifar"],
 *   "attention": ["none", "se", "SRM"],
 *   "seeds": [1, 2, 3],
 *   "training": {"epochs": 3, "per_class": 2000},
 *   "quick": {"seeds": [1], "training": {"epochs": 1}}
 * }
 * }</pre>
 *
 * <p>{@code training} takes the settings of {@code attn train}; {@code quick}, what {@code --quick} puts in place of the rest.
 *
 * @param title for people
 * @param networks by name
 * @param attention modules for their blocks; {@code none} for the network as it is
 * @param seeds of weights, order and chance
 * @param training settings that all runs share
 */
record Experiment(
        String title, List<String> networks, List<String> attention, List<Long> seeds, Map<String, Object> training) {
    private static final Set<String> KEYS = Set.of("title", "networks", "attention", "seeds", "training", "quick");

    /** Settings of a run that the experiment chooses itself. */
    private static final Set<String> OURS = Set.of("network", "attention", "seed", "data");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * A network with a module in its blocks.
     *
     * @param attention {@code none} for the network as it is
     */
    record Arm(String network, String attention) {
        String title() {
            return ExperimentResult.title(network, attention);
        }

        /** Its folder among the runs. */
        String folder(long seed) {
            return (network + "-" + attention).toLowerCase(Locale.ROOT) + "-seed" + seed;
        }
    }

    /**
     * Reads a file.
     *
     * @param quick whether what is under {@code quick} takes the place of the rest
     * @throws FailureException with a sentence if it is no experiment
     */
    static Experiment read(Path file, boolean quick) throws IOException {
        Map<String, Object> said;
        try {
            said = JSON.readerForMapOf(Object.class).readValue(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new FailureException(file + " is no JSON object: " + e.getOriginalMessage() + ".", e);
        }
        if (said == null) {
            throw new FailureException(file + " is empty; an experiment has networks, attention and seeds.");
        }
        requireKeys(file, said, KEYS);
        if (quick) {
            if (!said.containsKey("quick")) {
                throw new UsageException(
                        file + " does not say what --quick leaves out: it has no 'quick'; leave --quick out.");
            }
            var instead = map(file, said, "quick");
            requireKeys(file, instead, Set.of("networks", "attention", "seeds", "training"));
            var training = new LinkedHashMap<>(map(file, said, "training"));
            training.putAll(map(file, instead, "training"));
            said = new LinkedHashMap<>(said);
            said.putAll(instead);
            said.put("training", training);
        }
        try {
            return of(file, said);
        } catch (UsageException e) {
            throw new FailureException(file + ": " + e.getMessage(), e);
        }
    }

    private static Experiment of(Path file, Map<String, Object> said) {
        var networks = list(file, said, "networks", String.class);
        networks.forEach(NetworksCommand::require);
        var attention = list(file, said, "attention", String.class).stream()
                .map(a -> a.equals(ExperimentResult.PLAIN) ? a : ModuleNames.requireSlot(a))
                .toList();
        requireOnce(file, "attention", attention);
        var seeds = list(file, said, "seeds", Number.class).stream()
                .map(Number::longValue)
                .toList();
        requireOnce(file, "seeds", seeds);
        requireOnce(file, "networks", networks);
        var training = map(file, said, "training");
        for (var key : training.keySet()) {
            if (OURS.contains(key)) {
                throw new FailureException(file + " sets '" + key
                        + "' for the training, but an experiment chooses that itself; take it out.");
            }
        }
        var title = said.getOrDefault("title", "Experiment");
        var experiment = new Experiment(title.toString(), networks, attention, seeds, training);
        experiment.arms().forEach(arm -> experiment.plan(arm, seeds.getFirst(), Path.of("")));
        return experiment;
    }

    private static void requireKeys(Path file, Map<String, Object> said, Set<String> known) {
        for (var key : said.keySet()) {
            if (!known.contains(key)) {
                throw new FailureException(file + " says '" + key + "', which is not known here; there are "
                        + String.join(", ", known.stream().sorted().toList()) + ".");
            }
        }
    }

    private static void requireOnce(Path file, String key, List<?> values) {
        if (new HashSet<>(values).size() < values.size()) {
            throw new FailureException(file + " names something twice in '" + key + "': " + values + ".");
        }
    }

    private static <T> List<T> list(Path file, Map<String, Object> said, String key, Class<T> type) {
        if (!(said.get(key) instanceof List<?> given)
                || given.isEmpty()
                || !given.stream().allMatch(type::isInstance)) {
            throw new FailureException(file + " needs a list of at least one "
                    + (type == String.class ? "name" : "number") + " as '" + key + "', not " + said.get(key) + ".");
        }
        var values = new ArrayList<T>();
        given.forEach(v -> values.add(type.cast(v)));
        return List.copyOf(values);
    }

    private static Map<String, Object> map(Path file, Map<String, Object> said, String key) {
        var value = said.getOrDefault(key, Map.of());
        if (!(value instanceof Map<?, ?> given)) {
            throw new FailureException(file + " needs an object as '" + key + "', not " + value + ".");
        }
        var map = new LinkedHashMap<String, Object>();
        given.forEach((k, v) -> map.put(k.toString(), v));
        return map;
    }

    /** What is compared: each module in each network. */
    List<Arm> arms() {
        return networks.stream()
                .flatMap(n -> attention.stream().map(a -> new Arm(n, a)))
                .toList();
    }

    /** One of the plans, for what all have in common. */
    TrainingPlan anyPlan(Path data) {
        return plan(arms().getFirst(), seeds.getFirst(), data);
    }

    /** Runs in all. */
    int size() {
        return arms().size() * seeds.size();
    }

    /** A run: stages are those of modules, and mean nothing where there is none. */
    TrainingPlan plan(Arm arm, long seed, Path data) {
        var settings = new LinkedHashMap<>(training);
        settings.put("network", arm.network());
        if (arm.attention().equals(ExperimentResult.PLAIN)) {
            settings.remove("stages");
        } else {
            settings.put("attention", arm.attention());
        }
        settings.put("seed", seed);
        settings.put("data", data.toAbsolutePath().normalize().toString());
        return TrainingPlan.of(settings);
    }
}
