package tornado.attention.tasks.internal.lowering;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.BatchNorm;
import tornado.attention.tasks.Branches;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.MaxPool;
import tornado.attention.tasks.PixelRows;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.BatchNormTask;
import tornado.attention.tasks.graph.CombineTask;
import tornado.attention.tasks.graph.ConcatTask;
import tornado.attention.tasks.graph.ConvolveTask;
import tornado.attention.tasks.graph.MaxPoolTask;
import tornado.attention.tasks.graph.ReshapeTask;
import tornado.attention.tasks.graph.SelectTask;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Pattern.Match;
import tornado.attention.tasks.internal.lowering.Patterns.Activated;

/** Convolutions with what stands behind them. */
final class ConvolutionPatterns {
    /** The largest patterns. */
    static final List<Pattern.Named> FUSED = List.of(
            Pattern.of("branch average", ConvolutionPatterns::branchAverage),
            Pattern.of("blend", ConvolutionPatterns::blend),
            Pattern.of("arrange", ConvolutionPatterns::arrange),
            Pattern.of("gated end", ConvolutionPatterns::gatedEnd),
            Pattern.of("maximum around", ConvolutionPatterns::maximumAround),
            Pattern.of("groupwise", ConvolutionPatterns::groupwise));

    /** What is tried when nothing else takes a convolution or a norm. */
    static final List<Pattern.Named> PLAIN = List.of(
            Pattern.of("convolution", ConvolutionPatterns::convolution),
            Pattern.of("batch norm", ConvolutionPatterns::batchNorm));

    /** Planes of an image, which a network's first convolution takes as they are. */
    private static final int MOST_PLANES = 4;

    private ConvolutionPatterns() {}

    private static Optional<Match> raw(
            RawConvolution raw, List<Value> covered, List<Value> needs, Pattern.Emitter emitter) {
        return Optional.of(new Match(covered, needs, List.of(raw), emitter));
    }

    /** The mean over the pixels of a convolution, of the sum of several ones, or of several ones side by side. */
    private static Optional<Match> branchAverage(Value root, Uses uses) {
        if (!RawConvolution.isPixelMean(root)) {
            return Optional.empty();
        }
        var map = root.input(0);
        boolean sum = RawConvolution.isSumOfBranches(map);
        boolean side = map.task() instanceof ReshapeTask && map.input(0).task() instanceof ConcatTask;
        var stack = sum || side ? map.input(0) : map;
        return RawConvolution.of(stack, uses)
                .flatMap(raw -> raw(
                        raw,
                        sum || side ? List.of(map) : List.of(),
                        List.of(),
                        (e, name) -> e.chain()
                                .view(
                                        Branches.average(
                                                e.chain(),
                                                name,
                                                e.raw(raw),
                                                sum ? raw.branches().size() : 1,
                                                raw.activation()),
                                        root.shape())));
    }

    /** The product of a stack of convolutions with one number a branch and channel. */
    private static Optional<Value> weighted(Value product, Uses uses) {
        boolean fits = product.task() == CombineTask.TIMES
                && uses.isInner(product)
                && product.input(0).shape().rank() == 5
                && product.input(1)
                        .shape()
                        .equals(RawConvolution.perBranchChannel(product.input(0).shape()));
        return fits ? Optional.of(product.input(0)) : Optional.empty();
    }

    /** The sum of convolutions, each with a weight a channel. */
    private static Optional<Match> blend(Value root, Uses uses) {
        if (!RawConvolution.isSumOfBranches(root)) {
            return Optional.empty();
        }
        var product = root.input(0);
        return weighted(product, uses)
                .flatMap(stack -> RawConvolution.of(stack, uses))
                .flatMap(raw -> {
                    var a = product.input(1);
                    var weights = Shape.of(
                            a.shape().dim(0), a.shape().dim(1), a.shape().dim(2));
                    return raw(
                            raw,
                            List.of(product),
                            List.of(a),
                            (e, name) ->
                                    Branches.blend(e.chain(), name, e.raw(raw), e.view(a, weights), raw.activation()));
                });
    }

