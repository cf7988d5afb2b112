package tornado.attention.tasks.internal.lowering;

import static tornado.attention.tasks.Step.out;

import java.util.List;
import java.util.stream.IntStream;
import tornado.attention.kernels.Activations;
import tornado.attention.kernels.AdaptivePooling;
import tornado.attention.kernels.AxisReduction;
import tornado.attention.kernels.Gather;
import tornado.attention.kernels.Losses;
import tornado.attention.kernels.MaxPooling;
import tornado.attention.kernels.Strided;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Affine;
import tornado.attention.tasks.Axis;
import tornado.attention.tasks.BatchNorm;
import tornado.attention.tasks.BilinearPooling;
import tornado.attention.tasks.ChannelStatistics;
import tornado.attention.tasks.CodewordEncoding;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.ConvolutionBackward;
import tornado.attention.tasks.Dropout;
import tornado.attention.tasks.FeatureSlice;
import tornado.attention.tasks.MaxPool;
import tornado.attention.tasks.Normalization;
import tornado.attention.tasks.Projection;
import tornado.attention.tasks.Rearrangement;
import tornado.attention.tasks.SecondOrder;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.SpatialAttention;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.graph.AttendTask;
import tornado.attention.tasks.graph.AveragePoolInputTask;
import tornado.attention.tasks.graph.AveragePoolTask;
import tornado.attention.tasks.graph.BatchNormInputTask;
import tornado.attention.tasks.graph.BatchNormStatisticsTask;
import tornado.attention.tasks.graph.BatchNormTask;
import tornado.attention.tasks.graph.CombineTask;
import tornado.attention.tasks.graph.ConcatTask;
import tornado.attention.tasks.graph.ConvolveInputTask;
import tornado.attention.tasks.graph.ConvolveTask;
import tornado.attention.tasks.graph.ConvolveWeightTask;
import tornado.attention.tasks.graph.CrossEntropyInputTask;
import tornado.attention.tasks.graph.CrossEntropyTask;
import tornado.attention.tasks.graph.DropoutTask;
import tornado.attention.tasks.graph.EncodeTask;
import tornado.attention.tasks.graph.ExpandTask;
import tornado.attention.tasks.graph.FirstMaxTask;
import tornado.attention.tasks.graph.LayerNormInputTask;
import tornado.attention.tasks.graph.LayerNormTask;
import tornado.attention.tasks.graph.LayerNormWeightTask;
import tornado.attention.tasks.graph.LinearTask;
import tornado.attention.tasks.graph.MapTask;
import tornado.attention.tasks.graph.MaxPoolInputTask;
import tornado.attention.tasks.graph.MaxPoolTask;
import tornado.attention.tasks.graph.PadTask;
import tornado.attention.tasks.graph.PairsTask;
import tornado.attention.tasks.graph.ProductTask;
import tornado.attention.tasks.graph.ReduceTask;
import tornado.attention.tasks.graph.ReshapeTask;
import tornado.attention.tasks.graph.SelectTask;
import tornado.attention.tasks.graph.SliceTask;
import tornado.attention.tasks.graph.SoftmaxInputTask;
import tornado.attention.tasks.graph.SoftmaxTask;
import tornado.attention.tasks.graph.SquareRootTask;
import tornado.attention.tasks.graph.TransposeTask;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Pattern.Match;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Each task by kernels of its own, for any shape: what no pattern takes. */
final class Single {
    /** So many selected entries are copied by a kernel each; more by one that looks each up. */
    private static final int FEW_ENTRIES = 4;

    private Single() {}

    static Match match(Value value) {
        var needs = value.task() instanceof AttendTask
                ? value.inputs().stream().map(AttentionPatterns::base).toList()
                : value.inputs();
        return new Match(List.of(), needs, (e, name) -> emit(e, name, value));
    }

