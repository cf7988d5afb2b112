package tornado.attention.modules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Parameter;
import tornado.attention.tasks.graph.Value;

/**
 * The parameters of a module as a tree of names. A module asks for each of its parameters once, where its name, shape and
 * initialisation stand; the same walk lists them, counts them, and gives them the elements of a file.
 *
 * <pre>{@code
 * var squeeze = p.linear("fc.0", channels, hidden, true);       // fc.0.weight, fc.0.bias
 * var alpha = p.get("alpha", Initializer.constant(1), 1, channels, 1, 1);
 * }</pre>
 */
public final class Parameters {
    private final String prefix;
    private final Function<WeightSpec, Parameter> source;
    private final Map<String, Initializer> initializers;

    private Parameters(String prefix, Function<WeightSpec, Parameter> source, Map<String, Initializer> initializers) {
        this.prefix = prefix;
        this.source = source;
        this.initializers = initializers;
    }

    /** Everything a walk asks for, in that order; no element is made or read. */
    public static List<WeightSpec> asked(Consumer<Parameters> walk) {
        var specs = new ArrayList<WeightSpec>();
        walk.accept(new Parameters(
                "",
                spec -> {
                    specs.add(spec);
                    return Parameter.described(spec.name(), spec.shape());
                },
                Map.of()));
        return specs;
    }

    /** Parameters without elements: enough to say what a module computes and costs. */
    public static Parameters described() {
        return new Parameters("", spec -> Parameter.described(spec.name(), spec.shape()), Map.of());
    }

    /** The parameters of a module or network, with these elements. */
    public static Parameters of(Weights weights) {
        return new Parameters("", spec -> Parameter.of(weights.get(spec.name())), Map.of());
    }

    /** The parameters of a part: their names begin with {@code name.}. */
    public Parameters at(String name) {
        return new Parameters(prefix + name + ".", source, Map.of());
    }

    /** What a parameter or part of this name is called from outside: with all that it is a part of. */
    public String path(String name) {
        return prefix + name;
    }

    /** The same, with another initialisation of those with this last name, such as {@code bias}. */
    public Parameters with(String lastName, Initializer initializer) {
        var more = new HashMap<>(initializers);
        more.put(lastName, initializer);
        return new Parameters(prefix, source, more);
    }

    private Value ask(String name, Initializer initializer, WeightSpec.Kind kind, int... extents) {
        return Value.of(source.apply(
                new WeightSpec(prefix + name, Shape.of(extents), initializers.getOrDefault(name, initializer), kind)));
    }

    /** A trained parameter. */
    public Value get(String name, Initializer initializer, int... extents) {
        return ask(name, initializer, WeightSpec.Kind.PARAMETER, extents);
    }

    /** A buffer: stored with the parameters, not trained, not counted. */
    public Value buffer(String name, Initializer initializer, int... extents) {
        return ask(name, initializer, WeightSpec.Kind.BUFFER, extents);
    }

    private Value weight(int fanIn, int... extents) {
        return get("weight", Initializer.torchDefault(fanIn), extents);
    }

    private Value bias(boolean wanted, int fanIn, int outputs) {
        return wanted ? get("bias", Initializer.torchDefault(fanIn), outputs) : null;
    }

    private Parameters part(String name) {
        return new Parameters(prefix + name + ".", source, initializers);
    }

    /** {@code nn.Linear}: {@code weight [outputs, inputs]} and, if wanted, {@code bias [outputs]}. */
    public LinearLayer linear(String name, int inputs, int outputs, boolean bias) {
        var p = part(name);
        return new LinearLayer(name, p.weight(inputs, outputs, inputs), p.bias(bias, inputs, outputs));
    }

    /** A 1x1 {@code nn.Conv2d} on pooled vectors: {@code weight [outputs, inputs, 1, 1]} and, if wanted, {@code bias [outputs]}. */
    public LinearLayer pointwise(String name, int inputs, int outputs, boolean bias) {
        var p = part(name);
        return new LinearLayer(name, p.weight(inputs, outputs, inputs, 1, 1), p.bias(bias, inputs, outputs));
    }

    /** {@code nn.Conv2d} with a square kernel: {@code weight [outputs, inputs / groups, k, k]} and, if wanted, {@code bias [outputs]}. */
    public ConvolutionLayer convolution(String name, int inputs, int outputs, int kernel, Window window, boolean bias) {
        var p = part(name);
        int perGroup = inputs / window.groups();
        int fanIn = perGroup * kernel * kernel;
        return new ConvolutionLayer(
                name, p.weight(fanIn, outputs, perGroup, kernel, kernel), p.bias(bias, fanIn, outputs), window);
    }

    /** A 1x1 {@code nn.Conv2d} on a feature map. */
    public ConvolutionLayer convolution1x1(String name, int inputs, int outputs, boolean bias) {
        return convolution(name, inputs, outputs, 1, Window.plain(), bias);
    }

    /** {@code nn.LayerNorm} over the last axis; its weights may have trailing extents of 1. */
    public LayerNormLayer layerNorm(String name, double eps, int... extents) {
        var p = part(name);
        return new LayerNormLayer(
                name,
                p.get("weight", Initializer.constant(1), extents),
                p.get("bias", Initializer.constant(0), extents),
                eps);
    }

    /** {@code nn.BatchNorm} with PyTorch's eps 1e-5 and momentum 0.1. */
    public BatchNormLayer batchNorm(String name, int channels) {
        return batchNorm(name, channels, 0.1);
    }

    /** {@code nn.BatchNorm} with PyTorch's eps 1e-5 and this momentum. */
    public BatchNormLayer batchNorm(String name, int channels, double momentum) {
        return batchNorm(name, channels, 1e-5, momentum);
    }

    /** {@code nn.BatchNorm}. */
    public BatchNormLayer batchNorm(String name, int channels, double eps, double momentum) {
        var p = part(name);
        return new BatchNormLayer(
                name,
                p.get("weight", Initializer.constant(1), channels),
                p.get("bias", Initializer.constant(0), channels),
                p.buffer("running_mean", Initializer.constant(0), channels),
                p.buffer("running_var", Initializer.constant(1), channels),
                p.ask("num_batches_tracked", Initializer.constant(0), WeightSpec.Kind.COUNTER),
                eps,
                momentum);
    }
}