    /** The stack of convolutions of which a value shows each, times a weight a channel, one behind the other in some order. */
    private static Optional<Value> arranged(Value root, Uses uses) {
        if (!(root.task() instanceof ReshapeTask)
                || !(root.input(0).task() instanceof SelectTask task)
                || task.axis() != 1
                || !task.isPlain()
                || !uses.isInner(root.input(0))) {
            return Optional.empty();
        }
        var product = root.input(0).input(0);
        var stacked = product.shape();
        return weighted(product, uses)
                .filter(stack -> root.shape()
                        .equals(Shape.of(
                                stacked.dim(0), stacked.dim(1) * stacked.dim(2), stacked.dim(3), stacked.dim(4))));
    }

    /** Whether a value can be made of the raw sums of convolutions so: they have no bias, no norm and no activation. */
    static boolean isArranged(Value root, RawConvolution raw, Uses uses) {
        return arranged(root, uses).filter(stack -> stack == raw.value()).isPresent()
                && raw.activation() == Activation.IDENTITY
                && raw.branches().stream()
                        .allMatch(b ->
                                b.norm() == null && b.convolution().inputs().size() == 2);
    }

    /** Convolutions, each with a weight a channel, one behind the other in some order. */
    private static Optional<Match> arrange(Value root, Uses uses) {
        return arranged(root, uses)
                .flatMap(stack -> RawConvolution.of(stack, uses))
                .filter(raw -> isArranged(root, raw, uses))
                .flatMap(raw -> {
                    var select = root.input(0);
                    var task = (SelectTask) select.task();
                    var product = select.input(0);
                    var a = product.input(1);
                    var weights = Shape.of(
                            a.shape().dim(0), a.shape().dim(1), a.shape().dim(2));
                    var order = task.lists().stream().mapToInt(List::getFirst).toArray();
                    return raw(
                            raw,
                            List.of(select, product),
                            List.of(a),
                            (e, name) ->
                                    Branches.arrange(e.chain(), name, e.raw(raw).raw(), e.view(a, weights), order));
                });
    }

    /** The end of a convolution, a gate a channel and a residual. */
    private static Optional<Match> gatedEnd(Value root, Uses uses) {
        boolean fits = root.task() == CombineTask.PLUS
                && root.input(0).task() == CombineTask.TIMES
                && uses.isInner(root.input(0))
                && Patterns.isPerChannel(
                        root.input(0).input(1), root.input(0).input(0).shape())
                && root.input(1).shape().equals(root.shape());
        if (!fits) {
            return Optional.empty();
        }
        var product = root.input(0);
        var gate = product.input(1);
        var residual = root.input(1);
        return RawConvolution.of(product.input(0), uses)
                .filter(raw -> raw.activation() == Activation.IDENTITY)
                .flatMap(raw -> raw(
                        raw,
                        List.of(product),
                        List.of(gate, residual),
                        (e, name) -> Convolution.cropGated(
                                e.chain(), name, e.raw(raw), e.tensor(gate), e.tensor(residual))));
    }

    /** A convolution, its batch norm and its activation. */
    private static Optional<Match> convolution(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        boolean normed =
                Patterns.isOneNorm(end.before()) && uses.isInner(end.before().input(0));
        var conv = normed ? end.before().input(0) : end.before();
        if (!(conv.task() instanceof ConvolveTask)
                || !conv.inputs().stream().skip(1).allMatch(uses::isConstant)) {
            return Optional.empty();
        }
        var covered = new ArrayList<>(end.covered(root));
        if (normed) {
            covered.add(conv);
        }
        var x = conv.input(0);
        var norm = normed ? end.before() : null;
        var match = new Match(
                covered,
                List.of(x),
                (e, name) -> Convolution.apply(e.chain(), name, e.tensor(x), e.layer(conv, norm), end.activation()));
        return Optional.of(
                rowForm(conv, norm, end.activation(), uses).map(match::orOfRows).orElse(match));
    }

    /** A convolution of rows: a depthwise or a 1x1 one; or of the few planes of an image. */
    private static Optional<RowForm> rowForm(Value conv, Value norm, Activation activation, Uses uses) {
        var x = conv.input(0);
        var w = conv.input(1).shape();
        var window = ((ConvolveTask) conv.task()).window();
        if (uses.training() || !conv.inputs().stream().skip(1).allMatch(uses::isKnown)) {
            return Optional.empty();
        }
        if (isPointwise(conv)) {
            return Optional.of(new RowForm(
                    RowForm.Kind.OTHER,
                    List.of(x),
                    (e, name) -> PixelRows.pointwise(e.chain(), name, e.rows(x), e.layer(conv, norm), activation)));
        }
        if (PixelRows.isDepthwise(w, window)) {
            return Optional.of(new RowForm(
                    RowForm.Kind.DEPTHWISE,
                    List.of(x),
                    (e, name) -> PixelRows.depthwise(e.chain(), name, e.rows(x), e.layer(conv, norm), activation)));
        }
        return w.dim(1) <= MOST_PLANES && window.groups() == 1
                ? Optional.of(new RowForm(
                        RowForm.Kind.BEGIN,
                        List.of(),
                        (e, name) -> PixelRows.ofPlanes(e.chain(), name, e.tensor(x), e.layer(conv, norm), activation)))
                : Optional.empty();
    }

