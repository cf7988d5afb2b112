package tornado.attention.modules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Values for all options of one module type, checked and with defaults filled in. */
public final class Settings {
    private final Map<String, Object> values;

    private Settings(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * Checks given values against the options and fills in the defaults.
     *
     * @param module name of the module type, for errors
     * @param options what there is to set
     * @param given option name to value: Java, JSON or command-line text
     * @throws IllegalArgumentException with one sentence that lists unknown and missing names, or the value that does not fit
     */
    static Settings of(String module, List<Option> options, Map<String, ?> given) {
        var known = options.stream().map(Option::name).toList();
        var unknown =
                given.keySet().stream().filter(name -> !known.contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("Module " + module + " has no setting " + quoted(unknown) + "; it has "
                    + (known.isEmpty() ? "none" : String.join(", ", known)) + ".");
        }
        var missing = options.stream()
                .filter(o -> o.required() && !given.containsKey(o.name()))
                .map(Option::name)
                .toList();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("Module " + module + " needs the setting " + quoted(missing) + ".");
        }
        var values = new LinkedHashMap<String, Object>();
        for (var option : options) {
            values.put(
                    option.name(),
                    given.containsKey(option.name()) ? option.read(given.get(option.name())) : option.defaultValue());
        }
        return new Settings(values);
    }

    private static String quoted(List<String> names) {
        return names.stream().map(n -> "'" + n + "'").collect(Collectors.joining(", "));
    }

    /** Value of an {@code INTEGER} option. */
    public int integer(String name) {
        return (Integer) value(name);
    }

    /** Value of an {@code OPTIONAL_INTEGER} option, or null. */
    public Integer optionalInteger(String name) {
        return (Integer) value(name);
    }

    /** Value of a {@code NUMBER} option. */
    public double number(String name) {
        return (Double) value(name);
    }

    /** Value of a {@code FLAG} option. */
    public boolean flag(String name) {
        return (Boolean) value(name);
    }

    /** Value of a {@code TEXT} option, or null of an {@code OPTIONAL_TEXT} one. */
    public String text(String name) {
        return (String) value(name);
    }

    /** Value of an {@code INTEGERS} option. */
    public List<Integer> integers(String name) {
        var copy = new ArrayList<Integer>();
        for (var item : (List<?>) value(name)) {
            copy.add((Integer) item);
        }
        return List.copyOf(copy);
    }

    /** Value of a {@code TEXTS} option. */
    public List<String> texts(String name) {
        var copy = new ArrayList<String>();
        for (var item : (List<?>) value(name)) {
            copy.add((String) item);
        }
        return List.copyOf(copy);
    }

    /** All values by option name, in the order of the options; null for an optional one that is not set. */
    public Map<String, Object> asMap() {
        return new LinkedHashMap<>(values);
    }

    private Object value(String name) {
        if (!values.containsKey(name)) {
            throw new IllegalArgumentException("There is no setting '" + name + "' in " + values.keySet() + ".");
        }
        return values.get(name);
    }

    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(" "));
    }
}
