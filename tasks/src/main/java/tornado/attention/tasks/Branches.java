package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.tasks.Convolution.Partial;

/**
 * Several convolutions of one map, their results pooled together and mixed by a weight for each branch and channel. The tasks
 * read the convolutions' raw rows and apply bias, batch norm and activation on the way, so that a branch is written once.
 */
public final class Branches {
    private Branches() {}

    /**
     * Global average of the sum of all branches; with one branch, of that branch.
     *
     * @param partial {@code branches * channels} channels
     * @param branches how many
     * @param activation of each branch
     * @return {@code [batch, channels]}
     */
    public static Tensor average(TaskChain chain, String name, Partial partial, int branches, Activation activation) {
        var raw = partial.raw();
        var affine = partial.affine();
        int channels = channels(name, raw, branches);
        var y = chain.tensor(name, Shape.of(raw.batch(), channels));
        chain.step(name)
                .extraBytes(raw.usefulBytes() - raw.tensor().bytes())
                .launch(
                        tornado.attention.kernels.BranchMixing::average,
                        raw.tensor(),
                        affine.scale(),
                        affine.shift(),
                        out(y),
                        raw.batch(),
                        branches,
                        channels,
                        raw.height(),
                        raw.width(),
                        raw.rowStride(),
                        raw.planeStride(),
                        activation.code());
        return y;
    }

    /**
     * Weighted sum of the branches.
     *
     * @param partial {@code branches * channels} channels
     * @param weights {@code [batch, branches, channels]}
     * @param activation of each branch
     * @return {@code [batch, channels, height, width]}
     */
    public static Tensor blend(TaskChain chain, String name, Partial partial, Tensor weights, Activation activation) {
        var raw = partial.raw();
        var affine = partial.affine();
        int branches = weights.shape().dim(1);
        int channels = channels(name, raw, branches);
        Shapes.requireElements(name, weights, raw.planes(), "one weight an image, branch and channel");
        var y = chain.tensor(name, Shape.of(raw.batch(), channels, raw.height(), raw.width()));
        chain.step(name)
                .extraBytes(raw.usefulBytes() - raw.tensor().bytes())
                .launch(
                        tornado.attention.kernels.BranchMixing::blend,
                        raw.tensor(),
                        affine.scale(),
                        affine.shift(),
                        weights,
                        out(y),
                        raw.batch(),
                        branches,
                        channels,
                        raw.height(),
                        raw.width(),
                        raw.rowStride(),
                        raw.planeStride(),
                        activation.code());
        return y;
    }

    /**
     * The branches one behind the other in an order, each channel times its weight: a concatenation by index.
     *
     * @param raw {@code branches * channels} channels
     * @param weights {@code [batch, branches, channels]}
     * @param order which branch comes at each place
     * @return {@code [batch, branches * channels, height, width]}
     */
    public static Tensor arrange(TaskChain chain, String name, RowMap raw, Tensor weights, int... order) {
        int channels = channels(name, raw, order.length);
        Shapes.requireElements(name, weights, raw.planes(), "one weight an image, branch and channel");
        var table = chain.table(order);
        var y = chain.tensor(name, raw.shape());
        chain.step(name)
                .extraBytes(raw.usefulBytes() - raw.tensor().bytes())
                .launch(
                        tornado.attention.kernels.BranchMixing::arrange,
                        raw.tensor(),
                        weights,
                        table,
                        out(y),
                        raw.batch(),
                        order.length,
                        channels,
                        raw.height(),
                        raw.width(),
                        raw.rowStride(),
                        raw.planeStride());
        return y;
    }

    private static int channels(String name, RowMap raw, int branches) {
        if (branches < 1 || raw.channels() % branches != 0) {
            throw new IllegalArgumentException("Task '" + name + "' cannot divide the " + raw.channels()
                    + " channels of '" + raw.tensor().name() + "' into " + branches + " branches.");
        }
        return raw.channels() / branches;
    }
}