    private static Tensor emit(Emission e, String name, Value v) {
        var chain = e.chain();
        return switch (v.task()) {
            case ReshapeTask task -> e.view(v.input(0), task.target());
            case MapTask task -> map(chain, name, e.tensor(v.input(0)), task);
            case CombineTask task -> combine(chain, name, e.tensor(v.input(0)), e.tensor(v.input(1)), task, v.shape());
            case ReduceTask task -> reduce(chain, name, e.tensor(v.input(0)), task, v.shape());
            case ExpandTask task -> {
                var x = e.tensor(v.input(0));
                yield copied(chain, name, x, 0, broadcast(x.shape(), task.target()), task.target());
            }
            case TransposeTask task -> transpose(chain, name, e.tensor(v.input(0)), task, v.shape());
            case SliceTask task -> slice(chain, name, e.tensor(v.input(0)), task, v.shape());
            case PadTask task -> pad(chain, name, e.tensor(v.input(0)), task, v.shape());
            case ConcatTask task -> concat(e, name, v, task);
            case SelectTask task -> select(chain, name, e.tensor(v.input(0)), task, v.shape());
            case SoftmaxTask task -> Axis.softmax(chain, name, e.tensor(v.input(0)), task.axis());
            case LayerNormTask task ->
                Normalization.layerNorm(
                        chain,
                        name,
                        e.tensor(v.input(0)),
                        e.weight(v.input(1)),
                        e.weight(v.input(2)),
                        task.eps(),
                        Activation.IDENTITY);
            case BatchNormTask task ->
                BatchNorm.apply(chain, name, e.tensor(v.input(0)), e.norms(v), Activation.IDENTITY);
            case LinearTask task ->
                Projection.linear(
                        chain,
                        name,
                        e.tensor(v.input(0)),
                        e.weight(v.input(1)),
                        e.weightOrNull(v.inputs(), 2),
                        Activation.IDENTITY);
            case ConvolveTask task ->
                Convolution.apply(
                        chain,
                        name,
                        e.tensor(v.input(0)),
                        new Convolution.Layer(e.weight(v.input(1)), e.weightOrNull(v.inputs(), 2), null, task.window()),
                        Activation.IDENTITY);
            case ProductTask task -> product(chain, name, e.tensor(v.input(0)), e.tensor(v.input(1)), task, v.shape());
            case MaxPoolTask task -> maxPool(chain, name, e.tensor(v.input(0)), task, v.shape());
            case AveragePoolTask task ->
                ChannelStatistics.adaptiveAverage(chain, name, e.tensor(v.input(0)), task.height(), task.width());
            case DropoutTask task -> {
                var x = e.tensor(v.input(0));
                yield Dropout.drops(chain, task.rate())
                        ? Dropout.apply(chain, name, x, task.rate(), e.stream(task, name))
                        : x;
            }
            case FirstMaxTask task -> firstMax(chain, name, e.tensor(v.input(0)), task);
            case ConvolveInputTask task ->
                ConvolutionBackward.input(
                        chain, name, e.tensor(v.input(0)), e.tensor(v.input(1)), task.window(), task.target());
            case ConvolveWeightTask task ->
                ConvolutionBackward.weight(
                        chain, name, e.tensor(v.input(0)), e.tensor(v.input(1)), task.window(), task.target());
            case BatchNormStatisticsTask task ->
                BatchNorm.statistics(chain, name, e.tensor(v.input(0)), e.tensor(v.input(1)), task.eps());
            case BatchNormInputTask task ->
                BatchNorm.input(
                        chain,
                        name,
                        e.tensor(v.input(0)),
                        e.tensor(v.input(1)),
                        e.tensor(v.input(2)),
                        e.tensor(v.input(3)));
            case MaxPoolInputTask task ->
                maxPoolInput(chain, name, e.tensor(v.input(0)), e.tensor(v.input(1)), task.pool());
            case AveragePoolInputTask task -> averagePoolInput(chain, name, e.tensor(v.input(0)), task);
            case CrossEntropyTask task -> crossEntropy(chain, name, e.tensor(v.input(0)), e.tensor(v.input(1)), task);
            case CrossEntropyInputTask task ->
                crossEntropyInput(
                        chain, name, e.tensor(v.input(0)), e.tensor(v.input(1)), e.tensor(v.input(2)), task.loss());
            case SquareRootTask task -> SecondOrder.squareRoot(chain, name, e.tensor(v.input(0)), task.iterations());
            case EncodeTask task ->
                CodewordEncoding.encode(chain, name, e.tensor(v.input(0)), e.weight(v.input(1)), e.weight(v.input(2)));
            case PairsTask task -> {
                int channels = v.input(0).shape().dim(1);
                var x = e.tensor(v.input(0));
                var first = SelectTask.of(1, BilinearPooling.channels(channels, 0));
                var second = SelectTask.of(1, BilinearPooling.channels(channels, 1));
                var a = select(chain, name + ".first", x, first, v.shape());
                var b = select(chain, name + ".second", x, second, v.shape());
                yield combine(chain, name, a, b, CombineTask.TIMES, v.shape());
            }
            case AttendTask task -> AttentionPatterns.emit(e, name, v, task);
            case LayerNormInputTask task ->
                Normalization.layerNormInput(
                        chain, name, e.tensor(v.input(0)), e.tensor(v.input(1)), e.tensor(v.input(2)), task.eps());
            case LayerNormWeightTask task ->
                Normalization.layerNormWeight(chain, name, e.tensor(v.input(0)), e.tensor(v.input(1)), task.eps());
            case SoftmaxInputTask task ->
                Normalization.softmaxInput(chain, name, e.tensor(v.input(0)), e.tensor(v.input(1)));
            default ->
                throw new UnsupportedOperationException("Task '" + name + "' is a "
                        + v.task().word() + " of " + v.inputs() + ", for which there is no kernel.");
        };
    }

