package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.Convolution1x1;
import tornado.attention.kernels.Linear;
import tornado.attention.kernels.LinearGroups;
import uk.ac.manchester.tornado.api.KernelContext;

/** Tasks that multiply channels with a weight matrix. */
public final class Projection {
    private Projection() {}

    /**
     * Linear layer on the last axis, activation fused.
     *
     * @param x {@code [rows..., inputs]}
     * @param weight {@code [outputs, inputs]}, or that with trailing extents of 1
     * @param bias {@code [outputs]}, or null for none
     * @param activation applied to the result
     * @return {@code [rows..., outputs]}
     */
    public static Tensor linear(
            TaskChain chain, String name, Tensor x, Weight weight, Weight bias, Activation activation) {
        Shapes.requireRows(name, x);
        int inputs = x.shape().dim(-1);
        Shapes.requireMatrix(name, weight, inputs);
        int outputs = weight.shape().dim(0);
        Shapes.requireVector(name, bias, outputs);
        var extents = x.shape().dims();
        extents[extents.length - 1] = outputs;
        int rows = x.elements() / inputs;
        var w = chain.transposedWeight(weight);
        var b = bias == null ? chain.zeros(outputs) : chain.weight(bias);
        var y = chain.tensor(name, Shape.of(extents));
        var variants = KernelVariants.of(chain);
        if (variants.libraries() && !variants.forVectors(rows, inputs)) {
            LibraryForms.linear(chain, name, x, w, b, y, rows, inputs, activation);
            return y;
        }
        var step = chain.step(name).macs((long) rows * inputs * outputs);
        if (variants.forVectors(rows, inputs)) {
            int groups = rows * ((outputs + LinearGroups.LANES - 1) / LinearGroups.LANES);
            int size = variants.vectorSize();
            step.inGroups(groups, size)
                    .launch(
                            LinearGroups::apply,
                            new KernelContext(),
                            x,
                            w,
                            b,
                            out(y),
                            inputs,
                            outputs,
                            activation.code(),
                            size);
        } else {
            step.launch(Linear::apply, x, w, b, out(y), rows, inputs, outputs, activation.code());
        }
        return y;
    }

    /**
     * 1x1 convolution, activation fused.
     *
     * @param x {@code [batch, inputs, height, width]}
     * @param weight {@code [outputs, inputs, 1, 1]}
     * @param bias {@code [outputs]}, or null for none
     * @param activation applied to the result
     * @return {@code [batch, outputs, height, width]}
     */
    public static Tensor convolution1x1(
            TaskChain chain, String name, Tensor x, Weight weight, Weight bias, Activation activation) {
        Shapes.requireFeatureMap(name, x);
        int batch = x.shape().batch();
        int inputs = x.shape().channels();
        int pixels = x.shape().pixels();
        Shapes.requireMatrix(name, weight, inputs);
        int outputs = weight.shape().dim(0);
        Shapes.requireVector(name, bias, outputs);
        var w = chain.weight(weight);
        var b = bias == null ? chain.zeros(outputs) : chain.weight(bias);
        if (LibraryForms.areWanted(chain)) {
            return LibraryForms.pointwise(chain, name, x, w, b, outputs, activation);
        }
        var y = chain.tensor(
                name, Shape.of(batch, outputs, x.shape().height(), x.shape().width()));
        chain.step(name)
                .macs((long) batch * inputs * outputs * pixels)
                .launch(Convolution1x1::apply, x, w, b, out(y), batch, inputs, outputs, pixels, activation.code());
        return y;
    }
}
