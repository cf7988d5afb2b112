package tornado.attention.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Settings;
import tornado.attention.report.CaseInfo;
import tornado.attention.tasks.Shape;

/**
 * One case: a module fitted to a feature map.
 *
 * @param type the module
 * @param given settings other than what follows from the feature map and the defaults
 * @param map the feature map, {@code [batch, channels, height, width]}
 * @param sources why it is in the list
 * @param seed of weights and inputs
 */
public record Case(ModuleType type, Map<String, Object> given, Shape map, List<String> sources, long seed) {
    /** Seed of weights and inputs unless another is asked for. */
    public static final long SEED = 20260401;

    /** The only element type so far. */
    public static final String ELEMENT_TYPE = "f32";

    /** The only layout. */
    public static final String LAYOUT = "NCHW";

    /** Copies the collections. */
    public Case {
        if (map.rank() != 4 || map.elements() == 0) {
            throw new IllegalArgumentException(
                    "A case needs a feature map batch x channels x height x width without a 0, not " + map + ".");
        }
        given = Map.copyOf(given);
        sources = List.copyOf(sources);
    }

    /** A case with default settings. */
    public static Case of(ModuleType type, Shape map, String source) {
        return new Case(type, Map.of(), map, List.of(source), SEED);
    }

    /** The same with another reason to be in the list. */
    Case alsoFrom(List<String> others) {
        var all = new LinkedHashSet<>(sources);
        all.addAll(others);
        return new Case(type, given, map, List.copyOf(all), seed);
    }

    /** The same with other weights and inputs. */
    Case withSeed(long other) {
        return new Case(type, given, map, sources, other);
    }

    /** {@code SEAttention@8x256x56x56}, with settings that were given behind it. */
    public String id() {
        var settings = given.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(e -> ";" + e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining());
        return type.name() + "@" + map + settings;
    }

    /** Whether it is a whole network. */
    boolean isNetwork() {
        return NetworkTypes.find(Pass.subject(type.name())).isPresent();
    }

    /**
     * Its settings.
     *
     * @throws IllegalArgumentException with a sentence if none fit this feature map
     */
    public Settings settings() {
        return type.settingsFor(map, given);
    }

    /** Shapes of the required inputs, in the module's order. */
    public List<Shape> inputs() {
        return type.fit().inputs(map, settings());
    }

    /** How results name it; settings and inputs are empty where none fit. */
    CaseInfo info() {
        Map<String, Object> settings = given;
        var inputs = new ArrayList<String>();
        try {
            settings = settings().asMap();
            inputs().forEach(shape -> inputs.add(shape.toString()));
        } catch (IllegalArgumentException _) {
            inputs.clear(); // unsupported: the reason is in the result
        }
        return new CaseInfo(id(), type.name(), settings, map.toString(), inputs, ELEMENT_TYPE, LAYOUT, sources, seed);
    }
}
