package tornado.attention.tasks.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.Shape;
import tornado.attention.testing.RandomCases;

/** Random cases of every task: for its adjoint, and for the kernels that make it. */
public final class TaskCases {
    private TaskCases() {}

    /** Draws the inputs of one case: shapes, and the value made of them. */
    public interface Draw {
        /** The next case. */
        Case next(RandomCases random);
    }

    /** Shapes of the inputs, and the value made of them. */
    public record Case(List<Shape> shapes, Function<List<Value>, Value> formula, boolean training) {
        public static Case of(Function<List<Value>, Value> formula, Shape... shapes) {
            return new Case(List.of(shapes), formula, false);
        }
    }

    /** Cases of one task. */
    public record Named(String name, Draw draw) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Shape map(RandomCases random) {
        return Shape.of(random.between(1, 2), random.between(1, 4), random.between(1, 5), random.between(1, 4));
    }

    public static Stream<Named> all() {
        var all = new ArrayList<Named>();
        for (var kind : ReduceTask.Kind.values()) {
            all.add(new Named("reduce " + kind, random -> {
                var axes = random.oneOf(new int[] {2, 3}, new int[] {1}, new int[] {0, 2, 3}, new int[] {-1});
                var shape = Shape.of(2, 3, random.between(2, 4), random.between(2, 4));
                return Case.of(in -> in.get(0).reduce(kind, 1e-3, axes), shape);
            }));
        }
        for (var task : EnumSet.range(CombineTask.PLUS, CombineTask.OVER)) {
            all.add(new Named("combine " + task, random -> {
                var x = map(random);
                var y = random.oneOf(
                        x,
                        Shape.of(x.batch(), x.channels(), 1, 1),
                        Shape.of(x.batch(), 1, x.height(), x.width()),
                        Shape.of(x.width()),
                        Shape.of());
                boolean turned = random.flag();
                return Case.of(in -> Value.of(task, turned ? in.reversed() : in), x, y);
            }));
        }
        all.add(new Named("cross entropy", random -> {
            int rows = random.between(1, 4);
            int classes = random.between(1, 5);
            var labels = Array.zeros(Shape.of(rows));
            for (int r = 0; r < rows; r++) {
                labels.values()[r] = random.between(0, classes - 1);
            }
            var weights = new ArrayList<Double>();
            for (int k = 0; k < classes && classes > 2; k++) {
                weights.add(0.5 + k);
            }
            var task = new CrossEntropyTask(random.flag() ? 0 : 0.3, weights);
            return Case.of(
                    in -> Value.of(task, in.get(0), Value.of(new Constant("labels", labels))), Shape.of(rows, classes));
        }));
        all.add(new Named("softmax behind a mask", random -> {
            var mask = Array.zeros(Shape.of(2, 5));
            for (int i = 0; i < 10; i++) {
                mask.values()[i] = i % 5 == random.between(0, 4) || random.flag() ? 0 : 1;
            }
            mask.values()[1] = 0;
            mask.values()[7] = 0;
            var hidden = Value.of(new Constant("mask", mask));
            return Case.of(in -> Value.of(CombineTask.HIDE, in.get(0), hidden).softmax(1), Shape.of(2, 5));
        }));
        all.add(new Named("attention", random -> {
            int heads = random.between(1, 2);
            int depth = heads * random.between(1, 3);
            int width = heads * random.between(1, 3);
            int queries = random.between(1, 4);
            int keys = random.between(1, 4);
            boolean weighted = random.flag();
            boolean biased = random.flag();
            boolean tokens = weighted || biased || heads > 1 || random.flag();
            boolean linear = !tokens && random.flag();
            double scale = tokens ? 1 / Math.sqrt(depth / heads) : 0.7;
            var task = new AttendTask(
                    linear ? AttendTask.Kind.LINEAR : AttendTask.Kind.SOFTMAX,
                    tokens ? AttendTask.Layout.TOKENS : AttendTask.Layout.CHANNELS,
                    heads,
                    scale,
                    weighted,
                    biased,
                    false,
                    0,
                    0,
                    null);
            var shapes = new ArrayList<>(
                    tokens
                            ? List.of(Shape.of(2, queries, depth), Shape.of(2, keys, depth), Shape.of(2, keys, width))
                            : List.of(Shape.of(2, depth, queries), Shape.of(2, depth, keys), Shape.of(2, width, keys)));
            if (weighted) {
                shapes.add(Shape.of(random.between(1, 2), 1, queries, keys));
            }
            if (biased) {
                shapes.add(Shape.of(heads, queries, 1));
            }
            return new Case(List.copyOf(shapes), in -> Value.of(task, in), false);
        }));
        all.add(new Named("attention of one value to itself", random -> {
            var task = AttendTask.ofMaps(AttendTask.Kind.SOFTMAX, 0.7);
            return Case.of(
                    in -> Value.of(task, in.get(0), in.get(0), in.get(0)),
                    Shape.of(2, random.between(1, 3), random.between(1, 4)));
        }));
        all.add(new Named(
                "pairs",
                random -> Case.of(
                        in -> Value.of(new PairsTask(), in),
                        Shape.of(2, random.between(1, 4), 2, random.between(1, 3)))));
        all.add(new Named("square root", random -> {
            int n = random.between(1, 4);
            var task = new SquareRootTask(random.between(1, 4));
            return Case.of(
                    in -> {
                        var a = in.get(0).product(false, in.get(0), true, 1.0 / (n + 1));
                        return Value.of(task, a);
                    },
                    Shape.of(2, n, n + 1));
        }));
        all.add(new Named("codewords", random -> {
            int depth = random.between(1, 3);
            int codes = random.between(1, 3);
            return Case.of(
                    in -> Value.of(new EncodeTask(), in),
                    Shape.of(2, depth, random.between(1, 4)),
                    Shape.of(codes, depth),
                    Shape.of(codes));
        }));
        all.add(new Named("recurrent cell", random -> {
            int hidden = random.between(1, 3);
            return Case.of(
                    in -> Value.of(new RecurTask(), in),
                    Shape.of(2, 4 * hidden),
                    Shape.of(2, 4 * hidden),
                    Shape.of(2, hidden));
        }));
        all.add(new Named("additive attention", random -> {
            int keys = random.between(1, 4);
            var task = AttendTask.ofMaps(AttendTask.Kind.ADDITIVE, 1.0 / keys);
            return Case.of(in -> Value.of(task, in), Shape.of(2, 1, 3), Shape.of(2, 1, keys), Shape.of(2, 2, keys));
        }));
        all.add(new Named("product", random -> {
            int m = random.between(1, 4);
            int k = random.between(1, 4);
            int n = random.between(1, 4);
            boolean ta = random.flag();
            boolean tb = random.flag();
            return Case.of(
                    in -> in.get(0).product(ta, in.get(1), tb, 0.7),
                    ta ? Shape.of(2, k, m) : Shape.of(2, m, k),
                    tb ? Shape.of(2, n, k) : Shape.of(2, k, n));
        }));
        all.add(new Named("linear", random -> {
            int width = random.between(1, 5);
            int outputs = random.between(1, 5);
            var weight = random.flag() ? Shape.of(outputs, width) : Shape.of(outputs, width, 1, 1);
            return Case.of(
                    in -> in.get(0).linear(in.get(1), in.get(2)), Shape.of(2, 3, width), weight, Shape.of(outputs));
        }));
        all.add(new Named("convolve", random -> {
            int groups = random.between(1, 2);
            int kernel = random.between(1, 3);
            var window = new Window(random.between(1, 3), random.between(0, 2), random.between(0, 2), 1, groups)
                    .dilated(random.between(1, 2));
            var x = Shape.of(2, 2 * groups, random.between(5, 7), random.between(5, 6));
            int outputs = groups * random.between(1, 2);
            return Case.of(
                    in -> in.get(0).convolve(in.get(1), in.get(2), window),
                    x,
                    Shape.of(outputs, 2, kernel, random.between(1, 3)),
                    Shape.of(outputs));
        }));
        all.add(new Named("gradients of a convolution", random -> {
            int groups = random.between(1, 2);
            var window = new Window(random.between(1, 2), 1, 1, 1, groups);
            var x = Shape.of(1, 2 * groups, 4, 5);
            var w = Shape.of(groups * random.between(3, 4), 2, 3, 3);
            var y = Taps.output(x, w, window);
            return random.flag()
                    ? Case.of(in -> Value.of(new ConvolveInputTask(window, x), in), y, w)
                    : Case.of(in -> Value.of(new ConvolveWeightTask(window, w), in), x, y);
        }));
        all.add(new Named(
                "reshape, transpose, slice, pad",
                random -> Case.of(
                        in -> Value.of(
                                        new PadTask(1, 1, 2, 9),
                                        in.get(0)
                                                .transpose(2, 0, 1)
                                                .slice(1, 0, 2)
                                                .reshape(-1, 3))
                                .every(1, 2),
                        Shape.of(2, 3, random.between(1, 3)))));
        all.add(new Named("concat", random -> {
            int axis = random.between(0, 2);
            var a = new int[] {2, 3, 2};
            a[axis] = random.between(1, 4);
            return Case.of(in -> Value.concat(axis, in), Shape.of(2, 3, 2), Shape.of(a));
        }));
        all.add(new Named("stack", random -> Case.of(in -> Value.stack(1, in), Shape.of(2, 3), Shape.of(2, 3))));
        all.add(new Named(
                "select",
                random -> Case.of(
                        in -> Value.of(
                                new SelectTask(1, List.of(List.of(2), List.of(0, 1, 2), List.of(), List.of(0))), in),
                        Shape.of(2, 3, random.between(1, 3)))));
        all.add(new Named("max pool", random -> {
            int size = random.between(1, 3);
            var task = new MaxPoolTask(size, random.between(1, 3), random.between(0, size / 2));
            return Case.of(in -> Value.of(task, in), Shape.of(2, 2, random.between(3, 6), random.between(3, 6)));
        }));
        all.add(new Named(
                "average pool",
                random -> Case.of(
                        in -> Value.of(new AveragePoolTask(random.between(1, 4), 2), in),
                        Shape.of(2, 2, random.between(1, 7), random.between(1, 5)))));
        all.add(new Named("softmax", random -> {
            int axis = random.between(0, 2);
            return Case.of(in -> in.get(0).softmax(axis), Shape.of(2, 3, random.between(1, 4)));
        }));
        all.add(new Named("layer norm", random -> {
            int width = random.between(2, 5);
            return Case.of(
                    in -> Value.of(new LayerNormTask(1e-3), in),
                    Shape.of(2, 3, width),
                    Shape.of(width),
                    Shape.of(width));
        }));
        all.add(new Named("layer norm's gradient", random -> {
            int width = random.between(2, 5);
            var x = Shape.of(random.between(1, 40), 3, width);
            return Case.of(in -> Value.of(new LayerNormInputTask(1e-3), in), x, x, Shape.of(width));
        }));
        all.add(new Named("layer norm's gradient of its weights", random -> {
            var x = Shape.of(random.between(1, 40), 3, random.between(2, 5));
            return Case.of(in -> Value.of(new LayerNormWeightTask(1e-3), in), x, x);
        }));
        all.add(new Named("softmax's gradient", random -> {
            int axis = random.between(0, 2);
            var x = Shape.of(2, 3, random.between(1, 4));
            return Case.of(in -> Value.of(new SoftmaxInputTask(axis), in), x, x);
        }));
        for (boolean training : new boolean[] {false, true}) {
            all.add(new Named("batch norm, training " + training, random -> {
                var x = Shape.of(2, random.between(1, 3), random.between(1, 3), random.between(1, 3));
                var c = Shape.of(x.channels());
                return new Case(
                        List.of(x, c, c),
                        in -> Value.of(
                                new BatchNormTask(1e-3, 0.1),
                                in.get(0),
                                in.get(1),
                                in.get(2),
                                constant(c, 0.3),
                                constant(c, 1.7),
                                constant(Shape.of(), 0)),
                        training);
            }));
        }
        all.add(new Named(
                "a value used twice",
                random -> Case.of(
                        in -> in.get(0)
                                .times(in.get(0).mean(1).sigmoid().reshape(2, 1))
                                .plus(in.get(0)),
                        Shape.of(2, 3))));
        return all.stream();
    }

    private static Value constant(Shape shape, double value) {
        var elements = Array.zeros(shape);
        Arrays.fill(elements.values(), value);
        return Value.of(new Constant("constant", elements));
    }

    /** Magnitudes from 0.3 to 2: no kink, no pole within a step. */
    public static Array noise(Shape shape, RandomCases random) {
        var array = Array.zeros(shape);
        for (int i = 0; i < array.values().length; i++) {
            array.values()[i] = (random.flag() ? 1 : -1) * (0.3 + 1.7 * random.between(0, 1_000_000) / 1e6);
        }
        return array;
    }
}
