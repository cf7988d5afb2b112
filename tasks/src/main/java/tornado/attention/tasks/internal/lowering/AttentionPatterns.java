package tornado.attention.tasks.internal.lowering;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tornado.attention.tasks.Axis;
import tornado.attention.tasks.ContextPooling;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.FeatureSlice;
import tornado.attention.tasks.PixelRows;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.SpatialAttention;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.TokenAttention;
import tornado.attention.tasks.graph.AttendTask;
import tornado.attention.tasks.graph.AttendTask.Layout;
import tornado.attention.tasks.graph.CombineTask;
import tornado.attention.tasks.graph.ConvolveTask;
import tornado.attention.tasks.graph.LinearTask;
import tornado.attention.tasks.graph.MapTask;
import tornado.attention.tasks.graph.ReduceTask;
import tornado.attention.tasks.graph.ReshapeTask;
import tornado.attention.tasks.graph.SliceTask;
import tornado.attention.tasks.graph.TransposeTask;
import tornado.attention.tasks.graph.UnaryFunction;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Pattern.Match;
import tornado.attention.tasks.internal.lowering.Patterns.Activated;

/** Attention, and what stands before and behind it. */
final class AttentionPatterns {
    static final List<Pattern.Named> ALL = List.of(
            Pattern.of("pointwise residual", AttentionPatterns::pointwiseResidual),
            Pattern.of("sliced projection", AttentionPatterns::slicedProjection),
            Pattern.of("tokens of map", AttentionPatterns::tokensOfMap),
            Pattern.of("l1", AttentionPatterns::l1));

    private AttentionPatterns() {}

    /** Whether there are kernels for an attention as it is; else its definition is made. */
    static boolean hasKernels(Value value) {
        if (!(value.task() instanceof AttendTask task)) {
            return false;
        }
        var keys = value.input(1).shape();
        var queries = value.input(0).shape();
        return switch (task.kind()) {
            case SOFTMAX ->
                task.layout() == Layout.TOKENS
                        ? task.scale() == 1 / Math.sqrt(queries.dim(2) / task.heads())
                        : isPlain(task);
            case LINEAR -> task.layout() == Layout.CHANNELS && isPlain(task);
            case ADDITIVE -> task.layout() == Layout.CHANNELS && isPlain(task) && task.scale() == 1.0 / keys.dim(2);
        };
    }

    private static boolean isPlain(AttendTask task) {
        return !task.weights() && !task.bias() && !task.mask() && task.dropout() == 0 && task.heads() == 1;
    }

    /** What has to be made for a value that is read where it lies: the map whose channels it is. */
    static Value base(Value value) {
        var slice = Patterns.through(value);
        boolean fits = slice.task() instanceof SliceTask(int axis, int from, int count, int step)
                && axis == 1
                && step == 1
                && slice.shape().rank() >= 3
                && value.shape().rank() == 3
                && slice.shape().dim(1) == value.shape().dim(1);
        return fits ? slice.input(0) : value;
    }

    static Tensor emit(Emission e, String name, Value v, AttendTask task) {
        if (task.layout() == Layout.TOKENS) {
            int next = 3;
            var weights = task.weights() ? e.tensor(v.input(next++)) : null;
            var bias = task.bias() ? e.tensor(v.input(next++)) : null;
            var mask = task.mask() ? e.tensor(v.input(next)) : null;
            return TokenAttention.softmax(
                    e.chain(),
                    name,
                    e.tensor(v.input(0)),
                    e.tensor(v.input(1)),
                    e.tensor(v.input(2)),
                    new TokenAttention.Scheme(task.heads(), weights, bias, mask));
        }
        var q = firstChannels(e, name, e.slice(v.input(0)));
        var k = e.slice(v.input(1));
        var values = e.slice(v.input(2));
        return switch (task.kind()) {
            case SOFTMAX -> SpatialAttention.softmax(e.chain(), name, q, k, values, task.scale());
            case LINEAR -> SpatialAttention.linear(e.chain(), name, q, k, values, task.scale());
            case ADDITIVE -> SpatialAttention.additive(e.chain(), name, q, k, values);
        };
    }

    /** Kernels read queries from the first channel on: others are copied. */
    private static FeatureSlice firstChannels(Emission e, String name, FeatureSlice q) {
        if (q.first() == 0) {
            return q;
        }
        var x = q.tensor();
        var shape = Shape.of(q.batch(), q.channels(), q.pixels());
        return FeatureSlice.of(
                Single.slice(e.chain(), name + ".queries", x, new SliceTask(1, q.first(), q.channels(), 1), shape));
    }