    private static Tensor map(TaskChain chain, String name, Tensor x, MapTask task) {
        var y = chain.tensor(name, x.shape());
        int n = x.elements();
        int code = task.function().code();
        if (task.order() == 1) {
            chain.step(name).launch(Activations::slope, x, out(y), n, code, (float) task.alpha(), (float) task.beta());
        } else if (task.isPlain()) {
            chain.step(name).launch(Activations::elementwise, x, out(y), n, code);
        } else {
            chain.step(name).launch(Activations::affine, x, out(y), n, code, (float) task.alpha(), (float) task.beta());
        }
        return y;
    }

    private static Tensor combine(TaskChain chain, String name, Tensor a, Tensor b, CombineTask task, Shape shape) {
        var y = chain.tensor(name, shape);
        int operation = switch (task) {
            case PLUS -> Strided.PLUS;
            case MINUS -> Strided.MINUS;
            case TIMES -> Strided.TIMES;
            case OVER -> Strided.OVER;
            case HIDE -> -1;
            case UNLESS -> Strided.UNLESS;
        };
        var left = broadcast(a.shape(), shape);
        var right = broadcast(b.shape(), shape);
        var rows = CommonAxes.of(shape, left, right);
        if (rows.isPresent() && task != CombineTask.HIDE) {
            var n = rows.get().extents();
            var p = rows.get().strides().get(0);
            var q = rows.get().strides().get(1);
            chain.step(name)
                    .launch(
                            Strided::combineRows,
                            a,
                            b,
                            out(y),
                            n[0],
                            n[1],
                            n[2],
                            p[0],
                            p[1],
                            p[2],
                            q[0],
                            q[1],
                            q[2],
                            operation);
            return y;
        }
        var layout = new Layout(name, shape).and(0, left).and(0, right);
        if (task == CombineTask.HIDE) {
            var hidden = chain.weight(chain.derived(
                    CombineTask.HIDE, "hidden", Shape.of(1), () -> FloatArray.fromElements(Float.NEGATIVE_INFINITY)));
            chain.step(name).launch(Strided::hide, a, b, hidden, out(y), layout.table(chain), y.elements());
        } else {
            chain.step(name).launch(Strided::combine, a, b, out(y), layout.table(chain), y.elements(), operation);
        }
        return y;
    }

    static Tensor reduce(TaskChain chain, String name, Tensor x, ReduceTask task, Shape shape) {
        var axes = task.axes();
        boolean together = axes.getLast() - axes.getFirst() == axes.size() - 1;
        boolean sums = task.kind() == ReduceTask.Kind.SUM || task.kind() == ReduceTask.Kind.MEAN;
        if (!together && sums) {
            // The last axes that lie together first: what is left to sum is little.
            int from = axes.size() - 1;
            while (axes.get(from - 1) == axes.get(from) - 1) {
                from--;
            }
            var last = new ReduceTask(task.kind(), task.eps(), axes.subList(from, axes.size()));
            var inner = reduce(chain, name + ".inner", x, last, last.shape(List.of(x.shape())));
            return reduce(chain, name, inner, new ReduceTask(task.kind(), task.eps(), axes.subList(0, from)), shape);
        }
        if (!together) {
            var turned = new TransposeTask(behind(axes, x.shape().rank()));
            var front = transpose(chain, name + ".turned", x, turned, turned.shape(List.of(x.shape())));
            int rank = x.shape().rank();
            var last = IntStream.range(rank - axes.size(), rank).boxed().toList();
            return reduce(chain, name, front, new ReduceTask(task.kind(), task.eps(), last), shape);
        }
        int length = task.count(x.shape());
        var split = Patterns.split(x.shape(), axes.getFirst());
        int outer = split[0];
        int inner = x.elements() / (outer * length);
        var y = chain.tensor(name, shape);
        float factor = task.kind() == ReduceTask.Kind.MEAN ? 1f / length : 1f;
        int kind = switch (task.kind()) {
            case SUM, MEAN -> AxisReduction.SUM;
            case SQUARES -> AxisReduction.SQUARES;
            case MAGNITUDES -> AxisReduction.MAGNITUDES;
            case MAX -> AxisReduction.MAX;
            case DEVIATION -> -1;
        };
        if (kind < 0) {
            chain.step(name).launch(AxisReduction::deviation, x, out(y), outer, length, inner, (float) task.eps());
        } else if (inner > 1) {
            chain.step(name).launch(AxisReduction::apply, x, out(y), outer, length, inner, kind, factor);
        } else if (kind == AxisReduction.MAX) {
            chain.step(name).launch(AxisReduction::largest, x, out(y), outer, length);
        } else {
            chain.step(name).launch(AxisReduction::rows, x, out(y), outer, length, kind, factor);
        }
        return y;
    }

