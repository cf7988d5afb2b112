package tornado.attention.tasks.internal.lowering;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Broadcast;
import tornado.attention.tasks.ChannelMixing;
import tornado.attention.tasks.ContextPooling;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Excitation;
import tornado.attention.tasks.GatedSum;
import tornado.attention.tasks.Normalization;
import tornado.attention.tasks.PixelGates;
import tornado.attention.tasks.PixelRows;
import tornado.attention.tasks.Pooling;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.BatchNormTask;
import tornado.attention.tasks.graph.CombineTask;
import tornado.attention.tasks.graph.ConcatTask;
import tornado.attention.tasks.graph.ConvolveTask;
import tornado.attention.tasks.graph.LayerNormTask;
import tornado.attention.tasks.graph.LinearTask;
import tornado.attention.tasks.graph.MapTask;
import tornado.attention.tasks.graph.ProductTask;
import tornado.attention.tasks.graph.ReduceTask;
import tornado.attention.tasks.graph.ReshapeTask;
import tornado.attention.tasks.graph.SoftmaxTask;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Pattern.Emitter;
import tornado.attention.tasks.internal.lowering.Pattern.Match;

/** The patterns, largest first, and what remains: each task for itself. */
final class Patterns {
    private static final List<Pattern.Named> OWN = List.of(
            Pattern.of("excitation", Patterns::excitation),
            Pattern.of("normed excitation", Patterns::normedExcitation),
            Pattern.of("linear", Patterns::linear),
            Pattern.of("channel mixing", Patterns::channelMixing),
            Pattern.of("layer norm", Patterns::layerNorm),
            Pattern.of("attention pooling", Patterns::attentionPooling),
            Pattern.of("weighted pooling", Patterns::weightedPooling),
            Pattern.of("average", Patterns::average),
            Pattern.of("gated sum", Patterns::gatedSum),
            Pattern.of("multiply add", Patterns::multiplyAdd),
            Pattern.of("per channel", Patterns::perChannel),
            Pattern.of("pixel gate", Patterns::pixelGate),
            Pattern.of("residual", Patterns::residual),
            Pattern.of("product", Patterns::product));

    private static final List<Pattern.Named> ALL = Stream.of(
                    ConvolutionPatterns.FUSED,
                    SecondOrderPatterns.ALL,
                    StatisticPatterns.ALL,
                    AttentionPatterns.ALL,
                    PixelPatterns.ALL,
                    GradientPatterns.ALL,
                    OWN,
                    ConvolutionPatterns.PLAIN)
            .flatMap(List::stream)
            .toList();

    private Patterns() {}

    /** What the patterns are called, in the order in which they are tried. */
    static List<String> names() {
        return ALL.stream().map(Pattern.Named::name).toList();
    }

    /** A match and the name of the pattern that found it; empty where each task is made for itself. */
    record Found(String pattern, Match match) {}

    /** How a value is made: by the first pattern that can make it, else by its own task. */
    static Found find(Value value, Uses uses) {
        if (uses.options().fuse()) {
            for (var named : ALL) {
                var match = named.pattern().match(value, uses);
                if (match.isPresent()) {
                    return new Found(named.name(), match.get());
                }
            }
        }
        return new Found("", Single.match(value));
    }

    /** A value and the activation behind it, which many kernels apply in passing. */
    record Activated(Activation activation, Value before) {
        static Activated of(Value root, Uses uses) {
            if (root.task() instanceof MapTask map
                    && map.isPlain()
                    && map.function().activation().isPresent()
                    && uses.isInner(root.input(0))) {
                return new Activated(map.function().activation().get(), root.input(0));
            }
            return new Activated(Activation.IDENTITY, root);
        }

        /** What is made along: the value before the activation, unless there is none. */
        List<Value> covered(Value root) {
            return before == root ? List.of() : List.of(before);
        }

        /** Whether what is activated is the batch norm of a convolution that nothing else reads. */
        boolean isNormedConvolution(Uses uses) {
            return before.task() instanceof BatchNormTask
                    && uses.isInner(before.input(0))
                    && before.input(0).task() instanceof ConvolveTask;
        }
    }

    /** Whether a value is a batch norm with parameters of its own, not of several ones joined. */
    static boolean isOneNorm(Value value) {
        return value.task() instanceof BatchNormTask && !(value.input(1).task() instanceof ConcatTask);
    }

    /** The value that a view shows. */
    static Value through(Value value) {
        return value.task() instanceof ReshapeTask ? through(value.input(0)) : value;
    }

    private static Optional<Match> match(List<Value> covered, List<Value> needs, Emitter emitter) {
        return Optional.of(new Match(covered, needs, emitter));
    }