    /** A 1x1 convolution, its batch norm, a residual and the activation. */
    private static Optional<Match> pointwiseResidual(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        var sum = end.before();
        if (sum.task() != CombineTask.PLUS
                || !sum.input(0).shape().equals(sum.input(1).shape())) {
            return Optional.empty();
        }
        for (int side = 0; side < 2; side++) {
            var made = sum.input(side);
            var residual = sum.input(1 - side);
            boolean normed = Patterns.isOneNorm(made) && uses.isInner(made.input(0));
            var conv = normed ? made.input(0) : made;
            boolean fits = uses.isInner(made)
                    && conv.task() instanceof ConvolveTask
                    && ConvolutionPatterns.isPointwise(conv)
                    && conv.inputs().stream().skip(1).allMatch(uses::isConstant);
            if (fits) {
                var covered = new ArrayList<>(end.covered(root));
                covered.add(made);
                if (normed) {
                    covered.add(conv);
                }
                var x = conv.input(0);
                var norm = normed ? made : null;
                var match = new Match(covered, List.of(x, residual), (e, name) -> {
                    var layer = e.layer(conv, norm);
                    return Convolution.pointwiseResidual(
                            e.chain(),
                            name,
                            e.tensor(x),
                            layer.weight(),
                            layer.bias(),
                            layer.norm(),
                            e.tensor(residual),
                            end.activation());
                });
                boolean known = conv.inputs().stream().skip(1).allMatch(uses::isKnown);
                return Optional.of(
                        uses.training() || !known
                                ? match
                                : match.orOfRows(new RowForm(
                                        RowForm.Kind.OTHER,
                                        List.of(x, residual),
                                        (e, name) -> PixelRows.pointwiseResidual(
                                                e.chain(),
                                                name,
                                                e.rows(x),
                                                e.layer(conv, norm),
                                                e.rows(residual),
                                                end.activation()))));
            }
        }
        return Optional.empty();
    }

    /** A 1x1 convolution of some channels of a map, which are read where they lie. */
    private static Optional<Match> slicedProjection(Value root, Uses uses) {
        if (!(root.task() instanceof ConvolveTask task)
                || !task.window().equals(Window.plain())
                || root.inputs().size() != 2
                || !uses.isConstant(root.input(1))
                || root.input(1).shape().pixels() != 1
                || !(root.input(0).task() instanceof SliceTask slice)
                || slice.axis() != 1
                || slice.step() != 1) {
            return Optional.empty();
        }
        var x = root.input(0).input(0);
        return Optional.of(new Match(List.of(root.input(0)), List.of(x), (e, name) -> {
            var flat = e.view(
                    x,
                    Shape.of(x.shape().batch(), x.shape().channels(), x.shape().pixels()));
            return e.chain()
                    .view(
                            SpatialAttention.project(
                                    e.chain(),
                                    name,
                                    e.weight(root.input(1)),
                                    new FeatureSlice(flat, slice.from(), slice.count())),
                            root.shape());
        }));
    }

    /** A linear layer on the pixels of a map, the result token by token: {@code [B, C, N]} to {@code [B, N, O]}. */
    private static Optional<Match> tokensOfMap(Value root, Uses uses) {
        if (!(root.task() instanceof LinearTask)
                || root.inputs().size() != 3
                || !root.inputs().stream().skip(1).allMatch(uses::isConstant)
                || !(root.input(0).task() instanceof TransposeTask(List<Integer> order))
                || !order.equals(List.of(0, 2, 1))
                || !uses.isInner(root.input(0))) {
            return Optional.empty();
        }
        var x = root.input(0).input(0);
        return Optional.of(new Match(
                List.of(root.input(0)),
                List.of(x),
                (e, name) -> ContextPooling.tokens(
                        e.chain(), name, e.tensor(x), e.weight(root.input(1)), e.weight(root.input(2)))));
    }

    /** Elements over eps plus their sum along an axis, of what is not negative: a softmax. */
    private static Optional<Match> l1(Value root, Uses uses) {
        if (root.task() != CombineTask.OVER) {
            return Optional.empty();
        }
        var a = root.input(0);
        var view = root.input(1);
        if (!(view.task() instanceof ReshapeTask)
                || !(view.input(0).task() instanceof MapTask plus)
                || !(view.input(0).input(0).task() instanceof ReduceTask reduce)) {
            return Optional.empty();
        }
        var sum = view.input(0).input(0);
        boolean fits = plus.function() == UnaryFunction.IDENTITY
                && plus.alpha() == 1
                && reduce.kind() == ReduceTask.Kind.MAGNITUDES
                && reduce.axes().size() == 1
                && sum.input(0) == a
                && view.shape().rank() == a.shape().rank()
                && view.shape().dim(reduce.axes().getFirst()) == 1
                && List.of(view, view.input(0), sum).stream().allMatch(uses::isInner);
        if (!fits) {
            return Optional.empty();
        }
        return Optional.of(new Match(
                List.of(view, view.input(0), sum),
                List.of(a),
                (e, name) -> Axis.l1(e.chain(), name, e.tensor(a), reduce.axes().getFirst(), plus.beta())));
    }
}