    /** All axes, those that stay in front of some. */
    private static List<Integer> behind(List<Integer> axes, int rank) {
        return IntStream.range(0, rank)
                .boxed()
                .sorted((a, b) -> Boolean.compare(axes.contains(a), axes.contains(b)))
                .toList();
    }

    private static Tensor transpose(TaskChain chain, String name, Tensor x, TransposeTask task, Shape shape) {
        if (task.order().equals(List.of(0, 2, 1))) {
            return Rearrangement.transpose(chain, name, FeatureSlice.of(x));
        }
        return copied(chain, name, x, 0, task.strides(x.shape()), shape);
    }

    static Tensor slice(TaskChain chain, String name, Tensor x, SliceTask task, Shape shape) {
        var strides = strides(x.shape());
        int first = task.from() * strides[task.axis()];
        if (task.step() == 1) {
            var split = Patterns.split(x.shape(), task.axis());
            var y = chain.tensor(name, shape);
            var step = chain.step(name).extraBytes(y.bytes() - x.bytes());
            if (split[0] == 1) {
                step.launch(Gather::range, x, out(y), y.elements(), first, 0);
            } else {
                int count = task.count() * split[2];
                step.launch(Gather::blocks, x, out(y), split[0], count, split[1] * split[2], first, count, 0);
            }
            return y;
        }
        strides[task.axis()] *= task.step();
        return copied(chain, name, x, first, strides, shape);
    }

    /** A tensor read with strides of its own, written without gaps. */
    private static Tensor copied(TaskChain chain, String name, Tensor x, int first, int[] strides, Shape shape) {
        var y = chain.tensor(name, shape);
        var rows = CommonAxes.of(shape, strides);
        if (rows.isPresent()) {
            var n = rows.get().extents();
            var p = rows.get().strides().getFirst();
            chain.step(name)
                    .extraBytes(y.bytes() - x.bytes())
                    .launch(Strided::copyRows, x, out(y), first, n[0], n[1], n[2], p[0], p[1], p[2]);
            return y;
        }
        var layout = new Layout(name, shape).and(first, strides).and(0, strides(shape));
        chain.step(name)
                .extraBytes(y.bytes() - x.bytes())
                .launch(Strided::copy, x, out(y), layout.table(chain), y.elements());
        return y;
    }

    private static Tensor pad(TaskChain chain, String name, Tensor x, PadTask task, Shape shape) {
        var y = chain.tensor(name, shape);
        var split = Patterns.split(x.shape(), task.axis());
        chain.step(name)
                .launch(Strided::pad, x, out(y), split[0], split[1], split[2], task.extent(), task.from(), task.step());
        return y;
    }

    private static Tensor concat(Emission e, String name, Value v, ConcatTask task) {
        return v.inputs().size() == 1
                ? e.tensor(v.input(0))
                : joined(e.chain(), name, v.inputs().stream().map(e::tensor).toList(), v.shape(), task.axis());
    }

    /** Tensors one behind the other along an axis. */
    static Tensor joined(TaskChain chain, String name, List<Tensor> parts, Shape shape, int axis) {
        var y = chain.tensor(name, shape);
        var split = Patterns.split(shape, axis);
        int at = 0;
        for (int i = 0; i < parts.size(); i++) {
            var part = parts.get(i);
            int to = at * split[2];
            int count = part.elements() / split[0];
            var step = chain.step(name + "." + i).extraBytes(part.bytes() - y.bytes());
            if (split[0] == 1) {
                step.launch(Gather::range, part, out(y), count, 0, to);
            } else {
                step.launch(Gather::blocks, part, out(y), split[0], count, count, 0, split[1] * split[2], to);
            }
            at += part.shape().dim(axis);
        }
        return y;
    }

