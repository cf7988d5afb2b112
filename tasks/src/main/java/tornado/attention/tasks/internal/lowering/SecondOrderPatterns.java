package tornado.attention.tasks.internal.lowering;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tornado.attention.tasks.ActivatedProjection;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Axis;
import tornado.attention.tasks.BilinearPooling;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.PixelGates;
import tornado.attention.tasks.Recurrence;
import tornado.attention.tasks.SecondOrder;
import tornado.attention.tasks.graph.CombineTask;
import tornado.attention.tasks.graph.ConvolveTask;
import tornado.attention.tasks.graph.EncodeTask;
import tornado.attention.tasks.graph.LinearTask;
import tornado.attention.tasks.graph.MapTask;
import tornado.attention.tasks.graph.PairsTask;
import tornado.attention.tasks.graph.ProductTask;
import tornado.attention.tasks.graph.RecurTask;
import tornado.attention.tasks.graph.ReduceTask;
import tornado.attention.tasks.graph.ReduceTask.Kind;
import tornado.attention.tasks.graph.ReshapeTask;
import tornado.attention.tasks.graph.SliceTask;
import tornado.attention.tasks.graph.SquareRootTask;
import tornado.attention.tasks.graph.UnaryFunction;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Pattern.Match;
import tornado.attention.tasks.internal.lowering.Patterns.Activated;

/** Covariances, products of channels, codewords and recurrent cells. */
final class SecondOrderPatterns {
    static final List<Pattern.Named> ALL = List.of(
            Pattern.of("gated pairs", SecondOrderPatterns::gatedPairs),
            Pattern.of("projected pairs", SecondOrderPatterns::projectedPairs),
            Pattern.of("averaged pairs", SecondOrderPatterns::averagedPairs),
            Pattern.of("sigmoid of product", SecondOrderPatterns::sigmoidOfProduct),
            Pattern.of("covariance", SecondOrderPatterns::covariance),
            Pattern.of("row convolution", SecondOrderPatterns::rowConvolution),
            Pattern.of("activated projection", SecondOrderPatterns::activatedProjection),
            Pattern.of("normed mean", SecondOrderPatterns::normedMean),
            Pattern.of("axis mean", SecondOrderPatterns::axisMean),
            Pattern.of("normed linear", SecondOrderPatterns::normedLinear),
            Pattern.of("cell", SecondOrderPatterns::cell),
            Pattern.of("cell part", SecondOrderPatterns::cellPart));

    private SecondOrderPatterns() {}

    /** Whether there are kernels for a composite as it is. */
    static boolean hasKernels(Value value) {
        return value.task() instanceof SquareRootTask
                || value.task() instanceof EncodeTask
                || isPairs(value)
                || value.task() instanceof RecurTask && isLayer(value.input(0)) && isLayer(value.input(1));
    }

    private static boolean isLayer(Value value) {
        return value.task() instanceof LinearTask && value.inputs().size() == 3;
    }

    private static boolean isPairs(Value value) {
        return value.task() instanceof PairsTask && value.shape().rank() == 4;
    }

    /** A 1x1 convolution of pairs, its batch norm and ReLU: the norm and the convolution. */
    private static Optional<List<Value>> projectionOfPairs(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        var norm = end.before();
        boolean fits = end.activation() == Activation.RELU
                && end.isNormedConvolution(uses)
                && Patterns.isOneNorm(norm)
                && ((ConvolveTask) norm.input(0).task()).window().equals(Convolution.Window.plain())
                && norm.input(0).inputs().size() == 3
                && norm.input(0).inputs().stream().skip(1).allMatch(uses::isConstant)
                && isPairs(norm.input(0).input(0));
        return fits ? Optional.of(List.of(norm, norm.input(0))) : Optional.empty();
    }

