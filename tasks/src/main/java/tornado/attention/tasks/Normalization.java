package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.AxisReduction;
import tornado.attention.kernels.LayerNorm;
import tornado.attention.kernels.LayerNormGroups;
import tornado.attention.kernels.Softmax;
import tornado.attention.kernels.SoftmaxGroups;
import uk.ac.manchester.tornado.api.KernelContext;

/** Tasks that normalise along an axis. */
public final class Normalization {
    /** Parts of rows that sums over them are made in: enough for a GPU, few enough to be added up at once. */
    private static final int MOST_PARTS = 64;

    private static final int LEAST_ROWS = 8;

    private Normalization() {}

    /**
     * Softmax over all pixels of each image.
     *
     * @param logits {@code [batch, 1, height, width]} or {@code [batch, pixels]}
     * @return the same shape; each image sums to 1
     */
    public static Tensor softmaxOverPositions(TaskChain chain, String name, Tensor logits) {
        Shapes.requireRank(name, logits, logits.shape().rank() == 4 ? 4 : 2);
        if (logits.shape().rank() == 4 && logits.shape().channels() != 1) {
            throw new IllegalArgumentException("Task '" + name + "' takes one map an image, but '" + logits.name()
                    + "' has shape " + logits.shape() + ".");
        }
        int rows = logits.shape().batch();
        int columns = logits.elements() / rows;
        var y = chain.tensor(name, logits.shape());
        softmaxRows(chain, chain.step(name), logits, y, rows, columns);
        return y;
    }

    /** Ends a step with the softmax of each row of {@code columns} elements. */
    static void softmaxRows(TaskChain chain, Step step, Tensor x, Tensor y, int rows, int columns) {
        var variants = KernelVariants.of(chain);
        if (variants.forRows(columns)) {
            int size = variants.rowSize(columns);
            step.inGroups(rows, size)
                    .launch(SoftmaxGroups::rows, new KernelContext(), x, out(y), columns, size, variants.lanes(size));
        } else {
            step.launch(Softmax::rows, x, out(y), rows, columns);
        }
    }

    /**
     * Layer norm over the channels of pooled vectors, activation fused.
     *
     * @param x {@code [batch, channels]}
     * @param gamma {@code [channels]} (trailing extents of 1 allowed)
     * @param beta {@code [channels]} (trailing extents of 1 allowed)
     * @param eps added to the biased variance
     * @param activation applied to the result
     * @return {@code [batch, channels]}
     */
    public static Tensor layerNorm(
            TaskChain chain, String name, Tensor x, Weight gamma, Weight beta, double eps, Activation activation) {
        Shapes.requireRows(name, x);
        int columns = x.shape().dim(-1);
        int rows = x.elements() / columns;
        Shapes.requireVector(name, gamma, columns);
        Shapes.requireVector(name, beta, columns);
        var g = chain.weight(gamma);
        var b = chain.weight(beta);
        var y = chain.tensor(name, x.shape());
        var step = chain.step(name);
        var variants = KernelVariants.of(chain);
        if (variants.forRows(columns)) {
            int size = variants.rowSize(columns);
            step.inGroups(rows, size)
                    .launch(
                            LayerNormGroups::rows,
                            new KernelContext(),
                            x,
                            g,
                            b,
                            out(y),
                            columns,
                            (float) eps,
                            activation.code(),
                            size,
                            variants.lanes(size));
        } else {
            step.launch(LayerNorm::rows, x, g, b, out(y), rows, columns, (float) eps, activation.code());
        }
        return y;
    }

    /**
     * The gradient under a layer norm.
     *
     * @param x {@code [..., columns]}
     * @param g gradient of the result
     * @param gamma {@code [columns]}
     * @return {@code x}'s shape
     */
    public static Tensor layerNormInput(TaskChain chain, String name, Tensor x, Tensor g, Tensor gamma, double eps) {
        int columns = x.shape().dim(-1);
        var y = chain.tensor(name, x.shape());
        chain.step(name)
                .launch(LayerNorm::inputGradient, x, g, gamma, out(y), x.elements() / columns, columns, (float) eps);
        return y;
    }

    /**
     * The gradients of a layer norm's weights.
     *
     * @param x {@code [..., columns]}
     * @param g gradient of the result
     * @return {@code [2, columns]}: of gamma, of beta
     */
    public static Tensor layerNormWeight(TaskChain chain, String name, Tensor x, Tensor g, double eps) {
        int columns = x.shape().dim(-1);
        int rows = x.elements() / columns;
        int length = Math.max(LEAST_ROWS, Math.ceilDiv(rows, MOST_PARTS));
        int parts = Math.ceilDiv(rows, length);
        var moments = chain.tensor(name + ".moments", Shape.of(2, rows));
        chain.step(name + ".moments").launch(LayerNorm::moments, x, out(moments), rows, columns, (float) eps);
        var sums = chain.tensor(name + ".parts", Shape.of(parts, 2, columns));
        chain.step(name + ".parts")
                .launch(LayerNorm::weightGradient, x, g, moments, out(sums), rows, columns, parts, length);
        var y = chain.tensor(name, Shape.of(2, columns));
        chain.step(name).launch(AxisReduction::apply, sums, out(y), 1, parts, 2 * columns, AxisReduction.SUM, 1f);
        return y;
    }

    /**
     * The gradient under a softmax of each row.
     *
     * @param y the softmax, {@code [..., columns]}
     * @param g its gradient
     * @return {@code y}'s shape
     */
    public static Tensor softmaxInput(TaskChain chain, String name, Tensor y, Tensor g) {
        int columns = y.shape().dim(-1);
        var x = chain.tensor(name, y.shape());
        chain.step(name).launch(Softmax::inputGradient, y, g, out(x), y.elements() / columns, columns);
        return x;
    }
}
