package tornado.attention.bench.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Settings;
import tornado.attention.tasks.Shape;

/** What a module has to be given when it stands behind a feature map. */
public final class RequiredInputs {
    private static final Map<String, String> MEANINGS = Map.of(
            "mask",
            "broadcasts to [batch, heads, queries, keys]; true hides a key; of numbers it is a bias",
            "weights",
            "broadcasts to [batch, heads, queries, keys]; multiplies the scores",
            "bias",
            "broadcasts to [batch, heads, queries, keys]; added to the scores");

    private RequiredInputs() {}

    /** What an optional input is for. */
    public static String meaning(String optional) {
        return MEANINGS.getOrDefault(optional, "may be absent");
    }

    /**
     * Shapes of the required inputs by their names, in the module's order.
     *
     * @param featureMap {@code [batch, channels, height, width]}
     * @throws IllegalArgumentException if the settings do not fit the feature map
     */
    public static Map<String, Shape> shapes(ModuleType type, Shape featureMap, Settings settings) {
        var shapes = type.fit().inputs(featureMap, settings);
        var named = new LinkedHashMap<String, Shape>();
        for (var name : type.inputs()) {
            if (!type.optionalInputs().contains(name)) {
                named.put(name, shapes.get(named.size()));
            }
        }
        return named;
    }
}