    private static Tensor select(TaskChain chain, String name, Tensor x, SelectTask task, Shape shape) {
        boolean many = task.lists().size() > FEW_ENTRIES && Patterns.split(x.shape(), task.axis())[2] > 1;
        if (!task.isPlain() || many) {
            return selectedSums(chain, name, x, task, shape);
        }
        var split = Patterns.split(x.shape(), task.axis());
        var y = chain.tensor(name, shape);
        var target = strides(shape);
        var source = strides(x.shape());
        var one = shape.dims();
        one[task.axis()] = 1;
        if (split[2] == 1) {
            var indices =
                    chain.table(task.lists().stream().mapToInt(List::getFirst).toArray());
            chain.step(name)
                    .extraBytes(y.bytes() + 4L * task.lists().size() - x.bytes())
                    .launch(
                            Gather::rows,
                            x,
                            indices,
                            out(y),
                            split[0],
                            split[1],
                            task.lists().size());
            return y;
        }
        for (int i = 0; i < task.lists().size(); i++) {
            int from = task.lists().get(i).getFirst() * source[task.axis()];
            var layout = new Layout(name, Shape.of(one)).and(from, source).and(i * target[task.axis()], target);
            chain.step(name + "." + i)
                    .launch(
                            Strided::copy,
                            x,
                            out(y),
                            layout.table(chain),
                            y.elements() / task.lists().size());
        }
        return y;
    }

    /** Sums of selected entries: the lists one behind the other, and where each begins. */
    private static Tensor selectedSums(TaskChain chain, String name, Tensor x, SelectTask task, Shape shape) {
        int count = task.lists().size();
        var starts = new int[count + 1];
        for (int i = 0; i < count; i++) {
            starts[i + 1] = starts[i] + task.lists().get(i).size();
        }
        var entries = task.lists().stream()
                .flatMap(List::stream)
                .mapToInt(Integer::intValue)
                .toArray();
        var split = Patterns.split(x.shape(), task.axis());
        var y = chain.tensor(name, shape);
        var table = chain.table(entries.length == 0 ? new int[] {0} : entries);
        var firsts = chain.table(starts);
        chain.step(name).launch(Gather::sums, x, table, firsts, out(y), split[0], split[1], split[2], count);
        return y;
    }

    private static Tensor product(TaskChain chain, String name, Tensor a, Tensor b, ProductTask task, Shape shape) {
        int rank = shape.rank();
        int batch = Math.toIntExact(shape.elements() / ((long) shape.dim(-2) * shape.dim(-1)));
        var left = chain.view(a, Shape.of(batch, a.shape().dim(-2), a.shape().dim(-1)));
        var right = chain.view(b, Shape.of(batch, b.shape().dim(-2), b.shape().dim(-1)));
        int inner = a.shape().dim(task.turnedA() ? -2 : -1);
        if (inner == 1 && task.alpha() == 1) {
            var outer = Shape.of(batch, shape.dim(-2), shape.dim(-1));
            var column = chain.view(a, Shape.of(batch, shape.dim(-2), 1));
            var row = chain.view(b, Shape.of(batch, 1, shape.dim(-1)));
            var all = combine(chain, name, column, row, CombineTask.TIMES, outer);
            return rank == 3 ? all : chain.view(all, shape);
        }
        // Kernels take the second side as it is stored, and the first one either way.
        var turned = task.turnedB() ? Rearrangement.transpose(chain, name + ".b", FeatureSlice.of(right)) : right;
        var y = task.turnedA()
                ? SpatialAttention.scores(chain, name, FeatureSlice.of(left), FeatureSlice.of(turned), task.alpha())
                : SpatialAttention.product(chain, name, FeatureSlice.of(left), FeatureSlice.of(turned), task.alpha());
        return rank == 3 ? y : chain.view(y, shape);
    }

