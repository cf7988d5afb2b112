package tornado.attention.networks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tornado.attention.modules.Block;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.ECA;
import tornado.attention.modules.GlobalContext;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Parameters;
import tornado.attention.modules.SqueezeExcite;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.UnaryFunction;
import tornado.attention.tasks.graph.Value;

/** What may stand where a network has room for attention: timm's short names, and every module of the catalogue that fits a map. */
final class Slots {
    private static final String NONE = "none";

    /** timm's default of squeeze and excitation. */
    private static final double REDUCED = 1.0 / 16;

    private Slots() {}

    /** The attention that a config asks for; empty settings for none. */
    record Wanted(String type, NetworkConfig settings) {
        /** Reads {@code {type: ..., ...}}; null for none. */
        static Wanted of(NetworkConfig config) {
            return config == null ? null : new Wanted(config.text("type"), config);
        }
    }

    /** The numbers of the stages of which some block has room for attention. */
    static <T> List<Integer> roomy(List<? extends List<T>> stages, Predicate<T> hasRoom) {
        return IntStream.rangeClosed(1, stages.size())
                .filter(i -> stages.get(i - 1).stream().anyMatch(hasRoom))
                .boxed()
                .toList();
    }

    /**
     * The attention of each stage, null for none: {@code attn} in all of them, or in those of {@code attn_stages}; its type {@code none} is
     * none. A list says what stands in each stage.
     *
     * @param count of stages, numbered from 1
     */
    static List<Wanted> ofStages(NetworkConfig c, int count) {
        return ofStages(c, IntStream.rangeClosed(1, count).boxed().toList(), count);
    }

    /**
     * The same where not every stage has room for attention.
     *
     * @param roomy numbers of those that have
     */
    static List<Wanted> ofStages(NetworkConfig c, List<Integer> roomy, int count) {
        if (c.has("attn_stages") && (!c.has("attn") || !roomy.containsAll(c.counts("attn_stages", -1)))) {
            var known = roomy.size() == count
                    ? "1 to " + count
                    : roomy.stream().map(String::valueOf).collect(Collectors.joining(", "))
                            + ", where blocks have room";
            throw new IllegalArgumentException(
                    "The " + c.owner() + " has 'attn_stages' = " + c.counts("attn_stages", -1) + "; they are some of "
                            + known + ", and 'attn' says what stands there.");
        }
        var stages = c.has("attn_stages") ? c.counts("attn_stages", -1) : roomy;
        var each = c.values().get("attn") instanceof List<?> ? c.objects("attn") : null;
        if (each != null && each.size() != count) {
            throw new IllegalArgumentException("The " + c.owner() + " has " + each.size()
                    + " modules under 'attn'; give one, or one for each of " + count + " stages.");
        }
        var all = new ArrayList<Wanted>();
        for (int i = 1; i <= count; i++) {
            var wanted = Wanted.of(each == null ? c.objectOrNull("attn") : each.get(i - 1));
            if (wanted != null && wanted.type().equals(NONE)) {
                wanted.settings().requireAllRead();
                wanted = null;
            }
            all.add(stages.contains(i) ? wanted : null);
        }
        return all;
    }

    /**
     * An attention part.
     *
     * @param parameters of the part itself
     * @param wanted which one; null for none
     * @param channels of the map
     * @param map its extents for the images that the network is made for
     */
    static Part of(Parameters parameters, Wanted wanted, int channels, Size map) {
        if (wanted == null) {
            return Part.NONE;
        }
        var settings = wanted.settings();
        var part = switch (wanted.type()) {
            case "se" ->
                squeezeExcite(
                        parameters, channels, Widths.divisible(channels * settings.number("rd_ratio", REDUCED), 8, 0));
            case "eca" -> eca(parameters, channels);
            case "gca" -> globalContext(parameters, channels);
            default -> module(parameters, wanted, channels, map);
        };
        settings.requireAllRead();
        return part == Part.NONE ? part : Part.at(parameters.path(""), part);
    }

    /** timm's SEModule: {@code fc1} and {@code fc2}, ReLU, a sigmoid. */
    static Part squeezeExcite(Parameters p, int channels, int hidden) {
        var reduce = p.pointwise("fc1", channels, hidden, true);
        var excite = p.pointwise("fc2", hidden, channels, true);
        return Part.at(p.path(""), SqueezeExcite.of(p.path("se"), channels, reduce, excite)::apply);
    }

    /** timm's SqueezeExcite of MobileNet and EfficientNet: {@code conv_reduce} and {@code conv_expand}. */
    static Part squeezeExcite(Parameters p, int channels, int hidden, Activation activation, SqueezeExcite.Gate gate) {
        var reduce = p.pointwise("conv_reduce", channels, hidden, true);
        var excite = p.pointwise("conv_expand", hidden, channels, true);
        return Part.at(p.path(""), new SqueezeExcite(p.path("se"), channels, reduce, activation, excite, gate)::apply);
    }

