package tornado.attention.modules;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import tornado.attention.modules.safetensors.SafetensorsFile;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.Weight;

/**
 * What there is to know of a mechanism before it has settings: its name, paper and options, and how a module of it is
 * made.
 *
 * @param name the class's name in the reference code, such as {@code SEAttention}
 * @param paper title, authors and venue of the paper
 * @param arxiv the paper's arXiv id; empty where it has none
 * @param options its settings, the channel count first
 * @param inputs names of all inputs in the order of the call; one of them is {@code input} for a feature map
 * @param optionalInputs those of them that may be absent, as the last ones of {@code inputs}
 * @param weights the parameters and buffers for some settings, in the order of the layers
 * @param factory makes the module; the weights fit the settings
 * @param fit how settings and input shapes follow from a feature map
 * @param scope what the names of its kernels and states begin with
 */
public record ModuleType(
        String name,
        String paper,
        String arxiv,
        List<Option> options,
        List<String> inputs,
        List<String> optionalInputs,
        Function<Settings, List<WeightSpec>> weights,
        BiFunction<Settings, Weights, AttentionModule> factory,
        Fit fit,
        String scope) {
    /** Makes a mechanism out of its parameters: the one walk that names them. */
    public interface Builder {
        /**
         * The mechanism.
         *
         * @throws IllegalArgumentException if the settings do not fit each other
         */
        Block build(Parameters parameters, Settings settings);
    }

    /**
     * How a module is made to fit a feature map, as {@code attn run}, {@code attn modules} and {@code attn compare}
     * need it.
     */
    public interface Fit {
        /** The settings that follow from a feature map {@code [batch, channels, height, width]}. */
        Map<String, Object> settings(Shape featureMap);

        /** The shapes of all required inputs for a feature map. */
        default List<Shape> inputs(Shape featureMap, Settings settings) {
            return List.of(featureMap);
        }

        /** A module that takes the feature map itself and is told the channel count by this option. */
        static Fit channels(String option) {
            return map -> Map.of(option, map.channels());
        }
    }

    /** Copies the lists. */
    public ModuleType {
        options = List.copyOf(options);
        inputs = List.copyOf(inputs);
        optionalInputs = List.copyOf(optionalInputs);
        if (!inputs.containsAll(optionalInputs)) {
            throw new IllegalArgumentException("Module " + name + " has the optional inputs " + optionalInputs
                    + ", which must be among its inputs " + inputs + ".");
        }
    }

    /**
     * A mechanism that says what it computes.
     *
     * @param scope what the names of its kernels and states begin with
     */
    public static ModuleType of(
            String name,
            String scope,
            String paper,
            String arxiv,
            List<Option> options,
            List<String> inputs,
            List<String> optionalInputs,
            Builder builder,
            Fit fit) {
        var self = new ModuleType[1];
        self[0] = new ModuleType(
                name,
                paper,
                arxiv,
                options,
                inputs,
                optionalInputs,
                settings -> Parameters.asked(p -> builder.build(p, settings)),
                (settings, weights) ->
                        new BuiltModule(self[0], weights, builder.build(Parameters.of(weights), settings)),
                fit,
                scope);
        return self[0];
    }

    /** A mechanism of one feature map that says what it computes. */
    public static ModuleType of(
            String name, String scope, String paper, String arxiv, List<Option> options, Builder builder, Fit fit) {
        return of(name, scope, paper, arxiv, options, List.of("input"), List.of(), builder, fit);
    }

    /** A mechanism whose modules append their kernels themselves. */
    public ModuleType(
            String name,
            String paper,
            String arxiv,
            List<Option> options,
            List<String> inputs,
            List<String> optionalInputs,
            Function<Settings, List<WeightSpec>> weights,
            BiFunction<Settings, Weights, AttentionModule> factory,
            Fit fit) {
        this(name, paper, arxiv, options, inputs, optionalInputs, weights, factory, fit, name);
    }

    /** A mechanism all of whose inputs are required. */
    public ModuleType(
            String name,
            String paper,
            String arxiv,
            List<Option> options,
            List<String> inputs,
            Function<Settings, List<WeightSpec>> weights,
            BiFunction<Settings, Weights, AttentionModule> factory,
            Fit fit) {
        this(name, paper, arxiv, options, inputs, List.of(), weights, factory, fit, name);
    }

    /**
     * Inputs by name as the list that {@link AttentionModule#attach(tornado.attention.tasks.TaskChain, List)} and
     * {@link AttentionModule#macsPerImage} take: one entry for each of {@link #inputs}, null for an optional one that
     * is absent.
     *
     * @throws IllegalArgumentException if a name is unknown or a required input is missing
     */
    public <T> List<T> arrange(Map<String, T> byName) {
        boolean complete = inputs.stream().allMatch(i -> optionalInputs.contains(i) || byName.get(i) != null);
        if (!complete || !inputs.containsAll(byName.keySet())) {
            throw new IllegalArgumentException("Module " + name + " takes the inputs " + inputs
                    + (optionalInputs.isEmpty() ? "" : " (" + String.join(" and ", optionalInputs) + " may be absent)")
                    + ", but got " + byName.keySet() + ".");
        }
        var arranged = new ArrayList<T>();
        inputs.forEach(input -> arranged.add(byName.get(input)));
        return Collections.unmodifiableList(arranged);
    }

    /** Checked settings with the defaults filled in. */
    public Settings settings(Map<String, ?> given) {
        return Settings.of(name, options, given);
    }

    /** Settings that fit a feature map, with some of them given. */
    public Settings settingsFor(Shape featureMap, Map<String, ?> given) {
        if (featureMap.rank() != 4 || featureMap.elements() == 0) {
            throw new IllegalArgumentException("Module " + name
                    + " is fitted to a feature map [batch, channels, height, width] with at least one element, not to "
                    + featureMap
                    + ".");
        }
        var all = new LinkedHashMap<String, Object>(fit.settings(featureMap));
        all.putAll(given);
        return settings(all);
    }

    /** A module with fresh weights. */
    public AttentionModule initial(Settings settings, long seed) {
        return factory.apply(settings, Weights.initial(weights.apply(settings), seed));
    }

    /**
     * A module with these weights.
     *
     * @throws WeightsException if they do not fit
     */
    public AttentionModule create(Settings settings, Map<String, Weight> given) {
        return factory.apply(settings, Weights.checked(name, weights.apply(settings), given));
    }

    /**
     * A module with the weights of a file.
     *
     * @param prefix what stands before each weight's name in the file; others are ignored unless it is empty
     * @throws WeightsException if they do not fit
     */
    public AttentionModule load(Settings settings, SafetensorsFile file, String prefix) throws IOException {
        return factory.apply(settings, Weights.load(name, weights.apply(settings), file, prefix));
    }
}