    private static Tensor maxPool(TaskChain chain, String name, Tensor x, MaxPoolTask task, Shape shape) {
        if (task.padding() == 0) {
            return MaxPool.inside(chain, name, x, task.size(), task.stride());
        }
        var y = chain.tensor(name, shape);
        int planes = shape.batch() * shape.channels();
        Task10<FloatArray, FloatArray, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer> kernel =
                2 * task.padding() < task.size() ? MaxPooling::centred : MaxPooling::padded;
        chain.step(name)
                .launch(
                        kernel,
                        x,
                        out(y),
                        planes,
                        x.shape().height(),
                        x.shape().width(),
                        shape.height(),
                        shape.width(),
                        task.size(),
                        task.stride(),
                        task.padding());
        return y;
    }

    private static Tensor firstMax(TaskChain chain, String name, Tensor x, FirstMaxTask task) {
        var axes = task.axes();
        if (axes.getLast() - axes.getFirst() != axes.size() - 1) {
            var turned = new TransposeTask(behind(axes, x.shape().rank()));
            var front = transpose(chain, name + ".turned", x, turned, turned.shape(List.of(x.shape())));
            int rank = x.shape().rank();
            var last = IntStream.range(rank - axes.size(), rank).boxed().toList();
            var found = firstMax(chain, name + ".found", front, new FirstMaxTask(last));
            var back = new TransposeTask(
                    IntStream.range(0, rank).mapToObj(turned.order()::indexOf).toList());
            return transpose(chain, name, found, back, x.shape());
        }
        int length = axes.stream().mapToInt(x.shape()::dim).reduce(1, Math::multiplyExact);
        int outer = Patterns.split(x.shape(), axes.getFirst())[0];
        int inner = x.elements() / (outer * length);
        var y = chain.tensor(name, x.shape());
        chain.step(name).launch(AxisReduction::firstLargest, x, out(y), outer, length, inner);
        return y;
    }

    private static Tensor maxPoolInput(TaskChain chain, String name, Tensor x, Tensor g, MaxPoolTask task) {
        var y = chain.tensor(name, x.shape());
        int planes = x.shape().batch() * x.shape().channels();
        chain.step(name)
                .launch(
                        MaxPooling::inputGradient,
                        x,
                        g,
                        out(y),
                        planes,
                        x.shape().height(),
                        x.shape().width(),
                        g.shape().height(),
                        g.shape().width(),
                        task.size(),
                        task.stride(),
                        task.padding());
        return y;
    }

    private static Tensor averagePoolInput(TaskChain chain, String name, Tensor g, AveragePoolInputTask task) {
        var shape = task.target();
        var y = chain.tensor(name, shape);
        int planes = shape.batch() * shape.channels();
        chain.step(name)
                .launch(
                        AdaptivePooling::inputGradient,
                        g,
                        out(y),
                        planes,
                        shape.height(),
                        shape.width(),
                        g.shape().height(),
                        g.shape().width());
        return y;
    }

    private static Tensor crossEntropy(
            TaskChain chain, String name, Tensor logits, Tensor labels, CrossEntropyTask task) {
        int rows = logits.shape().dim(0);
        int classes = logits.shape().dim(1);
        var weights = Affine.bias(chain, task.weightsOf(classes)).shift();
        var terms = chain.tensor(name + ".rows", Shape.of(2, rows));
        chain.step(name + ".rows")
                .launch(Losses::crossEntropy, logits, labels, weights, out(terms), rows, classes, (float)
                        task.smoothing());
        var y = chain.tensor(name, Shape.of(1));
        chain.step(name).launch(Losses::weightedMean, terms, out(y), rows, 1);
        return y;
    }

    private static Tensor crossEntropyInput(
            TaskChain chain, String name, Tensor logits, Tensor labels, Tensor gradient, CrossEntropyTask task) {
        int classes = logits.shape().dim(1);
        var weights = Affine.bias(chain, task.weightsOf(classes)).shift();
        var y = chain.tensor(name, logits.shape());
        chain.step(name)
                .launch(
                        Losses::crossEntropyInput,
                        logits,
                        labels,
                        weights,
                        gradient,
                        out(y),
                        logits.shape().dim(0),
                        classes,
                        (float) task.smoothing());
        return y;
    }

    static int[] strides(Shape shape) {
        var strides = new int[shape.rank()];
        int stride = 1;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.dim(axis);
        }
        return strides;
    }

    /** Strides by which a smaller shape is read as a larger one. */
    private static int[] broadcast(Shape from, Shape to) {
        var own = strides(from);
        var strides = new int[to.rank()];
        int missing = to.rank() - from.rank();
        for (int axis = missing; axis < to.rank(); axis++) {
            strides[axis] = from.dim(axis - missing) == 1 ? 0 : own[axis - missing];
        }
        return strides;
    }
}
