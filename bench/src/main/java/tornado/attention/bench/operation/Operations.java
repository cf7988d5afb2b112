package tornado.attention.bench.operation;

import java.util.List;
import java.util.Optional;
import tornado.attention.modules.Initializer;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Option;
import tornado.attention.modules.Settings;
import tornado.attention.modules.WeightSpec;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Normalization;
import tornado.attention.tasks.Pooling;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TokenAttention;

/**
 * The operations that modules are made of, by name. Each is fitted to a feature map {@code [batch, channels, height,
 * width]} as modules are; {@code reference/modules/operations.py} holds them in PyTorch under the same names.
 */
public final class Operations {
    private static final double EPS = 1e-5;

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

    private static ModuleType globalAveragePool() {
        return new Operation.Definition(
                        "GlobalAveragePool",
                        "mean of every plane",
                        List.of(),
                        List.of("input"),
                        s -> List.of(),
                        List::of,
                        (chain, s, w, in) -> Pooling.average(chain, "average", in.getFirst()),
                        (s, in) -> 0)
                .type();
    }

    private static ModuleType channelScale() {
        return new Operation.Definition(
                        "ChannelScale",
                        "every plane times its gate",
                        List.of(),
                        List.of("input", "gate"),
                        s -> List.of(),
                        map -> List.of(map, Shape.of(map.batch(), map.channels())),
                        (chain, s, w, in) -> Broadcast.multiply(chain, "scale", in.get(0), in.get(1)),
                        (s, in) -> 0)
                .type();
    }

    private static ModuleType softmax() {
        return new Operation.Definition(
                        "Softmax",
                        "softmax over the positions of every plane",
                        List.of(),
                        List.of("input"),
                        s -> List.of(),
                        List::of,
                        (chain, s, w, in) -> {
                            var x = in.getFirst();
                            var rows = Shape.of(
                                    x.shape().batch() * x.shape().channels(),
                                    x.shape().pixels());
                            var y = Normalization.softmaxOverPositions(chain, "softmax", chain.view(x, rows));
                            return chain.view(y, x.shape());
                        },
                        (s, in) -> 0)
                .type();
    }

    private static ModuleType attentionPool() {
        return new Operation.Definition(
                        "AttentionPool",
                        "sum over the positions, each with its weight",
                        List.of(),
                        List.of("input", "attention"),
                        s -> List.of(),
                        map -> List.of(map, Shape.of(map.batch(), map.pixels())),
                        (chain, s, w, in) -> Pooling.weighted(chain, "pool", in.get(0), in.get(1)),
                        (s, in) ->
                                (long) in.getFirst().channels() * in.getFirst().pixels())
                .type();
    }

    private static ModuleType mlp() {
        return new Operation.Definition(
                        "Mlp",
                        "fc2 relu(fc1 x) without biases",
                        List.of(
                                Option.required("channels", Option.Kind.INTEGER, "features in and out"),
                                Option.of("hidden", Option.Kind.INTEGER, 32, "features between")),
                        List.of("input"),
                        s -> List.of(
                                matrix("fc1.weight", s.integer("hidden"), s.integer("channels")),
                                matrix("fc2.weight", s.integer("channels"), s.integer("hidden"))),
                        map -> List.of(Shape.of(map.batch(), map.channels())),
                        (chain, s, w, in) -> {
                            var between = Projection.linear(
                                    chain, "fc1", in.getFirst(), w.get("fc1.weight"), null, Activation.RELU);
                            return Projection.linear(
                                    chain, "fc2", between, w.get("fc2.weight"), null, Activation.IDENTITY);
                        },
                        (s, in) -> 2L * s.integer("channels") * s.integer("hidden"))
                .type();
    }

    private static WeightSpec matrix(String name, int outputs, int inputs) {
        return WeightSpec.parameter(name, Initializer.torchDefault(inputs), outputs, inputs);
    }