    /** Whether a convolution is 1x1, in one group, without stride and padding. */
    static boolean isPointwise(Value conv) {
        var w = conv.input(1).shape();
        return w.dim(2) == 1
                && w.dim(3) == 1
                && ((ConvolveTask) conv.task()).window().equals(Window.plain());
    }

    /** One 1x1 convolution a group of channels, each with a batch norm of its own, all joined. */
    private static Optional<Match> groupwise(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        if (!end.isNormedConvolution(uses)) {
            return Optional.empty();
        }
        var norm = end.before();
        var conv = norm.input(0);
        var window = ((ConvolveTask) conv.task()).window();
        int groups = window.groups();
        boolean joined = conv.inputs().size() == 3
                && conv.inputs().stream()
                        .skip(1)
                        .allMatch(w ->
                                w.task() instanceof ConcatTask && w.inputs().size() == groups)
                && norm.input(1).task() instanceof ConcatTask
                && norm.input(1).inputs().size() == groups
                && window.equals(Window.plain().grouped(groups))
                && conv.input(1).shape().dim(2) == 1
                && conv.input(1).shape().dim(3) == 1
                && conv.inputs().stream().skip(1).allMatch(uses::isConstant);
        if (!joined) {
            return Optional.empty();
        }
        var covered = new ArrayList<>(end.covered(root));
        covered.add(conv);
        var x = conv.input(0);
        return Optional.of(new Match(covered, List.of(x), (e, name) -> {
            var norms = e.norms(norm);
            var layers = IntStream.range(0, groups)
                    .mapToObj(i -> new Convolution.Layer(
                            e.weight(conv.input(1).input(i)),
                            e.weight(conv.input(2).input(i)),
                            norms.get(i),
                            Window.plain()))
                    .toList();
            return Convolution.groupwise(e.chain(), name, e.tensor(x), layers, end.activation());
        }));
    }

    /** A depthwise 1x1 convolution, its batch norm, ReLU and the maximum around each pixel. */
    private static Optional<Match> maximumAround(Value root, Uses uses) {
        if (!(root.task() instanceof MaxPoolTask(int size, int stride, int padding))
                || size != 3
                || stride != 1
                || padding != 1
                || !uses.isInner(root.input(0))) {
            return Optional.empty();
        }
        var end = Activated.of(root.input(0), uses);
        if (end.activation() != Activation.RELU || !end.isNormedConvolution(uses)) {
            return Optional.empty();
        }
        var norm = end.before();
        var conv = norm.input(0);
        var window = ((ConvolveTask) conv.task()).window();
        int channels = conv.input(0).shape().channels();
        boolean depthwise = conv.inputs().size() == 3
                && window.equals(Window.plain().grouped(channels))
                && conv.input(1).shape().equals(Shape.of(channels, 1, 1, 1))
                && conv.inputs().stream().skip(1).allMatch(uses::isKnown);
        if (!depthwise) {
            return Optional.empty();
        }
        var x = conv.input(0);
        return Optional.of(new Match(
                List.of(root.input(0), norm, conv),
                List.of(x),
                (e, name) -> MaxPool.aroundDepthwise(
                        e.chain(),
                        name,
                        e.tensor(x),
                        e.weight(conv.input(1)).values().toHeapArray(),
                        e.weight(conv.input(2)).values().toHeapArray(),
                        e.norms(norm))));
    }

    /** A batch norm and its activation. */
    private static Optional<Match> batchNorm(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        var norm = end.before();
        if (!(norm.task() instanceof BatchNormTask)) {
            return Optional.empty();
        }
        var x = norm.input(0);
        return Optional.of(new Match(
                end.covered(root),
                List.of(x),
                (e, name) -> BatchNorm.apply(e.chain(), name, e.tensor(x), e.norms(norm), end.activation())));
    }
}
