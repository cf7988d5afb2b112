package tornado.attention.bench.cli;

import java.util.List;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.ModuleType;
import tornado.attention.report.internal.text.Nearest;

/** Module names as typed. */
public final class ModuleNames {
    private static final List<String> OF_TIMM = List.of("none", "se", "eca", "gca");

    private ModuleNames() {}

    /**
     * The module type of this name; capitals do not matter.
     *
     * @throws UsageException if there is none, with the nearest name
     */
    public static ModuleType require(String name) {
        if (Catalogue.contains(name)) {
            return Catalogue.named(name);
        }
        var names = Catalogue.types().stream().map(ModuleType::name).toList();
        throw new UsageException("There is no module '" + name + "'"
                + Nearest.of(name, names).map(n -> "; did you mean " + n + "?").orElse("; 'attn modules' lists them."));
    }

    /**
     * The name of what stands in a network's slots as its config takes it: a module, or timm's own {@code se}, {@code eca}, {@code gca}, or
     * {@code none}.
     *
     * @throws UsageException if there is no such module
     */
    public static String requireSlot(String name) {
        return OF_TIMM.contains(name) ? name : require(name).name();
    }

    /** The types of these names, all types if there are none. */
    public static List<ModuleType> requireAll(List<String> names) {
        return names.isEmpty()
                ? Catalogue.types()
                : names.stream().map(ModuleNames::require).distinct().toList();
    }
}