    /** {@code map * sigmoid(context * relu(norm(W pairs + b)))}. */
    private static Optional<Match> gatedPairs(Value root, Uses uses) {
        if (uses.training() || root.task() != CombineTask.TIMES || !uses.isInner(root.input(1))) {
            return Optional.empty();
        }
        var end = Activated.of(root.input(1), uses);
        var product = end.before();
        boolean gates = end.activation() == Activation.SIGMOID
                && product.task() == CombineTask.TIMES
                && uses.isInner(product.input(0))
                && Patterns.isPerChannel(product.input(1), product.input(0).shape())
                && root.input(0).shape().equals(product.shape());
        if (!gates) {
            return Optional.empty();
        }
        var local = product.input(0);
        return projectionOfPairs(local, uses).map(found -> {
            var conv = found.get(1);
            var p = conv.input(0).input(0);
            var context = product.input(1);
            var map = root.input(0);
            var covered = new ArrayList<>(List.of(root.input(1), product, local));
            covered.addAll(found);
            return new Match(
                    covered,
                    List.of(p, context, map),
                    (e, name) -> BilinearPooling.projectGated(
                            e.chain(),
                            name,
                            e.tensor(p),
                            e.weight(conv.input(1)),
                            e.weight(conv.input(2)),
                            e.norms(found.getFirst()).getFirst(),
                            e.tensor(context),
                            e.tensor(map)));
        });
    }

    private static Optional<Match> projectedPairs(Value root, Uses uses) {
        return projectionOfPairs(root, uses).map(found -> {
            var conv = found.get(1);
            var p = conv.input(0).input(0);
            return new Match(
                    found,
                    List.of(p),
                    (e, name) -> BilinearPooling.project(
                            e.chain(),
                            name,
                            e.tensor(p),
                            e.weight(conv.input(1)),
                            e.weight(conv.input(2)),
                            e.norms(found.getFirst()).getFirst()));
        });
    }

    private static Optional<Match> averagedPairs(Value root, Uses uses) {
        if (!RawConvolution.isPixelMean(root) || !isPairs(root.input(0))) {
            return Optional.empty();
        }
        var p = root.input(0).input(0);
        return Optional.of(new Match(
                List.of(root.input(0)),
                List.of(p),
                (e, name) -> BilinearPooling.average(e.chain(), name, e.tensor(p))));
    }

    /** {@code sigmoid(x * context)}, one context a channel. */
    private static Optional<Match> sigmoidOfProduct(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        var product = end.before();
        if (end.activation() != Activation.SIGMOID
                || product.task() != CombineTask.TIMES
                || !Patterns.isPerChannel(product.input(1), product.input(0).shape())) {
            return Optional.empty();
        }
        var x = product.input(0);
        var context = product.input(1);
        return Optional.of(new Match(
                List.of(product),
                List.of(x, context),
                (e, name) -> PixelGates.sigmoidOfProduct(e.chain(), name, e.tensor(x), e.tensor(context))));
    }

    /** Products of centred channels over the pixels, of a map or of its centre. */
    private static Optional<Match> covariance(Value root, Uses uses) {
        if (!(root.task() instanceof ProductTask(boolean ta, boolean tb, double alpha))
                || ta
                || !tb
                || root.input(0) != root.input(1)
                || root.input(0).task() != CombineTask.MINUS) {
            return Optional.empty();
        }
        var centred = root.input(0);
        var flat = centred.input(0);
        var view = centred.input(1);
        boolean fits = uses.of(centred).size() == 2
                && !uses.isKept(centred)
                && flat.shape().rank() == 3
                && alpha == 1.0 / flat.shape().dim(2)
                && flat.task() instanceof ReshapeTask
                && view.task() instanceof ReshapeTask
                && view.input(0).task() instanceof ReduceTask mean
                && mean.kind() == Kind.MEAN
                && mean.axes().equals(List.of(2))
                && view.input(0).input(0) == flat
                && uses.isInner(view)
                && uses.isInner(view.input(0))
                && flat.input(0).shape().rank() == 4;
        if (!fits) {
            return Optional.empty();
        }
        var centre = Centre.of(flat.input(0));
        var covered = List.of(centred, view, view.input(0), flat);
        return Optional.of(new Match(
                covered,
                List.of(centre.map()),
                (e, name) -> SecondOrder.covariance(e.chain(), name, e.tensor(centre.map()), centre.limit())));
    }