    private static ModuleType layerNorm() {
        return new Operation.Definition(
                        "LayerNorm",
                        "layer norm over the channels of every token",
                        List.of(Option.required("normalized_shape", Option.Kind.INTEGER, "channels")),
                        List.of("input"),
                        s -> List.of(
                                WeightSpec.parameter("weight", Initializer.constant(1), s.integer("normalized_shape")),
                                WeightSpec.parameter("bias", Initializer.constant(0), s.integer("normalized_shape"))),
                        map -> List.of(tokens(map)),
                        (chain, s, w, in) -> Normalization.layerNorm(
                                chain, "norm", in.getFirst(), w.get("weight"), w.get("bias"), EPS, Activation.IDENTITY),
                        (s, in) -> 0)
                .type();
    }

    private static ModuleType convolution() {
        return new Operation.Definition(
                        "Conv2d",
                        "convolution without bias that keeps the size of the map",
                        List.of(
                                Option.required("in_channels", Option.Kind.INTEGER, "channels in"),
                                Option.required("out_channels", Option.Kind.INTEGER, "channels out"),
                                Option.of("kernel_size", Option.Kind.INTEGER, 1, "kernel, odd"),
                                Option.of("groups", Option.Kind.INTEGER, 1, "groups of channels")),
                        List.of("input"),
                        s -> List.of(filters(s)),
                        List::of,
                        (chain, s, w, in) -> Convolution.apply(
                                chain,
                                "convolution",
                                in.getFirst(),
                                new Convolution.Layer(
                                        w.get("weight"),
                                        null,
                                        null,
                                        Convolution.Window.same(s.integer("kernel_size"))
                                                .grouped(s.integer("groups"))),
                                Activation.IDENTITY),
                        (s, in) -> filters(s).shape().elements()
                                * (long) in.getFirst().pixels())
                .type();
    }

    private static WeightSpec filters(Settings s) {
        int inputs = s.integer("in_channels") / s.integer("groups");
        int kernel = s.integer("kernel_size");
        return WeightSpec.parameter(
                "weight",
                Initializer.torchDefault(inputs * kernel * kernel),
                s.integer("out_channels"),
                inputs,
                kernel,
                kernel);
    }

    private static ModuleType queryKeyProduct() {
        return new Operation.Definition(
                        "QueryKeyProduct",
                        "q k^T of every image; images stand for heads",
                        List.of(),
                        List.of("q", "k"),
                        s -> List.of(),
                        map -> List.of(tokens(map), tokens(map)),
                        (chain, s, w, in) -> {
                            var y = TokenAttention.scores(chain, "scores", in.get(0), in.get(1), 1, 1);
                            int n = y.shape().dim(2);
                            return chain.view(y, Shape.of(y.shape().dim(0), n, n));
                        },
                        Operations::productMacs)
                .type();
    }

    private static ModuleType attentionValueProduct() {
        return new Operation.Definition(
                        "AttentionValueProduct",
                        "attention times values of every image; images stand for heads",
                        List.of(),
                        List.of("attention", "v"),
                        s -> List.of(),
                        map -> List.of(Shape.of(map.batch(), map.pixels(), map.pixels()), tokens(map)),
                        (chain, s, w, in) -> {
                            var map = in.getFirst();
                            var headed = chain.view(
                                    map,
                                    Shape.of(
                                            map.shape().dim(0),
                                            1,
                                            map.shape().dim(1),
                                            map.shape().dim(2)));
                            return TokenAttention.values(chain, "values", headed, in.get(1), 1);
                        },
                        Operations::productMacs)
                .type();
    }

    private static Shape tokens(Shape map) {
        return Shape.of(map.batch(), map.pixels(), map.channels());
    }

    private static long productMacs(Settings settings, List<Shape> inputs) {
        var tokens = inputs.getLast();
        return (long) tokens.dim(1) * tokens.dim(1) * tokens.dim(2);
    }
}