    private static boolean isConstant(Uses uses, List<Value> values) {
        return values.stream().allMatch(uses::isConstant);
    }

    /** Two linear layers: the bottleneck of channel gates. */
    private static Optional<Match> excitation(Value root, Uses uses) {
        var last = Activated.of(root, uses);
        if (!isLayer(last.before(), uses) || !uses.isInner(last.before().input(0))) {
            return Optional.empty();
        }
        var first = Activated.of(last.before().input(0), uses);
        if (!isLayer(first.before(), uses)) {
            return Optional.empty();
        }
        var covered = new ArrayList<>(last.covered(root));
        covered.add(last.before().input(0));
        covered.addAll(first.covered(last.before().input(0)));
        var x = first.before().input(0);
        return match(
                covered,
                List.of(x),
                (e, name) -> Excitation.apply(
                        e.chain(),
                        e.tensor(x),
                        layer(e, first, nameOf(last.before().input(0), first)),
                        layer(e, last, name)));
    }

    private static String nameOf(Value root, Activated activated) {
        return root.isNamed() ? root.name() : activated.before().name();
    }

    private static boolean isLayer(Value value, Uses uses) {
        return value.task() instanceof LinearTask
                && isConstant(uses, value.inputs().subList(1, value.inputs().size()));
    }

    private static Excitation.Layer layer(Emission e, Activated layer, String name) {
        var inputs = layer.before().inputs();
        return new Excitation.Layer(name, e.weight(inputs.get(1)), e.weightOrNull(inputs, 2), layer.activation());
    }

    /** Two linear layers with a layer norm between them. */
    private static Optional<Match> normedExcitation(Value root, Uses uses) {
        var last = Activated.of(root, uses);
        if (!isLayer(last.before(), uses) || !uses.isInner(last.before().input(0))) {
            return Optional.empty();
        }
        var between = Activated.of(last.before().input(0), uses);
        var norm = between.before();
        if (!(norm.task() instanceof LayerNormTask task)
                || !uses.isInner(norm.input(0))
                || !isLayer(norm.input(0), uses)) {
            return Optional.empty();
        }
        var first = norm.input(0);
        var covered = new ArrayList<>(last.covered(root));
        covered.add(last.before().input(0));
        covered.addAll(between.covered(last.before().input(0)));
        covered.add(first);
        var x = first.input(0);
        return match(
                covered,
                List.of(x),
                (e, name) -> Excitation.normed(
                        e.chain(),
                        e.tensor(x),
                        layer(e, new Activated(between.activation(), first), first.name()),
                        new Excitation.Norm(
                                nameOf(last.before().input(0), between),
                                e.weight(norm.input(1)),
                                e.weight(norm.input(2)),
                                task.eps()),
                        layer(e, last, name)));
    }

    /** A linear layer and its activation. */
    private static Optional<Match> linear(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        var linear = end.before();
        if (!isLayer(linear, uses)) {
            return Optional.empty();
        }
        var x = linear.input(0);
        return match(
                end.covered(root),
                List.of(x),
                (e, name) -> Projection.linear(
                        e.chain(),
                        name,
                        e.tensor(x),
                        e.weight(linear.input(1)),
                        e.weightOrNull(linear.inputs(), 2),
                        end.activation()));
    }

    /** A convolution over the channels of {@code [B, 1, 1, C]}, odd and of the same size. */
    private static Optional<Match> channelMixing(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        var conv = end.before();
        if (!(conv.task() instanceof ConvolveTask task)
                || conv.inputs().size() > 2
                || !uses.isConstant(conv.input(1))) {
            return Optional.empty();
        }
        var w = conv.input(1).shape();
        var x = conv.input(0);
        boolean rows = x.shape().channels() == 1 && x.shape().height() == 1 && w.dim(0) == 1 && w.dim(2) == 1;
        var window = new Convolution.Window(1, 0, w.dim(3) / 2, 1, 1);
        if (!rows || w.dim(3) % 2 == 0 || !task.window().equals(window)) {
            return Optional.empty();
        }
        var vectors = Shape.of(x.shape().batch(), x.shape().width());
        return match(
                end.covered(root),
                List.of(x),
                (e, name) -> e.chain()
                        .view(
                                ChannelMixing.convolution(
                                        e.chain(), name, e.view(x, vectors), e.weight(conv.input(1)), end.activation()),
                                root.shape()));
    }

