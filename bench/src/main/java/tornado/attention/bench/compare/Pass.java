package tornado.attention.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import tornado.attention.bench.operation.Operations;
import tornado.attention.modules.Block;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Parameters;
import tornado.attention.modules.Settings;
import tornado.attention.modules.WeightSpec;
import tornado.attention.networks.training.Loss;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.Constant;
import tornado.attention.tasks.graph.Gradient;
import tornado.attention.tasks.graph.Graph;
import tornado.attention.tasks.graph.Parameter;
import tornado.attention.tasks.graph.Value;

/**
 * What is measured of a module or network, told by the end of a case's name: {@code Softmax}, {@code Softmax.gradient}, {@code
 * resnet20_cifar+SEAttention.training}.
 */
enum Pass {
    /** Outputs of inputs. */
    FORWARD(""),
    /** Forward and backward: outputs, and the gradients of all inputs and parameters. */
    GRADIENT(".gradient"),
    /**
     * A training step of a network of classes: batch statistics, cross entropy, gradients of all parameters, an update by SGD with momentum.
     * Parameters and velocities stay on the device.
     */
    TRAINING(".training");

    /** The input that a gradient begins with. */
    private static final String GRADIENT_INPUT = "grad_output";

    /** The input that holds the classes of the images. */
    static final String LABELS = "labels";

    private final String suffix;

    Pass(String suffix) {
        this.suffix = suffix;
    }

    /** What a case of this name measures. */
    static Pass of(String name) {
        return name.endsWith(GRADIENT.suffix) ? GRADIENT : name.endsWith(TRAINING.suffix) ? TRAINING : FORWARD;
    }

    /** The name of what is measured, without the pass. */
    static String subject(String name) {
        return name.substring(0, name.length() - of(name).suffix.length());
    }

    /** The name of a case that measures this of something. */
    String named(String subject) {
        return subject + suffix;
    }

    /** The gradient of a module or operation, or the training step of a network, of this name; empty for any other name. */
    static Optional<ModuleType> find(String name) {
        return switch (of(name)) {
            case FORWARD -> Optional.empty();
            case GRADIENT ->
                Operations.find(subject(name))
                        .or(() -> Catalogue.types().stream()
                                .filter(t -> t.name().equalsIgnoreCase(subject(name)))
                                .findFirst())
                        .map(Pass::gradient);
            case TRAINING -> NetworkTypes.find(subject(name)).map(Pass::training);
        };
    }

    /** The parameters that a value is made of and that are trained, by their names in the order of the weights. */
    static SequencedMap<String, Value> parameters(ModuleType type, Settings settings, List<Value> outputs) {
        var found = new LinkedHashMap<String, Value>();
        for (var value : Graph.order(outputs)) {
            if (value.task() instanceof Parameter parameter) {
                found.put(parameter.name(), value);
            }
        }
        var ordered = new LinkedHashMap<String, Value>();
        for (var spec : type.weights(settings)) {
            if (spec.kind() == WeightSpec.Kind.PARAMETER && found.containsKey(spec.name())) {
                ordered.put(spec.name(), found.get(spec.name()));
            }
        }
        return ordered;
    }

    private static List<Value> values(List<Shape> shapes) {
        return shapes.stream().map(s -> Value.input("input", s)).toList();
    }

    private static ModuleType gradient(ModuleType base) {
        var inputs = new ArrayList<>(base.inputs()
                .subList(0, base.inputs().size() - base.optionalInputs().size()));
        inputs.add(GRADIENT_INPUT);
        return new ModuleType(
                GRADIENT.named(base.name()),
                base.scope(),
                base.paper(),
                base.arxiv(),
                base.options(),
                inputs,
                List.of(),
                (p, settings) -> {
                    var block = base.builder().build(p, settings);
                    return in -> {
                        var given = in.subList(0, in.size() - 1);
                        var outputs = block.apply(padded(given, base.inputs().size()));
                        var of = new ArrayList<>(given);
                        of.addAll(parameters(base, settings, outputs).values());
                        return withGradients(outputs.getFirst(), in.getLast(), of, false);
                    };
                },
                new ModuleType.Fit() {
                    @Override
                    public Map<String, Object> settings(Shape featureMap) {
                        return base.fit().settings(featureMap);
                    }

                    @Override
                    public List<Shape> inputs(Shape featureMap, Settings settings) {
                        var shapes = new ArrayList<>(base.fit().inputs(featureMap, settings));
                        var block = base.described(settings);
                        shapes.add(
                                block.apply(padded(values(shapes), base.inputs().size()))
                                        .getFirst()
                                        .shape());
                        return shapes;
                    }
                });
    }

    /** With null for each optional input. */
    private static List<Value> padded(List<Value> given, int size) {
        var all = new ArrayList<>(given);
        while (all.size() < size) {
            all.add(null);
        }
        return all;
    }

    private static List<Value> withGradients(Value output, Value seed, List<Value> of, boolean training) {
        var found = Gradient.of(List.of(output), List.of(seed), of, training);
        var all = new ArrayList<>(List.of(output));
        for (var value : of) {
            var gradient = found.get(value);
            if (gradient == null) {
                throw new IllegalArgumentException("The output does not depend on '" + value.name()
                        + "', which has no gradient; measure the forward pass alone.");
            }
            all.add(gradient);
        }
        return all;
    }

    private static ModuleType training(ModuleType network) {
        return new ModuleType(
                TRAINING.named(network.name()),
                network.scope(),
                network.paper(),
                network.arxiv(),
                network.options(),
                List.of("input", LABELS),
                List.of(),
                (p, settings) -> step(network, p, settings),
                new ModuleType.Fit() {
                    @Override
                    public Map<String, Object> settings(Shape featureMap) {
                        return network.fit().settings(featureMap);
                    }

                    @Override
                    public List<Shape> inputs(Shape featureMap, Settings settings) {
                        return List.of(featureMap, Shape.of(featureMap.batch()));
                    }
                });
    }

    /** The loss, and the gradients of all parameters. */
    private static Block step(ModuleType network, Parameters p, Settings settings) {
        var block = network.builder().build(p, settings);
        return in -> {
            var logits = block.apply(in.subList(0, 1)).getFirst();
            var loss = Loss.CrossEntropy.plain().of(logits, in.getLast());
            var one = Value.of(new Constant("one", new Array(Shape.of(1), new double[] {1})));
            return withGradients(
                    loss,
                    one,
                    List.copyOf(parameters(network, settings, List.of(loss)).values()),
                    true);
        };
    }
}
