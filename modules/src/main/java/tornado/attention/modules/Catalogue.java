package tornado.attention.modules;

import java.util.List;
import java.util.stream.Collectors;

/** The attention modules by name. */
public final class Catalogue {
    private static final List<ModuleType> TYPES = List.of(
            GlobalContext.TYPE,
            ContextBlock2d.TYPE,
            SEAttention.TYPE,
            SEWeightModule.TYPE,
            ECA.TYPE,
            CALayer.TYPE);

    private Catalogue() {}

    /** All module types. */
    public static List<ModuleType> types() {
        return TYPES;
    }

    /**
     * The module type of this name; capitals do not matter.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ModuleType named(String name) {
        return TYPES.stream()
                .filter(t -> t.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no module '" + name + "'; there are "
                        + TYPES.stream().map(ModuleType::name).collect(Collectors.joining(", ")) + "."));
    }

    /** Whether there is a module type of this name. */
    public static boolean contains(String name) {
        return TYPES.stream().anyMatch(t -> t.name().equalsIgnoreCase(name));
    }
}
