package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.ChannelAffine;
import tornado.attention.kernels.DirectConvolution;
import tornado.attention.kernels.Linear;
import tornado.attention.tasks.Convolution.Layer;

/**
 * Convolutions and linear layers in the forms in which vendors' libraries have them ({@link VariantChoice#LIBRARY}): the bare sums, and
 * bias, norm, residual and activation in a kernel behind.
 */
final class LibraryForms {
    private LibraryForms() {}

    /** Whether the chain wants these forms. */
    static boolean areWanted(TaskChain chain) {
        return KernelVariants.of(chain).libraries();
    }

    /** Whether a convolution has such a form: one group, taps side by side, as many zeros on each side. */
    static boolean convolves(TaskChain chain, Layer layer) {
        var window = layer.window();
        boolean even =
                window.top() == window.left() && window.top() == window.bottom() && window.top() == window.right();
        // A batch norm that takes its statistics from the sums needs the bias in them.
        boolean biasFirst = chain.training() && layer.norm() != null && layer.bias() != null;
        return areWanted(chain) && window.groups() == 1 && window.dilation() == 1 && even && !biasFirst;
    }

    /**
     * The bare sums of a convolution.
     *
     * @param x {@code [batch, inputs, height, width]}
     * @param weight {@code [outputs, inputs, rows, columns]}, or a matrix
     * @param outputs channels of the result
     * @param rows rows of the kernel
     * @param columns columns of the kernel
     * @param padding zeros on each side
     * @param stride distance of outputs
     */
    static RowMap sums(
            TaskChain chain,
            String name,
            Tensor x,
            Tensor weight,
            int outputs,
            int rows,
            int columns,
            int padding,
            int stride) {
        var shape = x.shape();
        int height = (shape.height() + 2 * padding - rows) / stride + 1;
        int width = (shape.width() + 2 * padding - columns) / stride + 1;
        var raw = chain.tensor(name + ".sums", Shape.of(shape.batch(), outputs, height, width));
        var step = chain.step(name + ".sums").macs((long) raw.elements() * shape.channels() * rows * columns);
        if (KernelVariants.of(chain).offersCalls()) {
            step.library(LibraryCall::convolution);
        }
        step.launch(
                DirectConvolution::apply,
                x,
                weight,
                out(raw),
                shape.batch(),
                shape.channels(),
                shape.height(),
                shape.width(),
                outputs,
                rows,
                columns,
                padding,
                stride);
        return new RowMap(raw, shape.batch(), outputs, height, width, width, height * width);
    }

    /** A 1x1 convolution with bias and activation. */
    static Tensor pointwise(
            TaskChain chain, String name, Tensor x, Tensor weight, Tensor bias, int outputs, Activation activation) {
        var sums = sums(chain, name, x, weight, outputs, 1, 1, 0, 1);
        return Convolution.crop(chain, name, new Convolution.Partial(sums, terms(chain, bias, outputs)), activation);
    }

    /** The same with a residual before the activation. */
    static Tensor pointwiseResidual(
            TaskChain chain,
            String name,
            Tensor x,
            Tensor weight,
            Tensor bias,
            int outputs,
            Tensor residual,
            Activation activation) {
        var sums = sums(chain, name, x, weight, outputs, 1, 1, 0, 1);
        var affine = terms(chain, bias, outputs);
        var y = chain.tensor(name, sums.shape());
        chain.step(name)
                .launch(
                        ChannelAffine::applyResidual,
                        sums.tensor(),
                        affine.scale(),
                        affine.shift(),
                        residual,
                        out(y),
                        sums.batch(),
                        outputs,
                        sums.planeStride(),
                        activation.code());
        return y;
    }

    /** Whether this TornadoVM's cuBLASLt does bias and activation of a linear layer too. */
    private static boolean fuses(TaskChain chain, LibraryCall whole, Activation activation) {
        boolean known = activation == Activation.IDENTITY || activation == Activation.RELU;
        return known && KernelVariants.of(chain).offersCalls() && whole.isThere();
    }

    /**
     * A linear layer with bias and activation.
     *
     * @param y {@code [rows..., outputs]}
     * @param weight {@code [inputs, outputs]}
     */
    static void linear(
            TaskChain chain,
            String name,
            Tensor x,
            Tensor weight,
            Tensor bias,
            Tensor y,
            int rows,
            int inputs,
            Activation activation) {
        int outputs = y.elements() / rows;
        var whole = LibraryCall.linear(x, weight, bias, y, rows, inputs, outputs, activation == Activation.RELU);
        if (fuses(chain, whole, activation)) {
            linear(chain, name, x, weight, bias, y, rows, inputs, activation, whole);
            return;
        }
        var sums = chain.tensor(name + ".sums", y.shape());
        new Products(1, rows, inputs, outputs, 1f, 0, 0, 0, 0)
                .plain(chain, chain.step(name + ".sums").macs((long) rows * inputs * outputs), x, weight, sums);
        var affine = terms(chain, bias, outputs);
        chain.step(name)
                .launch(
                        ChannelAffine::apply,
                        sums,
                        affine.scale(),
                        affine.shift(),
                        out(y),
                        rows,
                        outputs,
                        1,
                        activation.code());
    }

    /** The same where a library does all of it. */
    static void linear(
            TaskChain chain,
            String name,
            Tensor x,
            Tensor weight,
            Tensor bias,
            Tensor y,
            int rows,
            int inputs,
            Activation activation,
            LibraryCall whole) {
        int outputs = y.elements() / rows;
        chain.step(name)
                .macs((long) rows * inputs * outputs)
                .library(whole)
                .launch(Linear::apply, x, weight, bias, out(y), rows, inputs, outputs, activation.code());
    }

    private static Affine terms(TaskChain chain, Tensor bias, int outputs) {
        return new Affine(Affine.identity(chain, outputs).scale(), bias);
    }
}
