package tornado.attention.tasks.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import tornado.attention.tasks.Shape;

/**
 * A statistic over some axes, which vanish.
 *
 * @param kind which one
 * @param eps added to the variance before the root; used by {@link Kind#DEVIATION} only
 * @param axes the axes, ascending
 */
public record ReduceTask(Kind kind, double eps, List<Integer> axes) implements Task {
    /** A statistic. */
    public enum Kind {
        /** The sum. */
        SUM,
        /** The mean. */
        MEAN,
        /** The sum of squares. */
        SQUARES,
        /** The sum of magnitudes. */
        MAGNITUDES,
        /** The square root of the unbiased variance plus eps. */
        DEVIATION,
        /** The largest element; its gradient goes to the first one in row-major order. */
        MAX
    }

    /** Copies the axes. */
    public ReduceTask {
        axes = List.copyOf(axes);
    }

    static ReduceTask of(Kind kind, double eps, Shape shape, int... axes) {
        var ascending = new TreeSet<Integer>();
        for (int axis : axes) {
            ascending.add(positive(shape, axis));
        }
        return new ReduceTask(kind, eps, List.copyOf(ascending));
    }

    /** An axis counted from the front. */
    static int positive(Shape shape, int axis) {
        shape.dim(axis);
        return axis < 0 ? axis + shape.rank() : axis;
    }

    @Override
    public String word() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        var kept = new ArrayList<Integer>();
        var x = inputs.getFirst();
        if (axes.isEmpty() || count(x) == 0) {
            throw new IllegalArgumentException("The " + word() + " over axes " + axes + " of a value of shape " + x
                    + " is over no element; give axes that are not empty.");
        }
        for (int axis = 0; axis < x.rank(); axis++) {
            if (!axes.contains(axis)) {
                kept.add(x.dim(axis));
            }
        }
        return Shape.of(kept.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Elements that one result is made of. */
    public int count(Shape x) {
        return axes.stream().mapToInt(x::dim).reduce(1, Math::multiplyExact);
    }

    /** The shape of the input with extent 1 along the axes. */
    Shape kept(Shape x) {
        var extents = x.dims();
        axes.forEach(axis -> extents[axis] = 1);
        return Shape.of(extents);
    }

    @Override
    public Array evaluate(List<Array> inputs, boolean training) {
        var x = inputs.getFirst();
        var y = Array.zeros(shape(List.of(x.shape())));
        int count = count(x.shape());
        var strides = Walk.broadcast(kept(x.shape()), x.shape());
        var mean = new double[y.values().length];
        if (kind == Kind.MAX) {
            Arrays.fill(y.values(), Double.NEGATIVE_INFINITY);
        }
        if (kind == Kind.DEVIATION) {
            Walk.over(x.shape(), 0, strides, (i, to, none) -> mean[to] += x.values()[i] / count);
        }
        Walk.over(x.shape(), 0, strides, (i, to, none) -> {
            double value = x.values()[i];
            y.values()[to] = switch (kind) {
                case SUM, MEAN -> y.values()[to] + value;
                case SQUARES -> y.values()[to] + value * value;
                case MAGNITUDES -> y.values()[to] + Math.abs(value);
                case DEVIATION -> y.values()[to] + (value - mean[to]) * (value - mean[to]);
                case MAX -> Math.max(y.values()[to], value);
            };
        });
        return switch (kind) {
            case MEAN -> y.map(v -> v / count);
            case DEVIATION -> y.map(v -> Math.sqrt(v / (count - 1) + eps));
            default -> y;
        };
    }

    @Override
    public List<Value> adjoint(List<Value> inputs, Value output, Value gradient, boolean training) {
        var x = inputs.getFirst();
        int count = count(x.shape());
        var kept = kept(x.shape()).dims();
        var g = gradient.reshape(kept);
        return List.of(
                switch (kind) {
                    case SUM -> Value.of(new ExpandTask(x.shape()), g);
                    case MEAN -> Value.of(new ExpandTask(x.shape()), g.times(1.0 / count));
                    case SQUARES -> x.times(g.times(2));
                    case MAGNITUDES ->
                        Value.of(new MapTask(UnaryFunction.ABS, 1, 0, 1), x).times(g);
                    case DEVIATION -> {
                        // Where nothing deviates the gradient is 0, as in PyTorch, not 0 / 0.
                        var one = Value.of(new Constant("one", new Array(Shape.of(), new double[] {1})));
                        var safe = output.plus(Value.of(CombineTask.UNLESS, one, output));
                        var slope = g.over(safe.reshape(kept)).times(1.0 / (count - 1));
                        yield x.minus(x.mean(ints(axes)).reshape(kept)).times(slope);
                    }
                    case MAX -> Value.of(new FirstMaxTask(axes), x).times(g);
                });
    }

    static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }
}
