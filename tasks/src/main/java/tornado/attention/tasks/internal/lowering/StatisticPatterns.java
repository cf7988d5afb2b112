package tornado.attention.tasks.internal.lowering;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tornado.attention.tasks.ChannelStatistics;
import tornado.attention.tasks.Moments;
import tornado.attention.tasks.RowMap;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.AveragePoolInputTask;
import tornado.attention.tasks.graph.AveragePoolTask;
import tornado.attention.tasks.graph.CombineTask;
import tornado.attention.tasks.graph.ConcatTask;
import tornado.attention.tasks.graph.ConvolveTask;
import tornado.attention.tasks.graph.ExpandTask;
import tornado.attention.tasks.graph.MapTask;
import tornado.attention.tasks.graph.ReduceTask;
import tornado.attention.tasks.graph.ReduceTask.Kind;
import tornado.attention.tasks.graph.ReshapeTask;
import tornado.attention.tasks.graph.UnaryFunction;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Pattern.Match;
import tornado.attention.tasks.internal.lowering.Patterns.Activated;

/** Statistics of a map that one kernel takes at once, and the gates that are made of them. */
final class StatisticPatterns {
    static final List<Pattern.Named> ALL = List.of(
            Pattern.of("style", StatisticPatterns::style),
            Pattern.of("norm", StatisticPatterns::norm),
            Pattern.of("norm gate", StatisticPatterns::normGate),
            Pattern.of("filtered", StatisticPatterns::filtered));

    private StatisticPatterns() {}

    private static boolean isOverPixels(Value value, Kind kind) {
        return value.task() instanceof ReduceTask reduce
                && reduce.kind() == kind
                && value.input(0).shape().rank() == 4
                && reduce.axes().equals(List.of(2, 3));
    }

    /** Mean and deviation of each channel, weighted, with batch norm and activation. */
    private static Optional<Match> style(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        if (!end.isNormedConvolution(uses) || !Patterns.isOneNorm(end.before())) {
            return Optional.empty();
        }
        var norm = end.before();
        var conv = norm.input(0);
        var window = ((ConvolveTask) conv.task()).window();
        var view = conv.input(0);
        int channels = view.shape().channels();
        boolean mixes = conv.inputs().size() == 2
                && uses.isConstant(conv.input(1))
                && conv.input(1).shape().equals(Shape.of(channels, 1, 1, 2))
                && window.groups() == channels
                && view.shape().height() == 1
                && view.shape().width() == 2
                && window.left() == 0;
        var both = Patterns.through(view);
        if (!mixes
                || !(both.task() instanceof ConcatTask(int axis))
                || axis != 2
                || both.inputs().size() != 2) {
            return Optional.empty();
        }
        var mean = Patterns.through(both.input(0));
        var deviation = Patterns.through(both.input(1));
        boolean moments = isOverPixels(mean, Kind.MEAN)
                && isOverPixels(deviation, Kind.DEVIATION)
                && mean.input(0) == deviation.input(0);
        var inner = List.of(view, both, both.input(0), both.input(1), mean, deviation);
        if (!moments || !inner.stream().allMatch(uses::isInner)) {
            return Optional.empty();
        }
        var x = mean.input(0);
        double eps = ((ReduceTask) deviation.task()).eps();
        var covered = new ArrayList<>(end.covered(root));
        covered.add(conv);
        covered.addAll(inner);
        return Optional.of(new Match(
                covered,
                List.of(x),
                (e, name) -> e.chain()
                        .view(
                                ChannelStatistics.style(
                                        e.chain(),
                                        name,
                                        Moments.of(e.chain(), mean.name(), RowMap.dense(e.tensor(x))),
                                        e.weight(conv.input(1)),
                                        e.norms(norm).getFirst(),
                                        eps,
                                        end.activation()),
                                root.shape())));
    }

    /** A norm of each channel's pixels, times a weight. */
    private static Optional<Match> norm(Value root, Uses uses) {
        if (root.task() != CombineTask.TIMES
                || root.shape().rank() != 2
                || !uses.isConstant(root.input(1))
                || root.input(1).shape().rank() != 1
                || !uses.isInner(root.input(0))) {
            return Optional.empty();
        }
        var statistic = root.input(0);
        var covered = new ArrayList<Value>(List.of(statistic));
        double eps = 0;
        var norm = ChannelStatistics.Norm.SUM;
        if (statistic.task() instanceof MapTask(UnaryFunction f, double alpha, double beta, int order)
                && f == UnaryFunction.SQRT
                && alpha == 1
                && order == 0
                && uses.isInner(statistic.input(0))
                && isOverPixels(statistic.input(0), Kind.SQUARES)) {
            eps = beta;
            norm = ChannelStatistics.Norm.L2;
            statistic = statistic.input(0);
            covered.add(statistic);
        } else if (isOverPixels(statistic, Kind.MAGNITUDES)) {
            norm = ChannelStatistics.Norm.L1;
        } else if (!isOverPixels(statistic, Kind.SUM)) {
            return Optional.empty();
        }
        var x = statistic.input(0);
        var weight = root.input(1);
        var kind = norm;
        double added = eps;
        return Optional.of(new Match(
                covered,
                List.of(x),
                (e, name) -> ChannelStatistics.norm(e.chain(), name, e.tensor(x), e.weight(weight), kind, added)));
    }

