package tornado.attention.tasks.internal.lowering;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tornado.attention.tasks.Activation;
import tornado.attention.tasks.Convolution;
import tornado.attention.tasks.Convolution.Partial;
import tornado.attention.tasks.Convolution.Window;
import tornado.attention.tasks.PaddedMap;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.graph.CombineTask;
import tornado.attention.tasks.graph.ConcatTask;
import tornado.attention.tasks.graph.ConvolveTask;
import tornado.attention.tasks.graph.ReduceTask;
import tornado.attention.tasks.graph.ReduceTask.Kind;
import tornado.attention.tasks.graph.ReshapeTask;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Patterns.Activated;

/**
 * A convolution, or several of one map stacked along axis 1, whose raw sums are read by tasks that apply bias, batch norm and
 * activation in passing: no map is written twice. It is made so if everybody who reads it can read raw sums.
 *
 * @param value the convolution with its norm and activation, or the stack of several
 * @param branches one a convolution
 * @param x what is convolved
 * @param before the raw convolution that {@code x} is, where its own sums are padded without being written in between
 * @param activation of every branch
 * @param covered what is made along
 */
record RawConvolution(
        Value value,
        List<Branch> branches,
        Value x,
        Optional<RawConvolution> before,
        Activation activation,
        List<Value> covered) {
    /** A convolution and its batch norm, or null. */
    record Branch(Value convolution, Value norm) {}

    /** The raw form of a value that a pattern would read raw; empty if it has none, or somebody else needs it whole. */
    static Optional<RawConvolution> of(Value value, Uses uses) {
        if (uses.isKept(value)) {
            return Optional.empty();
        }
        var raw = value.task() instanceof ConcatTask ? stack(value, uses) : single(value, uses);
        return raw.filter(r -> uses.of(value).stream().allMatch(user -> readsRaw(user, value, r, uses)));
    }

    private static Optional<RawConvolution> single(Value value, Uses uses) {
        var end = Activated.of(value, uses);
        // A single 1x1 convolution has dense rows: there is nothing to save.
        return branch(end.before(), uses).filter(b -> !isPointwise(b)).map(branch -> {
            var covered = new ArrayList<>(end.covered(value));
            if (branch.norm() != null) {
                covered.add(branch.convolution());
            }
            var x = branch.convolution().input(0);
            return new RawConvolution(value, List.of(branch), x, before(x, uses), end.activation(), covered);
        });
    }

    private static boolean isPointwise(Branch branch) {
        return branch.convolution().input(1).shape().pixels() == 1
                && ((ConvolveTask) branch.convolution().task()).window().equals(Window.plain());
    }

    /** The map before, if it is a convolution that nobody else reads and there is padding to be made. */
    private static Optional<RawConvolution> before(Value x, Uses uses) {
        if (!uses.isInner(x)) {
            return Optional.empty();
        }
        return single(x, uses).filter(raw -> uses.of(x).getFirst().task() instanceof ConvolveTask);
    }

    private static Optional<Branch> branch(Value value, Uses uses) {
        boolean normed = Patterns.isOneNorm(value);
        if (normed && !uses.isInner(value.input(0))) {
            return Optional.empty();
        }
        var convolution = normed ? value.input(0) : value;
        boolean fits = convolution.task() instanceof ConvolveTask
                && convolution.inputs().stream().skip(1).allMatch(uses::isConstant);
        return fits ? Optional.of(new Branch(convolution, normed ? value : null)) : Optional.empty();
    }

    private static Optional<RawConvolution> stack(Value value, Uses uses) {
        var branches = new ArrayList<Branch>();
        var covered = new ArrayList<Value>();
        Activation activation = null;
        Value x = null;
        for (var input : value.inputs()) {
            if (!(input.task() instanceof ReshapeTask) || !uses.isInner(input) || !uses.isInner(input.input(0))) {
                return Optional.empty();
            }
            var one = input.input(0);
            var end = Activated.of(one, uses);
            var branch = branch(end.before(), uses);
            boolean fits = branch.isPresent()
                    && value.shape().rank() == one.shape().rank() + 1
                    && input.shape().dim(1) == 1
                    && (x == null || x == branch.get().convolution().input(0))
                    && (activation == null || activation == end.activation())
                    && (branches.isEmpty()
                            || (branches.getFirst().norm() == null)
                                    == (branch.get().norm() == null));
            if (!fits) {
                return Optional.empty();
            }
            x = branch.get().convolution().input(0);
            activation = end.activation();
            branches.add(branch.get());
            covered.addAll(List.of(input, one));
        }
        return Optional.of(new RawConvolution(value, branches, x, Optional.empty(), activation, covered));
    }

    private static Optional<Value> onlyUser(Value value, Uses uses) {
        return uses.isInner(value) ? Optional.of(uses.of(value).getFirst()) : Optional.empty();
    }

    /** Whether one reader of a value is among those that patterns make of raw sums. */
    private static boolean readsRaw(Value user, Value value, RawConvolution raw, Uses uses) {
        if (isPixelMean(user) && value.shape().rank() == 4) {
            return true;
        }
        if (user.task() instanceof ReshapeTask && value.task() instanceof ConcatTask) {
            return onlyUser(user, uses).filter(RawConvolution::isPixelMean).isPresent();
        }
        if (user.task() instanceof ReduceTask && isSumOfBranches(user)) {
            return onlyUser(user, uses).filter(RawConvolution::isPixelMean).isPresent();
        }
        if (user.task() == CombineTask.TIMES
                && user.input(0) == value
                && value.shape().rank() == 5) {
            boolean perChannel = user.input(1).shape().equals(perBranchChannel(value.shape()));
            return perChannel
                    && onlyUser(user, uses)
                            .filter(next -> isSumOfBranches(next)
                                    || onlyUser(next, uses)
                                            .filter(root -> ConvolutionPatterns.isArranged(root, raw, uses))
                                            .isPresent())
                            .isPresent();
        }
        if (user.task() == CombineTask.TIMES && user.input(0) == value && raw.activation() == Activation.IDENTITY) {
            return Patterns.isPerChannel(user.input(1), value.shape())
                    && onlyUser(user, uses)
                            .filter(sum -> !isActivated(sum, uses)
                                    && sum.task() == CombineTask.PLUS
                                    && sum.input(0) == user
                                    && sum.input(1).shape().equals(value.shape()))
                            .isPresent();
        }
        return false;
    }

    /** Whether the one reader of a value applies an activation in passing: then a larger pattern makes it. */
    private static boolean isActivated(Value value, Uses uses) {
        return onlyUser(value, uses)
                .filter(user -> Activated.of(user, uses).before() == value)
                .isPresent();
    }

    static boolean isPixelMean(Value value) {
        return value.task() instanceof ReduceTask reduce
                && reduce.kind() == Kind.MEAN
                && value.input(0).shape().rank() == 4
                && reduce.axes().equals(List.of(2, 3));
    }

    static boolean isSumOfBranches(Value value) {
        return value.task() instanceof ReduceTask reduce
                && reduce.kind() == Kind.SUM
                && value.input(0).shape().rank() == 5
                && reduce.axes().equals(List.of(1));
    }

    /** One number an image, branch and channel of {@code [B, n, C, H, W]}. */
    static Shape perBranchChannel(Shape stack) {
        return Shape.of(stack.dim(0), stack.dim(1), stack.dim(2), 1, 1);
    }

    /** Appends padding and convolutions. */
    Partial emit(Emission e, String name) {
        var layers =
                branches.stream().map(b -> e.layer(b.convolution(), b.norm())).toList();
        var padded = before.isPresent()
                ? PaddedMap.of(
                        e.chain(),
                        name + ".pad",
                        e.raw(before.get()),
                        layers,
                        before.get().activation())
                : PaddedMap.of(e.chain(), name + ".pad", e.tensor(x), layers);
        return Convolution.partial(e.chain(), name, padded, layers);
    }
}
