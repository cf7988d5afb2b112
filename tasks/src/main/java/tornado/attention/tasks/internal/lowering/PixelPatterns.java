package tornado.attention.tasks.internal.lowering;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tornado.attention.tasks.Moments;
import tornado.attention.tasks.PixelGates;
import tornado.attention.tasks.RowMap;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.CombineTask;
import tornado.attention.tasks.graph.MapTask;
import tornado.attention.tasks.graph.ReduceTask;
import tornado.attention.tasks.graph.ReduceTask.Kind;
import tornado.attention.tasks.graph.UnaryFunction;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Pattern.Match;

/** Gates of single pixels, of rows and of columns. */
final class PixelPatterns {
    static final List<Pattern.Named> ALL = List.of(
            Pattern.of("rows and columns plus", PixelPatterns::rowsAndColumnsPlus),
            Pattern.of("rows and columns", PixelPatterns::rowsAndColumns),
            Pattern.of("distance", PixelPatterns::distance),
            Pattern.of("map", PixelPatterns::map));

    private PixelPatterns() {}

    /** A map and its gates. */
    private record Crossed(Value x, Value rows, Value columns, List<Value> covered) {
        static Optional<Crossed> of(Value root, Uses uses) {
            if (root.task() != CombineTask.TIMES
                    || root.input(0).task() != CombineTask.TIMES
                    || !uses.isInner(root.input(0))
                    || root.shape().rank() != 4) {
                return Optional.empty();
            }
            var inner = root.input(0);
            var x = inner.input(0);
            var shape = x.shape();
            var rows = Shape.of(shape.dim(0), shape.dim(1), shape.dim(2), 1);
            var columns = Shape.of(shape.dim(0), shape.dim(1), 1, shape.dim(3));
            boolean fits = root.shape().equals(shape)
                    && inner.input(1).shape().equals(columns)
                    && root.input(1).shape().equals(rows);
            return fits ? Optional.of(new Crossed(x, root.input(1), inner.input(1), List.of(inner))) : Optional.empty();
        }

        Match match(List<Value> also, boolean skip) {
            var all = new ArrayList<>(also);
            all.addAll(covered);
            return new Match(
                    all,
                    List.of(x, rows, columns),
                    (e, name) -> PixelGates.rowsAndColumns(
                            e.chain(), name, e.tensor(x), e.tensor(rows), e.tensor(columns), skip));
        }
    }

    /** {@code x columns rows + x}. */
    private static Optional<Match> rowsAndColumnsPlus(Value root, Uses uses) {
        if (root.task() != CombineTask.PLUS || !uses.isInner(root.input(0))) {
            return Optional.empty();
        }
        return Crossed.of(root.input(0), uses)
                .filter(crossed -> crossed.x() == root.input(1))
                .map(crossed -> crossed.match(List.of(root.input(0)), true));
    }

    /** {@code x columns rows}. */
    private static Optional<Match> rowsAndColumns(Value root, Uses uses) {
        return Crossed.of(root, uses).map(crossed -> crossed.match(List.of(), false));
    }

    /** {@code x a}, one map a group of channels. */
    private static Optional<Match> map(Value root, Uses uses) {
        if (root.task() != CombineTask.TIMES || root.shape().rank() != 4) {
            return Optional.empty();
        }
        var x = root.input(0);
        var a = root.input(1);
        var one = Shape.of(x.shape().dim(0), 1, x.shape().dim(2), x.shape().dim(3));
        if (!root.shape().equals(x.shape()) || !a.shape().equals(one)) {
            return Optional.empty();
        }
        return Optional.of(new Match(
                List.of(),
                root.inputs(),
                (e, name) -> PixelGates.multiplyMap(e.chain(), name, e.tensor(x), e.tensor(a))));
    }

    private static boolean isOverPixels(Value value, Kind kind) {
        return value.task() instanceof ReduceTask reduce
                && reduce.kind() == kind
                && reduce.axes().equals(List.of(2, 3));
    }

    /** {@code x sigmoid(d / (4 (sum d / (n - 1) + lambda)) + 1/2)}, d the squared distance from the mean. */
    private static Optional<Match> distance(Value root, Uses uses) {
        if (root.task() != CombineTask.TIMES
                || !(root.input(1).task() instanceof MapTask gate)
                || gate.function() != UnaryFunction.SIGMOID
                || gate.alpha() != 1
                || gate.beta() != 0.5
                || root.input(1).input(0).task() != CombineTask.OVER) {
            return Optional.empty();
        }
        var x = root.input(0);
        var ratio = root.input(1).input(0);
        var square = ratio.input(0);
        var view = ratio.input(1);
        var added = Patterns.through(view);
        if (!(square.task() instanceof MapTask f)
                || f.function() != UnaryFunction.SQUARE
                || !f.isPlain()
                || square.input(0).task() != CombineTask.MINUS
                || !(added.task() instanceof MapTask plus)
                || plus.function() != UnaryFunction.IDENTITY) {
            return Optional.empty();
        }
        var difference = square.input(0);
        var mean = Patterns.through(difference.input(1));
        var sum = added.input(0);
        boolean fits = x.shape().rank() == 4
                && difference.input(0) == x
                && isOverPixels(mean, Kind.MEAN)
                && mean.input(0) == x
                && isOverPixels(sum, Kind.SUM)
                && sum.input(0) == square
                && plus.alpha() == 4.0 / (x.shape().pixels() - 1)
                && uses.of(square).size() == 2
                && !uses.isKept(square);
        var inner = List.of(root.input(1), ratio, view, added, sum, difference, difference.input(1), mean);
        if (!fits || !inner.stream().allMatch(uses::isInner)) {
            return Optional.empty();
        }
        var covered = new ArrayList<>(inner);
        covered.add(square);
        return Optional.of(new Match(
                covered,
                List.of(x),
                (e, name) -> PixelGates.distance(
                        e.chain(),
                        name,
                        e.tensor(x),
                        Moments.of(e.chain(), mean.name(), RowMap.dense(e.tensor(x))),
                        plus.beta() / 4)));
    }
}
