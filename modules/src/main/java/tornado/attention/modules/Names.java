package tornado.attention.modules;

import java.util.Comparator;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What a file calls the weights of a module: its own names (PyTorch's, of the code that {@link ModuleType#paper} goes with), or those of
 * another code.
 *
 * <pre>{@code
 * var timm = Names.renamed(Map.of("conv_du.0.", "fc1.", "conv_du.2.", "fc2."));      // CALayer's weights, out of timm's SEModule
 * CALayer.TYPE.load(settings, file, timm.behind("layer1.0.se."));
 * }</pre>
 */
public final class Names {
    /** The names of the module itself. */
    public static final Names OWN = new Names("", UnaryOperator.identity());

    private final String prefix;
    private final UnaryOperator<String> renaming;

    private Names(String prefix, UnaryOperator<String> renaming) {
        this.prefix = prefix;
        this.renaming = renaming;
    }

    /** Names that begin otherwise: of several beginnings that fit, the longest; a name that begins with none of them stays. */
    public static Names renamed(Map<String, String> beginnings) {
        var longestFirst = beginnings.entrySet().stream()
                .sorted(Comparator.comparingInt(e -> -e.getKey().length()))
                .toList();
        return new Names(
                "",
                name -> longestFirst.stream()
                        .filter(e -> name.startsWith(e.getKey()))
                        .findFirst()
                        .map(e -> e.getValue() + name.substring(e.getKey().length()))
                        .orElse(name));
    }

    /** The module's own names behind a prefix, such as {@code param.}. */
    public static Names prefixed(String prefix) {
        return OWN.behind(prefix);
    }

    /** The same names behind a prefix: the module as a part of a larger one, whose other weights are not looked at. */
    public Names behind(String more) {
        return new Names(more + prefix, renaming);
    }

    /** What stands before all names; empty where the file holds the module alone. */
    String prefix() {
        return prefix;
    }

    /** What the file calls a weight. */
    public String stored(String name) {
        return prefix + renaming.apply(name);
    }
}
