package tornado.attention.modules;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.files.safetensors.TensorFile;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.Weight;

/**
 * What there is to know of a mechanism before it has settings: its name, paper and options, and how a module of it is
 * made.
 *
 * @param name the class's name in the reference code, such as {@code SEAttention}
 * @param scope what the names of its kernels and states begin with
 * @param paper title, authors and venue of the paper
 * @param arxiv the paper's arXiv id; empty where it has none
 * @param options its settings, the channel count first
 * @param inputs names of all inputs in the order of the call; one of them is {@code input} for a feature map
 * @param optionalInputs those of them that may be absent, as the last ones of {@code inputs}
 * @param builder makes the mechanism out of its parameters
 * @param fit how settings and input shapes follow from a feature map
 */
public record ModuleType(
        String name,
        String scope,
        String paper,
        String arxiv,
        List<Option> options,
        List<String> inputs,
        List<String> optionalInputs,
        Builder builder,
        Fit fit) {
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

    /** A mechanism of one feature map. */
    public static ModuleType of(
            String name, String scope, String paper, String arxiv, List<Option> options, Builder builder, Fit fit) {
        return new ModuleType(name, scope, paper, arxiv, options, List.of("input"), List.of(), builder, fit);
    }

    /** The parameters and buffers for some settings, in the order in which the mechanism asks for them; no element is made. */
    public List<WeightSpec> weights(Settings settings) {
        return Parameters.asked(p -> builder.build(p, settings));
    }

    /** The mechanism without elements of its parameters: it says what it computes, but cannot be attached. */
    public Block described(Settings settings) {
        return builder.build(Parameters.described(), settings);
    }

    /** Number of trainable parameters for some settings; no element is made. */
    public long parameters(Settings settings) {
        return weights(settings).stream()
                .filter(s -> s.kind() == WeightSpec.Kind.PARAMETER)
                .mapToLong(s -> s.shape().elements())
                .sum();
    }

    private AttentionModule with(Settings settings, Weights weights) {
        return new AttentionModule(this, weights, builder.build(Parameters.of(weights), settings));
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
                    + (optionalInputs.isEmpty() ? "" : " (" + String.join(", ", optionalInputs) + " may be absent)")
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

    /** A module whose parameters are all zero: for what its chain costs, not for what it computes. */
    public AttentionModule blank(Settings settings) {
        return with(settings, Weights.blank(weights(settings)));
    }

    /** A module with fresh weights. */
    public AttentionModule initial(Settings settings, long seed) {
        return with(settings, Weights.initial(weights(settings), seed));
    }

    /**
     * A module with these weights.
     *
     * @throws WeightsException if they do not fit
     */
    public AttentionModule create(Settings settings, Map<String, Weight> given) {
        return with(settings, Weights.checked("module " + name, weights(settings), given));
    }

    /**
     * A module with the weights of a file.
     *
     * @param prefix what stands before each weight's name in the file; others are ignored unless it is empty
     * @throws WeightsException if they do not fit
     */
    public AttentionModule load(Settings settings, TensorFile file, String prefix) throws IOException {
        return load(settings, file, Names.prefixed(prefix));
    }

    /**
     * A module with the weights of a file of another code. The weight of a 1x1 convolution is taken for a linear layer's and the other
     * way round.
     *
     * @param names what the file calls them
     * @throws WeightsException if they do not fit
     */
    public AttentionModule load(Settings settings, TensorFile file, Names names) throws IOException {
        return with(settings, Weights.load("module " + name, weights(settings), file, names));
    }
}