    /** The gate of this name; a hard sigmoid that rises by {@code slope} (timm's by 1/6). */
    static SqueezeExcite.Gate gate(NetworkConfig se) {
        var name = se.text("gate");
        return switch (name) {
            case "sigmoid" -> SqueezeExcite.Gate.SIGMOID;
            case "hard_sigmoid" -> {
                double slope = se.number("slope", 1.0 / 6);
                if (se.number("offset", 0.5) != 0.5) {
                    throw new IllegalArgumentException("The " + se.owner() + " has a hard sigmoid with offset "
                            + se.number("offset") + "; only 0.5 is known.");
                }
                yield new SqueezeExcite.Gate(UnaryFunction.HARD_SIGMOID, 6 * slope);
            }
            default ->
                throw new IllegalArgumentException(
                        "The " + se.owner() + " has the gate '" + name + "'; use sigmoid or hard_sigmoid.");
        };
    }

    /** ECA with timm's kernel: never below 3. */
    private static Part eca(Parameters p, int channels) {
        int size = Math.max(3, ECA.adaptiveKernelSize(channels));
        return block(ECA.TYPE, p, Map.of("channel", channels, "k_size", size));
    }

    /** timm's {@code gca}: attention pooling, a term a channel. */
    private static Part globalContext(Parameters p, int channels) {
        int hidden = Math.max(1, (int) Math.floor(channels / 8.0 + 0.5));
        return block(
                GlobalContext.TYPE,
                p,
                Map.of("channels", channels, "fuse_add", true, "fuse_scale", false, "rd_channels", hidden));
    }

    private static Part block(ModuleType type, Parameters p, Map<String, ?> settings) {
        return ((Block.OfMap) type.builder().build(p, type.settings(settings)))::apply;
    }

    /** A module of the catalogue; one that takes tokens is given the pixels as tokens. */
    private static Part module(Parameters p, Wanted wanted, int channels, Size map) {
        var type = Catalogue.named(wanted.type());
        var given = new LinkedHashMap<>(wanted.settings().values());
        given.remove("type");
        given.keySet().forEach(wanted.settings()::ignore);
        var shape = Shape.of(1, channels, map.height(), map.width());
        var settings = type.settingsFor(shape, given);
        var tokens = Shape.of(1, shape.pixels(), channels);
        var inputs = type.fit().inputs(shape, settings);
        boolean ofMaps = inputs.equals(List.of(shape));
        if (!ofMaps && !inputs.stream().allMatch(tokens::equals)) {
            throw unfit(wanted, "takes " + inputs + " and not one map " + shape);
        }
        var made = type.described(settings)
                .apply(padded(
                        type, inputs.stream().map(i -> Value.input("x", i)).toList()))
                .getFirst()
                .shape();
        var result = result(made, shape);
        if (result == null) {
            throw unfit(wanted, "makes " + made + " of a map " + shape);
        }
        var block = type.builder().build(p, settings);
        return x -> {
            var s = x.shape();
            var taken =
                    ofMaps ? x : x.reshape(s.batch(), s.channels(), s.pixels()).transpose(0, 2, 1);
            var all = inputs.stream().map(i -> taken).toList();
            return result.onto(x, block.apply(padded(type, all)).getFirst());
        };
    }

    /** What becomes of a map and what a module made of it. */
    private interface Result {
        Value onto(Value x, Value made);
    }

    /** A map, a gate a channel, tokens, or channels of rows; null for what is none of them. */
    private static Result result(Shape made, Shape map) {
        if (made.equals(map)) {
            return (x, y) -> y;
        }
        if (made.equals(Shape.of(1, map.channels(), 1, 1)) || made.equals(Shape.of(1, map.channels()))) {
            return (x, y) -> x.times(y.reshape(x.shape().batch(), x.shape().channels(), 1, 1));
        }
        if (made.equals(Shape.of(1, map.pixels(), map.channels()))) {
            return (x, y) -> y.transpose(0, 2, 1).reshape(x.shape().dims());
        }
        if (made.equals(Shape.of(1, map.channels(), map.pixels()))) {
            return (x, y) -> y.reshape(x.shape().dims());
        }
        return null;
    }

    private static List<Value> padded(ModuleType type, List<Value> inputs) {
        var all = new ArrayList<>(inputs);
        while (all.size() < type.inputs().size()) {
            all.add(null);
        }
        return all;
    }

    private static IllegalArgumentException unfit(Wanted wanted, String why) {
        return new IllegalArgumentException("Module " + wanted.type() + " " + why
                + ", so it cannot stand in a network's block; choose one that keeps the map's shape.");
    }
}