    /**
     * The centre of a map.
     *
     * @param map that is cropped
     * @param limit the longest side that is taken
     */
    private record Centre(Value map, int limit) {
        /** The map that a value is the centre of; itself if it is none. */
        static Centre of(Value crop) {
            var map = crop;
            while (map.task() instanceof SliceTask slice && slice.axis() >= 2 && slice.step() == 1) {
                int extent = map.input(0).shape().dim(slice.axis());
                if (slice.from() != (extent - slice.count()) / 2) {
                    break;
                }
                map = map.input(0);
            }
            int height = crop.shape().height();
            int width = crop.shape().width();
            int limit = Math.max(height, width);
            boolean centred = height == Math.min(map.shape().height(), limit)
                    && width == Math.min(map.shape().width(), limit);
            return new Centre(centred ? map : crop, limit);
        }
    }

    /** A batch norm of matrices and filters over their rows, each as long as a row. */
    private static Optional<Match> rowConvolution(Value root, Uses uses) {
        if (!(root.task() instanceof ConvolveTask task)
                || root.inputs().size() != 3
                || !root.inputs().stream().skip(1).allMatch(uses::isConstant)
                || !(root.input(0).task() instanceof ReshapeTask)
                || !Patterns.isOneNorm(root.input(0).input(0))) {
            return Optional.empty();
        }
        var view = root.input(0);
        var norm = view.input(0);
        var x = norm.input(0);
        boolean fits = x.shape().rank() == 3
                && view.shape().dim(3) == 1
                && root.shape().pixels() == 1
                && task.window().groups() == x.shape().dim(1)
                && task.window().top() == 0
                && task.window().left() == 0
                && uses.isInner(view)
                && uses.isInner(norm);
        if (!fits) {
            return Optional.empty();
        }
        return Optional.of(new Match(
                List.of(view, norm),
                List.of(x),
                (e, name) -> e.chain()
                        .view(
                                SecondOrder.normalizedRowConvolution(
                                        e.chain(),
                                        name,
                                        e.tensor(x),
                                        e.norms(norm).getFirst(),
                                        e.weight(root.input(1)),
                                        e.weight(root.input(2))),
                                root.shape())));
    }

    /** A 1x1 convolution of an activated map, with its batch norm and activation; every so many pixels. */
    private static Optional<Match> activatedProjection(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        if (!end.isNormedConvolution(uses)) {
            return Optional.empty();
        }
        var norm = end.before();
        var conv = norm.input(0);
        var window = ((ConvolveTask) conv.task()).window();
        var activated = conv.input(0);
        boolean fits = activated.task() instanceof MapTask map
                && map.isPlain()
                && map.function() != UnaryFunction.IDENTITY
                && map.function().activation().isPresent()
                && uses.isInner(activated)
                && conv.inputs().size() == 3
                && conv.inputs().stream().skip(1).allMatch(uses::isConstant)
                && conv.input(1).shape().pixels() == 1
                && window.equals(Convolution.Window.plain().strided(window.stride()));
        if (!fits || isMadeWithActivation(activated.input(0), uses)) {
            return Optional.empty();
        }
        var covered = new ArrayList<>(end.covered(root));
        covered.addAll(List.of(conv, activated));
        var x = activated.input(0);
        var activation = ((MapTask) activated.task()).function().activation().get();
        return Optional.of(new Match(
                covered,
                List.of(x),
                (e, name) -> ActivatedProjection.convolution1x1(
                        e.chain(),
                        name,
                        e.tensor(x),
                        activation,
                        e.weight(conv.input(1)),
                        e.weight(conv.input(2)),
                        e.norms(norm).getFirst(),
                        window.stride(),
                        end.activation())));
    }

    /** Whether the kernel that makes a value applies the activation behind it in passing, so that nothing is saved. */
    private static boolean isMadeWithActivation(Value value, Uses uses) {
        return uses.isInner(value) && !value.inputs().isEmpty();
    }

    private static boolean isMiddleMean(Value root) {
        return root.task() instanceof ReduceTask reduce
                && reduce.kind() == Kind.MEAN
                && root.input(0).shape().rank() == 3
                && reduce.axes().equals(List.of(1));
    }

