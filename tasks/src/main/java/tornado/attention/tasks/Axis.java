package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import java.util.List;
import tornado.attention.kernels.AxisNormalization;

/** Tasks that normalise or average along one axis of a tensor of any rank. */
public final class Axis {
    /** A tensor seen as {@code [outer, length, inner]} around one axis. */
    private record Split(int outer, int length, int inner) {
        static Split of(String name, Tensor x, int axis) {
            int rank = x.shape().rank();
            int at = axis < 0 ? axis + rank : axis;
            if (at < 0 || at >= rank || x.elements() == 0) {
                throw new IllegalArgumentException("Task '" + name + "' works along axis " + axis
                        + " of a tensor that is not empty, but '" + x.name() + "' has shape " + x.shape() + ".");
            }
            int outer = 1;
            for (int i = 0; i < at; i++) {
                outer *= x.shape().dim(i);
            }
            int length = x.shape().dim(at);
            return new Split(outer, length, x.elements() / (outer * length));
        }
    }

    private Axis() {}

    /**
     * Softmax along an axis.
     *
     * @param axis counted from the end if negative
     * @return the shape of {@code x}
     */
    public static Tensor softmax(TaskChain chain, String name, Tensor x, int axis) {
        var split = Split.of(name, x, axis);
        var y = chain.tensor(name, x.shape());
        if (split.inner() == 1) {
            Normalization.softmaxRows(chain, chain.step(name), x, y, split.outer(), split.length());
        } else {
            chain.step(name)
                    .launch(AxisNormalization::softmax, x, out(y), split.outer(), split.length(), split.inner());
        }
        return y;
    }

    /**
     * Elements divided by {@code eps} plus the sum of magnitudes along an axis.
     *
     * @param axis counted from the end if negative
     * @return the shape of {@code x}
     */
    public static Tensor l1(TaskChain chain, String name, Tensor x, int axis, double eps) {
        var split = Split.of(name, x, axis);
        var y = chain.tensor(name, x.shape());
        chain.step(name)
                .launch(AxisNormalization::l1, x, out(y), split.outer(), split.length(), split.inner(), (float) eps);
        return y;
    }

    /**
     * Mean along the middle axis.
     *
     * @param x {@code [batch, length, inner]}
     * @return {@code [batch, inner]}
     */
    public static Tensor mean(TaskChain chain, String name, Tensor x) {
        var split = Split.of(name, x, 1);
        var y = chain.tensor(name, Shape.of(split.outer(), split.inner()));
        chain.step(name).launch(AxisNormalization::mean, x, out(y), split.outer(), split.length(), split.inner());
        return y;
    }

    /**
     * Mean along the middle axis of what a batch norm over that axis and an activation leave, in one pass; the
     * normalised tensor is not stored.
     *
     * @param x {@code [batch, length, inner]}
     * @param norm its channels are the entries of the middle axis
     * @param activation behind the norm
     * @return {@code [batch, inner]}
     */
    public static Tensor normalizedMean(
            TaskChain chain, String name, Tensor x, BatchNorm.Parameters norm, Activation activation) {
        var split = Split.of(name, x, 1);
        var affine = BatchNorm.affine(chain, name, RowMap.dense(x), List.of(norm));
        var y = chain.tensor(name, Shape.of(split.outer(), split.inner()));
        chain.step(name)
                .launch(
                        AxisNormalization::affineMean,
                        x,
                        affine.scale(),
                        affine.shift(),
                        out(y),
                        split.outer(),
                        split.length(),
                        split.inner(),
                        activation.code());
        return y;
    }
}