    /** A layer norm and its activation. */
    private static Optional<Match> layerNorm(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        var norm = end.before();
        if (!(norm.task() instanceof LayerNormTask task)
                || !isConstant(uses, norm.inputs().subList(1, 3))) {
            return Optional.empty();
        }
        var x = norm.input(0);
        return match(
                end.covered(root),
                List.of(x),
                (e, name) -> Normalization.layerNorm(
                        e.chain(),
                        name,
                        e.tensor(x),
                        e.weight(norm.input(1)),
                        e.weight(norm.input(2)),
                        task.eps(),
                        end.activation()));
    }

    /** {@code X a'} with one weight a pixel: X {@code [B, C, N]} of a feature map, a {@code [B, 1, N]}. */
    private static boolean isWeightedPooling(Value root) {
        return root.task() instanceof ProductTask(boolean ta, boolean tb, double alpha)
                && !ta
                && tb
                && alpha == 1
                && root.shape().rank() == 3
                && root.shape().dim(2) == 1;
    }

    private static Shape asMap(Value x) {
        return Shape.of(x.shape().dim(0), x.shape().dim(1), x.shape().dim(2), 1);
    }

    /** The softmax over the pixels and the sum it weighs. */
    private static Optional<Match> attentionPooling(Value root, Uses uses) {
        if (!isWeightedPooling(root)) {
            return Optional.empty();
        }
        var a = root.input(1);
        var softmax = through(a);
        boolean inner = uses.isInner(a) && uses.isInner(softmax);
        if (!inner
                || !(softmax.task() instanceof SoftmaxTask(int axis))
                || axis != softmax.shape().rank() - 1) {
            return Optional.empty();
        }
        var x = root.input(0);
        var logits = softmax.input(0);
        long pixels = x.shape().dim(2);
        if (softmax.shape().dim(-1) != pixels) {
            return Optional.empty();
        }
        var covered = a == softmax ? List.of(softmax) : List.of(a, softmax);
        var rows = Shape.of(x.shape().dim(0), 1, x.shape().dim(2), 1);
        return match(
                covered,
                List.of(x, logits),
                (e, name) -> e.chain()
                        .view(
                                ContextPooling.attention(
                                        e.chain(),
                                        root.name(),
                                        softmax.name(),
                                        e.view(x, asMap(root.input(0))),
                                        e.view(logits, rows)),
                                root.shape()));
    }

    /** A sum over the pixels, each with its weight. */
    private static Optional<Match> weightedPooling(Value root, Uses uses) {
        if (!isWeightedPooling(root)) {
            return Optional.empty();
        }
        var x = root.input(0);
        var a = root.input(1);
        return match(
                List.of(),
                List.of(x, a),
                (e, name) -> e.chain()
                        .view(Pooling.weighted(e.chain(), name, e.view(x, asMap(x)), e.tensor(a)), root.shape()));
    }

    /** The mean over the pixels of a feature map. */
    private static Optional<Match> average(Value root, Uses uses) {
        if (!(root.task() instanceof ReduceTask(ReduceTask.Kind kind, double eps, List<Integer> axes))
                || kind != ReduceTask.Kind.MEAN
                || root.input(0).shape().rank() != 4
                || !axes.equals(List.of(2, 3))) {
            return Optional.empty();
        }
        var x = root.input(0);
        return match(List.of(), List.of(x), (e, name) -> Pooling.average(e.chain(), name, e.tensor(x)))
                .map(match -> match.orOfRows(new RowForm(
                        RowForm.Kind.END, List.of(x), (e, name) -> PixelRows.average(e.chain(), name, e.rows(x)))));
    }

    /** Whether a value holds one number an image and channel of a feature map. */
    static boolean isPerChannel(Value value, Shape map) {
        return map.rank() == 4 && value.shape().equals(Shape.of(map.batch(), map.channels(), 1, 1)) && map.pixels() > 0;
    }

    /** {@code activation(x g + r)}, one gate a channel. */
    private static Optional<Match> gatedSum(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        var sum = end.before();
        if (sum.task() != CombineTask.PLUS || sum.input(0).task() != CombineTask.TIMES || !uses.isInner(sum.input(0))) {
            return Optional.empty();
        }
        var product = sum.input(0);
        var x = product.input(0);
        var g = product.input(1);
        var r = sum.input(1);
        if (!isPerChannel(g, x.shape()) || !r.shape().equals(x.shape())) {
            return Optional.empty();
        }
        var covered = new ArrayList<>(end.covered(root));
        covered.add(product);
        return match(
                covered,
                List.of(x, g, r),
                (e, name) -> GatedSum.apply(e.chain(), name, e.tensor(x), e.tensor(g), e.tensor(r), end.activation()));
    }