    /** The mean along the middle axis of what a batch norm over that axis and an activation leave. */
    private static Optional<Match> normedMean(Value root, Uses uses) {
        if (!isMiddleMean(root) || !uses.isInner(root.input(0))) {
            return Optional.empty();
        }
        var end = Activated.of(root.input(0), uses);
        var norm = end.before();
        if (!Patterns.isOneNorm(norm)) {
            return Optional.empty();
        }
        var x = norm.input(0);
        var covered = new ArrayList<Value>(List.of(root.input(0)));
        covered.addAll(end.covered(root.input(0)));
        return Optional.of(new Match(
                covered,
                List.of(x),
                (e, name) -> Axis.normalizedMean(
                        e.chain(), name, e.tensor(x), e.norms(norm).getFirst(), end.activation())));
    }

    private static Optional<Match> axisMean(Value root, Uses uses) {
        if (!isMiddleMean(root)) {
            return Optional.empty();
        }
        var x = root.input(0);
        return Optional.of(new Match(List.of(), List.of(x), (e, name) -> Axis.mean(e.chain(), name, e.tensor(x))));
    }

    /** A linear layer, its batch norm and its activation. */
    private static Optional<Match> normedLinear(Value root, Uses uses) {
        var end = Activated.of(root, uses);
        var norm = end.before();
        if (!Patterns.isOneNorm(norm)
                || norm.shape().rank() != 2
                || !uses.isInner(norm.input(0))
                || !isLayer(norm.input(0))
                || !norm.input(0).inputs().stream().skip(1).allMatch(uses::isConstant)) {
            return Optional.empty();
        }
        var linear = norm.input(0);
        var x = linear.input(0);
        var covered = new ArrayList<>(end.covered(root));
        covered.add(linear);
        return Optional.of(new Match(
                covered,
                List.of(x),
                (e, name) -> Convolution.pooled(
                        e.chain(),
                        name,
                        e.tensor(x),
                        e.weight(linear.input(1)),
                        e.weight(linear.input(2)),
                        e.norms(norm).getFirst(),
                        end.activation())));
    }

    /** A recurrent cell with the layers that make its gates. */
    private static Optional<Match> cell(Value root, Uses uses) {
        if (!(root.task() instanceof RecurTask)) {
            return Optional.empty();
        }
        var in = root.input(0);
        var state = root.input(1);
        var old = root.input(2);
        boolean whole = uses.isKept(root) || !uses.of(root).stream().allMatch(SecondOrderPatterns::isCellPart);
        return Optional.of(new Match(List.of(in, state), List.of(in.input(0), state.input(0), old), (e, name) -> {
            var made = Recurrence.step(e.chain(), name, gates(e, in), gates(e, state), e.tensor(old));
            e.put(root, made);
            return whole
                    ? Single.joined(e.chain(), name + ".whole", List.of(made.h(), made.c()), root.shape(), 1)
                    : null;
        }));
    }

    private static Recurrence.Gates gates(Emission e, Value layer) {
        return new Recurrence.Gates(e.tensor(layer.input(0)), e.weight(layer.input(1)), e.weight(layer.input(2)));
    }

    /** Whether a value is the whole output or the whole state of a recurrent cell. */
    private static boolean isCellPart(Value value) {
        return value.task() instanceof SliceTask(int axis, int from, int count, int step)
                && value.input(0).task() instanceof RecurTask
                && axis == 1
                && step == 1
                && 2 * count == value.input(0).shape().dim(1)
                && from % count == 0;
    }

    /** Output or state of a recurrent cell, which are tensors of their own. */
    private static Optional<Match> cellPart(Value root, Uses uses) {
        if (!isCellPart(root)) {
            return Optional.empty();
        }
        var cell = root.input(0);
        var slice = (SliceTask) root.task();
        return Optional.of(new Match(
                List.of(),
                List.of(cell),
                (e, name) ->
                        slice.from() == 0 ? e.state(cell).h() : e.state(cell).c()));
    }
}
