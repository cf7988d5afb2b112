package tornado.attention.networks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of a network under timm's names, as they stand in a JSON object. Reading one that is missing or of another kind fails with
 * a sentence; one that nobody reads is found by {@link #requireAllRead}.
 */
public final class NetworkConfig {
    private final String owner;
    private final Map<String, Object> values;
    private final Set<String> read = new TreeSet<>();

    private NetworkConfig(String owner, Map<String, ?> values) {
        this.owner = owner;
        this.values = new LinkedHashMap<>(values);
    }

    /**
     * Settings of a network.
     *
     * @param owner for errors, such as {@code network seresnet50}
     * @param values as JSON has them: numbers, strings, booleans, lists, maps, null
     */
    public static NetworkConfig of(String owner, Map<String, ?> values) {
        return new NetworkConfig(owner, values);
    }

    /** Whose settings they are. */
    public String owner() {
        return owner;
    }

    /** All settings. */
    public Map<String, Object> values() {
        return new LinkedHashMap<>(values);
    }

    /** The same settings with some others; nothing has been read of them. */
    public NetworkConfig with(Map<String, ?> others) {
        var all = values();
        all.putAll(others);
        return new NetworkConfig(owner, all);
    }

    /**
     * The same with another module in its blocks.
     *
     * @param module timm's short name of an attention, or a module's name
     * @param stages where it stands; empty for all
     */
    public NetworkConfig withAttention(String module, List<Integer> stages) {
        var others = new LinkedHashMap<String, Object>();
        others.put("attn", Map.of("type", module));
        if (!stages.isEmpty()) {
            others.put("attn_stages", stages);
        }
        return with(others);
    }

    /** Whether a setting is there and not null. */
    boolean has(String key) {
        read.add(key);
        return values.get(key) != null;
    }

    /** Takes note of a setting that says nothing new, such as widths that follow from others. */
    void ignore(String key) {
        read.add(key);
    }

    private Object get(String key, String kind) {
        var value = has(key) ? values.get(key) : null;
        if (value == null) {
            throw new IllegalArgumentException("The " + owner + " needs the setting '" + key + "', " + kind + ".");
        }
        return value;
    }

    private IllegalArgumentException wrong(String key, String kind) {
        return new IllegalArgumentException(
                "The " + owner + " has '" + key + "' = " + values.get(key) + ", which should be " + kind + ".");
    }

    int integer(String key) {
        var kind = "an integer";
        if (get(key, kind) instanceof Number n && n.doubleValue() == n.intValue()) {
            return n.intValue();
        }
        throw wrong(key, kind);
    }

    /** An integer of at least 1. */
    int count(String key) {
        int value = integer(key);
        if (value < 1) {
            throw wrong(key, "at least 1");
        }
        return value;
    }

    int integer(String key, int otherwise) {
        return has(key) ? integer(key) : otherwise;
    }

    double number(String key) {
        var kind = "a number";
        if (get(key, kind) instanceof Number n && Double.isFinite(n.doubleValue())) {
            return n.doubleValue();
        }
        throw wrong(key, kind);
    }

    double number(String key, double otherwise) {
        return has(key) ? number(key) : otherwise;
    }

    boolean flag(String key) {
        var kind = "true or false";
        if (get(key, kind) instanceof Boolean b) {
            return b;
        }
        throw wrong(key, kind);
    }

    String text(String key) {
        var kind = "a word";
        if (get(key, kind) instanceof String s) {
            return s;
        }
        throw wrong(key, kind);
    }

    /** A word; null where there is none. */
    String textOrNull(String key) {
        return has(key) ? text(key) : null;
    }

    List<?> list(String key) {
        var kind = "a list";
        if (get(key, kind) instanceof List<?> list) {
            return list;
        }
        throw wrong(key, kind);
    }

    /** A list of so many integers of at least 1; any number of them if {@code length} is -1. */
    List<Integer> counts(String key, int length) {
        var kind = "a list of " + (length < 0 ? "" : length + " ") + "integers of at least 1";
        var counts = new ArrayList<Integer>();
        for (var item : list(key)) {
            if (!(item instanceof Number n) || n.doubleValue() != n.intValue() || n.intValue() < 1) {
                throw wrong(key, kind);
            }
            counts.add(n.intValue());
        }
        if (length >= 0 && counts.size() != length) {
            throw wrong(key, kind);
        }
        return counts;
    }

    /** An object of settings; null where there is none. */
    NetworkConfig objectOrNull(String key) {
        return has(key) ? object(key) : null;
    }

    NetworkConfig object(String key) {
        var kind = "an object of settings";
        if (get(key, kind) instanceof Map<?, ?> map) {
            return inner(key, map);
        }
        throw wrong(key, kind);
    }

    /** One object, or a list of objects. */
    List<NetworkConfig> objects(String key) {
        var kind = "a list of objects";
        var objects = new ArrayList<NetworkConfig>();
        var items = get(key, kind) instanceof Map<?, ?> one ? List.of(one) : list(key);
        for (int i = 0; i < items.size(); i++) {
            if (!(items.get(i) instanceof Map<?, ?> map)) {
                throw wrong(key, kind);
            }
            objects.add(inner(key + "[" + i + "]", map));
        }
        return objects;
    }

    /** For each entry of a list an object or a list of objects. */
    List<List<NetworkConfig>> stages(String key) {
        var stages = new ArrayList<List<NetworkConfig>>();
        var items = list(key);
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) == null) {
                throw wrong(key, "a list of objects, or of lists of them");
            }
            stages.add(inner(key, Map.of("" + i, items.get(i))).objects("" + i));
        }
        return stages;
    }

    private NetworkConfig inner(String key, Map<?, ?> map) {
        var inner = new LinkedHashMap<String, Object>();
        map.forEach((k, v) -> inner.put(String.valueOf(k), v));
        return new NetworkConfig(owner + ", " + key, inner);
    }

    /**
     * Fails if there is a setting that nobody has read.
     *
     * @throws IllegalArgumentException naming all of them
     */
    void requireAllRead() {
        var left = new TreeSet<>(values.keySet());
        left.removeAll(read);
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("The " + owner + " has the setting " + String.join(", ", left)
                    + ", which has no effect there; it has " + String.join(", ", read) + ".");
        }
    }

    @Override
    public String toString() {
        return owner + " " + values;
    }
}
