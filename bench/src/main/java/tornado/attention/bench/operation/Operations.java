package tornado.attention.bench.operation;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import tornado.attention.modules.Initializer;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Option;
import tornado.attention.modules.Settings;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.LayerNormTask;
import tornado.attention.tasks.graph.Value;

/**
 * The operations that modules are made of, by name. Each is fitted to a feature map {@code [batch, channels, height,
 * width]} as modules are; {@code reference/modules/operations.py} holds them in PyTorch under the same names.
 */
public final class Operations {
    private static final double EPS = 1e-5;
    private static final List<String> INPUT = List.of("input");

    private static final List<ModuleType> TYPES = List.of(
            globalAveragePool(),
            channelScale(),
            softmax(),
            attentionPool(),
            mlp(),
            layerNorm(),
            convolution(),
            queryKeyProduct(),
            attentionValueProduct());

    private Operations() {}

    /** All of them. */
    public static List<ModuleType> types() {
        return TYPES;
    }

    /** The operation of this name; capitals do not matter. */
    public static Optional<ModuleType> find(String name) {
        return TYPES.stream().filter(t -> t.name().equalsIgnoreCase(name)).findFirst();
    }

    /** An operation fitted to a map: the first option is the channels. */
    private static ModuleType operation(
            String name,
            String formula,
            List<Option> options,
            List<String> inputs,
            Function<Shape, List<Shape>> shapes,
            ModuleType.Builder builder) {
        return new ModuleType(
                name,
                name.toLowerCase(Locale.ROOT),
                formula,
                "",
                options,
                inputs,
                List.of(),
                builder,
                new ModuleType.Fit() {
                    @Override
                    public Map<String, Object> settings(Shape featureMap) {
                        return options.isEmpty()
                                ? Map.of()
                                : Map.of(options.getFirst().name(), featureMap.channels());
                    }

                    @Override
                    public List<Shape> inputs(Shape featureMap, Settings settings) {
                        return shapes.apply(featureMap);
                    }
                });
    }

    /** An operation without parameters, of its first input and its last one. */
    private static ModuleType.Builder block(BinaryOperator<Value> formula) {
        return (p, s) -> in -> List.of(formula.apply(in.getFirst(), in.getLast()));
    }

    private static ModuleType globalAveragePool() {
        return operation(
                "GlobalAveragePool",
                "mean of every plane",
                List.of(),
                INPUT,
                List::of,
                block((x, same) -> x.mean(Value.PIXELS).named("average")));
    }

    private static ModuleType channelScale() {
        return operation(
                "ChannelScale",
                "every plane times its gate",
                List.of(),
                List.of("input", "gate"),
                map -> List.of(map, Shape.of(map.batch(), map.channels())),
                block((x, gate) -> x.times(gate.perChannel()).named("scale")));
    }

    private static ModuleType softmax() {
        return operation(
                "Softmax",
                "softmax over the positions of every plane",
                List.of(),
                INPUT,
                List::of,
                block((x, same) -> x.reshape(x.shape().batch(), x.shape().channels(), -1)
                        .softmax(2)
                        .named("softmax")
                        .reshape(x.shape().dims())));
    }

    private static ModuleType attentionPool() {
        return operation(
                "AttentionPool",
                "sum over the positions, each with its weight",
                List.of(),
                List.of("input", "attention"),
                map -> List.of(map, Shape.of(map.batch(), map.pixels())),
                block((x, a) -> x.reshape(x.shape().batch(), x.shape().channels(), -1)
                        .product(false, a.reshape(x.shape().batch(), 1, -1), true, 1)
                        .named("pool")
                        .reshape(x.shape().batch(), x.shape().channels())));
    }

    private static ModuleType mlp() {
        return operation(
                "Mlp",
                "fc2 relu(fc1 x) without biases",
                List.of(
                        Option.required("channels", Option.Kind.INTEGER, "features in and out"),
                        Option.of("hidden", Option.Kind.INTEGER, 32, "features between")),
                INPUT,
                map -> List.of(Shape.of(map.batch(), map.channels())),
                (p, s) -> {
                    var fc1 = p.linear("fc1", s.integer("channels"), s.integer("hidden"), false);
                    var fc2 = p.linear("fc2", s.integer("hidden"), s.integer("channels"), false);
                    return in -> List.of(fc2.apply(fc1.apply(in.getFirst()).relu()));
                });
    }

    private static ModuleType layerNorm() {
        return operation(
                "LayerNorm",
                "layer norm over the channels of every token",
                List.of(Option.required("normalized_shape", Option.Kind.INTEGER, "channels")),
                INPUT,
                map -> List.of(tokens(map)),
                (p, s) -> {
                    var weight = p.get("weight", Initializer.constant(1), s.integer("normalized_shape"));
                    var bias = p.get("bias", Initializer.constant(0), s.integer("normalized_shape"));
                    return in -> List.of(Value.of(new LayerNormTask(EPS), in.getFirst(), weight, bias));
                });
    }

    private static ModuleType convolution() {
        return operation(
                "Conv2d",
                "convolution without bias that keeps the size of the map",
                List.of(
                        Option.required("in_channels", Option.Kind.INTEGER, "channels in"),
                        Option.required("out_channels", Option.Kind.INTEGER, "channels out"),
                        Option.of("kernel_size", Option.Kind.INTEGER, 1, "kernel, odd"),
                        Option.of("groups", Option.Kind.INTEGER, 1, "groups of channels")),
                INPUT,
                List::of,
                (p, s) -> {
                    int inputs = s.integer("in_channels") / s.integer("groups");
                    int kernel = s.integer("kernel_size");
                    var weight = p.get(
                            "weight",
                            Initializer.torchDefault(inputs * kernel * kernel),
                            s.integer("out_channels"),
                            inputs,
                            kernel,
                            kernel);
                    var window = Window.same(kernel).grouped(s.integer("groups"));
                    return in ->
                            List.of(in.getFirst().convolve(weight, null, window).named("convolution"));
                });
    }

    private static ModuleType queryKeyProduct() {
        return operation(
                "QueryKeyProduct",
                "q k^T of every image; images stand for heads",
                List.of(),
                List.of("q", "k"),
                map -> List.of(tokens(map), tokens(map)),
                block((q, k) -> q.product(false, k, true, 1).named("scores")));
    }

    private static ModuleType attentionValueProduct() {
        return operation(
                "AttentionValueProduct",
                "attention times values of every image; images stand for heads",
                List.of(),
                List.of("attention", "v"),
                map -> List.of(Shape.of(map.batch(), map.pixels(), map.pixels()), tokens(map)),
                block((a, v) -> a.product(v).named("values")));
    }

    private static Shape tokens(Shape map) {
        return Shape.of(map.batch(), map.pixels(), map.channels());
    }
}