    /** {@code 1 + tanh(s gamma / norm over the channels of s + beta)}. */
    private static Optional<Match> normGate(Value root, Uses uses) {
        if (!(root.task() instanceof MapTask one)
                || one.function() != UnaryFunction.IDENTITY
                || one.alpha() != 1
                || one.beta() != 1
                || !(root.input(0).task() instanceof MapTask tanh)
                || tanh.function() != UnaryFunction.TANH
                || !tanh.isPlain()) {
            return Optional.empty();
        }
        var covered = new ArrayList<Value>();
        var at = root.input(0);
        covered.add(at);
        var sum = at.input(0);
        covered.add(sum);
        if (sum.task() != CombineTask.PLUS
                || !uses.isConstant(sum.input(1))
                || sum.input(0).task() != CombineTask.OVER) {
            return Optional.empty();
        }
        var ratio = sum.input(0);
        covered.add(ratio);
        var scaled = ratio.input(0);
        var view = ratio.input(1);
        if (scaled.task() != CombineTask.TIMES
                || !uses.isConstant(scaled.input(1))
                || !(view.task() instanceof ReshapeTask)
                || !(view.input(0).task() instanceof MapTask root2)
                || !(view.input(0).input(0).task() instanceof ReduceTask reduce)) {
            return Optional.empty();
        }
        var s = scaled.input(0);
        var mean = view.input(0);
        boolean squares = reduce.kind() == Kind.SQUARES && root2.function() == UnaryFunction.SQRT;
        boolean magnitudes = reduce.kind() == Kind.MAGNITUDES && root2.function() == UnaryFunction.IDENTITY;
        boolean fits = (squares || magnitudes)
                && root2.order() == 0
                && s.shape().rank() == 2
                && root2.alpha() == 1.0 / s.shape().dim(1)
                && reduce.axes().equals(List.of(1))
                && mean.input(0).input(0) == s;
        covered.addAll(List.of(scaled, view, mean, mean.input(0)));
        if (!fits || !covered.stream().allMatch(uses::isInner)) {
            return Optional.empty();
        }
        var gamma = scaled.input(1);
        var beta = sum.input(1);
        var kind = squares ? ChannelStatistics.Norm.L2 : ChannelStatistics.Norm.L1;
        return Optional.of(new Match(
                covered,
                List.of(s),
                (e, name) -> ChannelStatistics.gate(
                        e.chain(), name, e.tensor(s), e.weight(gamma), e.weight(beta), kind, root2.beta())));
    }

    /** Each channel times a filter as large as the map, summed; an average pooling in front goes into the filter. */
    private static Optional<Match> filtered(Value root, Uses uses) {
        if (!(root.task() instanceof ConvolveTask task)
                || root.inputs().size() != 2
                || !uses.isConstant(root.input(1))) {
            return Optional.empty();
        }
        var pooled = root.input(0);
        var map = pooled.shape();
        var weight = root.input(1);
        boolean covers = root.shape().pixels() == 1
                && task.window().groups() == map.channels()
                && weight.shape().equals(Shape.of(map.channels(), 1, map.height(), map.width()))
                && task.window().top() == 0
                && task.window().left() == 0;
        var repeated = Patterns.through(weight);
        if (!covers || !(repeated.task() instanceof ExpandTask)) {
            return Optional.empty();
        }
        var filters = repeated.input(0);
        int count = filters.shape().dim(0);
        if (filters.shape().elements() != (long) count * map.pixels()
                || repeated.shape().rank() != 4
                || repeated.shape().dim(0) != count) {
            return Optional.empty();
        }
        boolean pools = pooled.task() instanceof AveragePoolTask && uses.isInner(pooled);
        var x = pools ? pooled.input(0) : pooled;
        var perMap = Shape.of(count, 1, x.shape().height(), x.shape().width());
        var own = filters.reshape(count, 1, map.height(), map.width());
        var unpooled = pools ? Value.of(new AveragePoolInputTask((AveragePoolTask) pooled.task(), perMap), own) : own;
        return Optional.of(new Match(
                pools ? List.of(pooled) : List.of(),
                List.of(x),
                (e, name) -> e.chain()
                        .view(
                                ChannelStatistics.filtered(
                                        e.chain(),
                                        name,
                                        e.tensor(x),
                                        e.folded(unpooled)
                                                .reshaped(
                                                        count,
                                                        x.shape().height(),
                                                        x.shape().width())),
                                root.shape())));
    }
}
