package tornado.attention.bench.tables;

import java.util.HashMap;
import java.util.Map;
import tornado.attention.bench.cli.RequiredInputs;
import tornado.attention.modules.ModuleType;
import tornado.attention.tasks.Shape;

/** What modules of the catalogue say of themselves; each question is asked once. */
final class ModuleCounts {
    private final Map<Key, Count> counts = new HashMap<>();

    /**
     * A module's own numbers.
     *
     * @param parameters trainable ones
     * @param macs for one image
     */
    record Count(long parameters, long macs) {}

    private record Key(String module, Shape featureMap, Map<String, Object> settings) {}

    /**
     * Counts a module behind a feature map.
     *
     * @param settings those that do not follow from the feature map
     */
    Count of(ModuleType type, Shape featureMap, Map<String, Object> settings) {
        return counts.computeIfAbsent(
                new Key(type.name(), featureMap, Map.copyOf(settings)), key -> count(type, featureMap, settings));
    }

    private static Count count(ModuleType type, Shape featureMap, Map<String, Object> given) {
        var settings = type.settingsFor(featureMap, given);
        var inputs = type.arrange(RequiredInputs.shapes(type, featureMap, settings));
        return new Count(type.parameters(settings), type.described(settings).macsPerImage(inputs));
    }
}