    /** {@code x g + t}, one gate and one term a channel. */
    private static Optional<Match> multiplyAdd(Value root, Uses uses) {
        if (root.task() != CombineTask.PLUS
                || root.input(0).task() != CombineTask.TIMES
                || !uses.isInner(root.input(0))) {
            return Optional.empty();
        }
        var x = root.input(0).input(0);
        var g = root.input(0).input(1);
        var t = root.input(1);
        if (!isPerChannel(g, x.shape()) || !isPerChannel(t, x.shape())) {
            return Optional.empty();
        }
        return match(
                List.of(root.input(0)),
                List.of(x, g, t),
                (e, name) -> Broadcast.multiplyAdd(e.chain(), name, e.tensor(x), e.tensor(g), e.tensor(t)));
    }

    /** {@code x g} or {@code x + t}, one number a channel. */
    private static Optional<Match> perChannel(Value root, Uses uses) {
        boolean known = root.task() == CombineTask.PLUS || root.task() == CombineTask.TIMES;
        if (!known || !isPerChannel(root.input(1), root.input(0).shape())) {
            return Optional.empty();
        }
        var x = root.input(0);
        var g = root.input(1);
        if (root.task() == CombineTask.PLUS) {
            return match(
                    List.of(), root.inputs(), (e, name) -> Broadcast.add(e.chain(), name, e.tensor(x), e.tensor(g)));
        }
        return match(
                        List.of(),
                        root.inputs(),
                        (e, name) -> Broadcast.multiply(e.chain(), name, e.tensor(x), e.tensor(g)))
                .map(match -> match.orOfRows(new RowForm(
                        RowForm.Kind.OTHER,
                        List.of(x),
                        (e, name) -> PixelRows.multiply(e.chain(), name, e.rows(x), e.tensor(g)))));
    }

    /** {@code x a + x}, one weight a pixel and group of channels. */
    private static Optional<Match> pixelGate(Value root, Uses uses) {
        if (root.task() != CombineTask.PLUS || root.shape().rank() != 4) {
            return Optional.empty();
        }
        var x = root.input(1);
        var view = root.input(0);
        var product = through(view);
        if (product.task() != CombineTask.TIMES
                || !uses.isInner(product)
                || view != product && !uses.isInner(view)
                || through(product.input(0)) != through(x)) {
            return Optional.empty();
        }
        var a = product.input(1);
        var groups = a.shape();
        boolean fits = groups.rank() == 4
                && groups.dim(0) == x.shape().batch()
                && groups.dim(2) == 1
                && groups.dim(3) == x.shape().pixels()
                && product.shape()
                        .equals(Shape.of(
                                groups.dim(0), groups.dim(1), x.shape().channels() / groups.dim(1), groups.dim(3)));
        if (!fits) {
            return Optional.empty();
        }
        var maps = Shape.of(
                groups.dim(0), groups.dim(1), x.shape().height(), x.shape().width());
        var covered = view == product ? List.of(product) : List.of(view, product);
        return match(
                covered,
                List.of(x, a),
                (e, name) -> PixelGates.multiplyAddSelf(e.chain(), name, e.tensor(x), e.view(a, maps)));
    }

    /** {@code activation(x + y)} of equal shapes. */
    private static Optional<Match> residual(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        var sum = end.before();
        if (sum.task() != CombineTask.PLUS
                || !sum.input(0).shape().equals(sum.input(1).shape())) {
            return Optional.empty();
        }
        return match(
                        end.covered(root),
                        sum.inputs(),
                        (e, name) -> Broadcast.residual(
                                e.chain(), name, e.tensor(sum.input(0)), e.tensor(sum.input(1)), end.activation()))
                .map(match -> root.shape().rank() != 4
                        ? match
                        : match.orOfRows(new RowForm(
                                RowForm.Kind.OTHER,
                                sum.inputs(),
                                (e, name) -> Broadcast.residual(
                                        e.chain(),
                                        name,
                                        e.rows(sum.input(0)),
                                        e.rows(sum.input(1)),
                                        end.activation()))));
    }

    /** A row-major shape of the axes before, along and behind one axis. */
    static int[] split(Shape shape, int axis) {
        var dims = shape.dims();
        int outer = Arrays.stream(dims, 0, axis).reduce(1, Math::multiplyExact);
        int inner = Arrays.stream(dims, axis + 1, dims.length).reduce(1, Math::multiplyExact);
        return new int[] {outer, dims[axis], inner};
    }

    /** {@code x y} of equal shapes. */
    private static Optional<Match> product(Value root, Uses uses) {
        if (root.task() != CombineTask.TIMES
                || !root.input(0).shape().equals(root.input(1).shape())) {
            return Optional.empty();
        }
        return match(
                List.of(),
                root.inputs(),
                (e, name) -> PixelGates.multiply(e.chain(), name, e.tensor(root.input(0)), e.tensor(root.input(1))));
    }
}
