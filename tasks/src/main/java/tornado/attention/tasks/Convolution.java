package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import java.util.List;
import java.util.Objects;
import tornado.attention.kernels.ChannelAffine;

/**
 * k x k convolution with groups, stride, padding and dilation.
 *
 * <pre>
 *   x ── pad ──▶ padded planes ── taps ──▶ raw rows ── crop (bias, batch norm, activation) ──▶ y
 * </pre>
 *
 * <p>{@link #apply} is the whole of it, and leaves out what is not needed: a convolution without padding and stride reads x
 * itself, and one whose rows come out dense (1x1, or one column wide) has bias, running batch norm and activation in the taps
 * task. Modules with several convolutions of one map share one {@linkplain PaddedMap padded copy} and read the {@linkplain
 * Partial raw rows} with tasks of their own, so that no map is written twice.
 */
public final class Convolution {
    /**
     * Where a convolution's kernel is placed.
     *
     * @param stride distance of outputs
     * @param top rows of zeros above
     * @param left columns of zeros at the left
     * @param bottom rows of zeros below
     * @param right columns of zeros at the right
     * @param dilation distance of taps
     * @param groups groups of channels, each convolved by itself
     */
    public record Window(int stride, int top, int left, int bottom, int right, int dilation, int groups) {
        /** Checks the ranges. */
        public Window {
            boolean padded = top >= 0 && left >= 0 && bottom >= 0 && right >= 0;
            if (stride < 1 || !padded || dilation < 1 || groups < 1) {
                throw new IllegalArgumentException(
                        "A convolution needs stride, dilation and groups of at least 1 and padding"
                                + " of at least 0, but they are stride " + stride + ", dilation " + dilation
                                + ", groups " + groups
                                + ", padding " + top + " and " + left
                                + (top == bottom && left == right ? "" : ", " + bottom + " and " + right + " behind")
                                + ".");
            }
        }

        /** As many zeros below as above, and as many at the right as at the left. */
        public Window(int stride, int top, int left, int dilation, int groups) {
            this(stride, top, left, top, left, dilation, groups);
        }

        /** No padding, stride 1. */
        public static Window plain() {
            return new Window(1, 0, 0, 1, 1);
        }

        /** Padding {@code kernel / 2}: the output is as large as the input for an odd kernel and stride 1. */
        public static Window same(int kernel) {
            return new Window(1, kernel / 2, kernel / 2, 1, 1);
        }

        /** The same with a stride. */
        public Window strided(int distance) {
            return new Window(distance, top, left, bottom, right, dilation, groups);
        }

        /** The same with dilated taps. */
        public Window dilated(int distance) {
            return new Window(stride, top, left, bottom, right, distance, groups);
        }

        /** The same in groups of channels. */
        public Window grouped(int count) {
            return new Window(stride, top, left, bottom, right, dilation, count);
        }

        /** The same with so many zeros on every side. */
        public Window padded(int zeros) {
            return new Window(stride, zeros, zeros, dilation, groups);
        }
    }

    /**
     * A convolution's weights.
     *
     * @param weight {@code [outputs, inputs / groups, kernel height, kernel width]}
     * @param bias {@code [outputs]}, or null for none
     * @param norm the batch norm behind it, or null for none
     * @param window where the kernel is placed
     */
    public record Layer(Weight weight, Weight bias, BatchNorm.Parameters norm, Window window) {
        /** Checks the shapes. */
        public Layer {
            Objects.requireNonNull(window, "window");
            if (weight.shape().rank() != 4 || weight.shape().elements() == 0) {
                throw new IllegalArgumentException(
                        "A convolution takes weights [outputs, inputs / groups, kernel height,"
                                + " kernel width], but '" + weight.name() + "' has shape " + weight.shape() + ".");
            }
            int outputs = weight.shape().dim(0);
            Shapes.requireVector("convolution", bias, outputs);
            if (outputs % window.groups() != 0) {
                throw new IllegalArgumentException("The " + outputs + " output channels of '" + weight.name()
                        + "' cannot be divided into " + window.groups() + " groups.");
            }
            if (norm != null && norm.channels() != outputs) {
                throw new IllegalArgumentException("The batch norm behind '" + weight.name() + "' has "
                        + norm.channels() + " channels instead of " + outputs + ".");
            }
        }

        /** Output channels. */
        public int outputs() {
            return weight.shape().dim(0);
        }

        /** Rows the kernel reaches over. */
        int reachRows() {
            return (weight.shape().dim(2) - 1) * window.dilation() + 1;
        }

        /** Columns the kernel reaches over. */
        int reachColumns() {
            return (weight.shape().dim(3) - 1) * window.dilation() + 1;
        }

        /** Input channels of a group times kernel area. */
        int taps() {
            return (int) (weight.shape().elements() / outputs());
        }
    }

    /**
     * A convolution before its end: raw sums, and the factor and term of each channel that are still to be applied.
     *
     * @param raw the sums
     * @param affine bias and batch norm
     */
    public record Partial(RowMap raw, Affine affine) {}

    private Convolution() {}

    /**
     * A convolution with its bias, batch norm and activation.
     *
     * @param x {@code [batch, inputs, height, width]}
     * @param layer weights and placement
     * @param activation applied last
     * @return {@code [batch, outputs, output height, output width]}
     * @throws IllegalArgumentException if channels and groups do not fit, or the kernel is larger than the padded map
     */
    public static Tensor apply(TaskChain chain, String name, Tensor x, Layer layer, Activation activation) {
        if (isPointwise(layer)) {
            return pointwise(chain, name, x, layer.weight(), layer.bias(), layer.norm(), activation);
        }
        Shapes.requireFeatureMap(name, x);
        if (LibraryForms.convolves(chain, layer)) {
            return ofLibrary(chain, name, x, layer, activation);
        }
        boolean canFold = layer.norm() == null || !normLater(chain, layer) && isKnown(layer);
        if (canFold && ConvolutionTaps.readsWithStride(layer, x.shape())) {
            return ConvolutionTaps.strided(chain, name, x, folded(chain, layer), activation);
        }
        var padded = PaddedMap.of(chain, name + ".pad", x, List.of(layer));
        if (padded.rowsComeOutDense()) {
            var whole = folded(chain, layer);
            var later = normLater(chain, layer);
            var y = ConvolutionTaps.dense(chain, name, padded, whole, later ? Activation.IDENTITY : activation);
            return later ? BatchNorm.apply(chain, name + ".norm", y, layer.norm(), activation) : y;
        }
        var winograd = Winograd.of(layer, padded.output(), chain.options().profile());
        boolean isDepthwise = ConvolutionTaps.isDepthwise(layer, padded);
        if (normLater(chain, layer) || winograd.isEmpty() && !isDepthwise) {
            return crop(chain, name + ".crop", partial(chain, name, padded, List.of(layer)), activation);
        }
        var affine = constants(chain, List.of(layer));
        return isDepthwise
                ? ConvolutionTaps.depthwise(chain, name, padded, layer, affine, activation)
                : ConvolutionTaps.dense(chain, name, padded, layer, winograd.get(), affine, activation);
    }

    /**
     * A 1x1 convolution with its bias, batch norm and activation: one kernel in evaluation mode, the norm folded into the
     * weights.
     *
     * @param x {@code [batch, inputs, height, width]}
     * @param weight {@code [outputs, inputs, 1, 1]}
     * @param bias {@code [outputs]}, or null for none
     * @param norm the batch norm behind it, or null for none
     * @param activation applied last
     * @return {@code [batch, outputs, height, width]}
     */
    public static Tensor pointwise(
            TaskChain chain,
            String name,
            Tensor x,
            Weight weight,
            Weight bias,
            BatchNorm.Parameters norm,
            Activation activation) {
        if (norm == null) {
            return Projection.convolution1x1(chain, name, x, weight, bias, activation);
        }
        if (chain.training()) {
            var y = Projection.convolution1x1(chain, name, x, weight, bias, Activation.IDENTITY);
            return BatchNorm.apply(chain, name + ".norm", y, norm, activation);
        }
        return Projection.convolution1x1(
                chain,
                name,
                x,
                BatchNorm.folded(chain, weight, norm),
                BatchNorm.foldedBias(chain, bias, norm),
                activation);
    }

    /**
     * A 1x1 convolution of pooled vectors with its bias, batch norm and activation: one kernel in evaluation mode.
     *
     * @param x {@code [batch, inputs]}
     * @param weight {@code [outputs, inputs, 1, 1]}
     * @param bias {@code [outputs]}, or null for none
     * @param norm the batch norm behind it
     * @param activation applied last
     * @return {@code [batch, outputs]}
     */
    public static Tensor pooled(
            TaskChain chain,
            String name,
            Tensor x,
            Weight weight,
            Weight bias,
            BatchNorm.Parameters norm,
            Activation activation) {
        if (chain.training()) {
            var y = Projection.linear(chain, name, x, weight, bias, Activation.IDENTITY);
            return BatchNorm.apply(chain, name + ".norm", y, norm, activation);
        }
        return Projection.linear(
                chain,
                name,
                x,
                BatchNorm.folded(chain, weight, norm),
                BatchNorm.foldedBias(chain, bias, norm),
                activation);
    }

    /**
     * A 1x1 convolution, its batch norm, a residual and the activation: {@code activation(norm(W x + b) + residual)}.
     *
     * @param x {@code [batch, inputs, height, width]}
     * @param weight {@code [outputs, inputs, 1, 1]}
     * @param bias {@code [outputs]}, or null for none
     * @param norm the batch norm behind it, or null for none
     * @param residual {@code [batch, outputs, height, width]}
     * @param activation applied to the sum
     * @return the shape of {@code residual}
     */
    public static Tensor pointwiseResidual(
            TaskChain chain,
            String name,
            Tensor x,
            Weight weight,
            Weight bias,
            BatchNorm.Parameters norm,
            Tensor residual,
            Activation activation) {
        if (norm != null && chain.training()) {
            var y = Projection.convolution1x1(chain, name, x, weight, bias, Activation.IDENTITY);
            return BatchNorm.applyResidual(chain, name + ".norm", y, norm, residual, activation);
        }
        var w = norm == null ? weight : BatchNorm.folded(chain, weight, norm);
        var b = norm == null ? bias : BatchNorm.foldedBias(chain, bias, norm);
        return ConvolutionTaps.pointwiseResidual(chain, name, x, w, b, residual, activation);
    }

    /**
     * One 1x1 convolution for each group of channels, with its bias and batch norm, all in one kernel.
     *
     * @param x {@code [batch, groups * inputs, height, width]}
     * @param layers for each group weights {@code [outputs, inputs, 1, 1]}, all of one shape, each with a norm
     * @param activation applied last
     * @return {@code [batch, groups * outputs, height, width]}
     */
    public static Tensor groupwise(TaskChain chain, String name, Tensor x, List<Layer> layers, Activation activation) {
        boolean later = chain.training();
        var weight = JoinedWeights.rows(
                chain,
                layers.stream()
                        .map(l -> later ? l.weight() : BatchNorm.folded(chain, l.weight(), l.norm()))
                        .toList());
        var bias = JoinedWeights.rows(
                chain,
                layers.stream()
                        .map(l -> later ? l.bias() : BatchNorm.foldedBias(chain, l.bias(), l.norm()))
                        .toList());
        var whole = new Layer(weight, bias, null, Window.plain().grouped(layers.size()));
        if (!later) {
            return apply(chain, name, x, whole, activation);
        }
        var y = apply(chain, name, x, whole, Activation.IDENTITY);
        return BatchNorm.apply(
                chain, name + ".norm", y, layers.stream().map(Layer::norm).toList(), activation);
    }

    /**
     * The raw sums of one or several convolutions of one padded map, channels one convolution behind the other, for a task that
     * reads them as they are. One kernel a convolution; in training mode the statistics of the batch norms besides.
     *
     * @param x the padded map that was made for these layers
     * @param layers convolutions with the same output height and width, all with batch norm or all without
     */
    public static Partial partial(TaskChain chain, String name, PaddedMap x, List<Layer> layers) {
        boolean normed = layers.getFirst().norm() != null;
        if (layers.stream().anyMatch(layer -> (layer.norm() != null) != normed)) {
            throw new IllegalArgumentException(
                    "Task '" + name + "' has layers with and without batch norm; give all of them one or none.");
        }
        boolean biasNow = normed && chain.training();
        return ended(chain, name, ConvolutionTaps.rows(chain, name, x, layers, biasNow), layers);
    }

    private static Partial ended(TaskChain chain, String name, RowMap raw, List<Layer> layers) {
        if (normLater(chain, layers.getFirst())) {
            return new Partial(
                    raw,
                    BatchNorm.affine(
                            chain,
                            name + ".norm",
                            raw,
                            layers.stream().map(Layer::norm).toList()));
        }
        return new Partial(raw, constants(chain, layers));
    }

    private static Tensor ofLibrary(TaskChain chain, String name, Tensor x, Layer layer, Activation activation) {
        PaddedMap.requireFits(name, x.shape(), layer);
        var dims = layer.weight().shape();
        var sums = LibraryForms.sums(
                chain,
                name,
                x,
                chain.weight(layer.weight()),
                layer.outputs(),
                dims.dim(2),
                dims.dim(3),
                layer.window().top(),
                layer.window().stride());
        return crop(chain, name + ".end", ended(chain, name, sums, List.of(layer)), activation);
    }

    /** Bias and running batch norm of all layers as one factor and term a channel. */
    private static Affine constants(TaskChain chain, List<Layer> layers) {
        int channels = layers.stream().mapToInt(Layer::outputs).sum();
        if (layers.stream().anyMatch(l -> l.bias() != null && l.bias().isOnDevice())) {
            var biases = layers.stream().map(Layer::bias).toList();
            var bias = biases.size() == 1 ? biases.getFirst() : JoinedWeights.rows(chain, biases);
            return new Affine(Affine.identity(chain, channels).scale(), chain.weight(bias));
        }
        var scale = new float[channels];
        var shift = new float[channels];
        int at = 0;
        for (var layer : layers) {
            for (int c = 0; c < layer.outputs(); c++, at++) {
                double bias = layer.bias() == null ? 0 : layer.bias().values().get(c);
                scale[at] = layer.norm() == null ? 1f : (float) layer.norm().scale(c);
                shift[at] = (float)
                        (layer.norm() == null
                                ? bias
                                : bias * layer.norm().scale(c) + layer.norm().shift(c));
            }
        }
        return Affine.constant(chain, scale, shift);
    }

    /**
     * The end of a convolution: bias, batch norm and activation, and the rows made dense.
     *
     * @return {@code [batch, channels, height, width]}
     */
    public static Tensor crop(TaskChain chain, String name, Partial partial, Activation activation) {
        var raw = partial.raw();
        var affine = partial.affine();
        var y = chain.tensor(name, raw.shape());
        chain.step(name)
                .extraBytes(raw.usefulBytes() - raw.tensor().bytes())
                .launch(
                        ChannelAffine::crop,
                        raw.tensor(),
                        affine.scale(),
                        affine.shift(),
                        out(y),
                        raw.planes(),
                        raw.channels(),
                        raw.height(),
                        raw.width(),
                        raw.rowStride(),
                        raw.planeStride(),
                        activation.code());
        return y;
    }

    /**
     * The end of a convolution, a gate for each channel and a residual in one pass: {@code norm(raw) * gate + residual}.
     *
     * @param gate {@code [batch, channels]}
     * @param residual {@code [batch, channels, height, width]}
     * @return the shape of {@code residual}
     */
    public static Tensor cropGated(TaskChain chain, String name, Partial partial, Tensor gate, Tensor residual) {
        var raw = partial.raw();
        var affine = partial.affine();
        Shapes.requireElements(name, gate, raw.planes(), "one gate an image and channel");
        var y = chain.tensor(name, raw.shape());
        Shapes.requireSame(name, y, residual);
        chain.step(name)
                .extraBytes(raw.usefulBytes() - raw.tensor().bytes())
                .launch(
                        ChannelAffine::cropGated,
                        raw.tensor(),
                        affine.scale(),
                        affine.shift(),
                        gate,
                        residual,
                        out(y),
                        raw.planes(),
                        raw.channels(),
                        raw.height(),
                        raw.width(),
                        raw.rowStride(),
                        raw.planeStride());
        return y;
    }

    private static boolean isPointwise(Layer layer) {
        return layer.weight().shape().dim(2) == 1
                && layer.weight().shape().dim(3) == 1
                && layer.window().equals(Window.plain());
    }

    /** The layer with its running batch norm in the weights; in training mode without it. */
    static Layer folded(TaskChain chain, Layer layer) {
        boolean fold = layer.norm() != null && !chain.training();
        return new Layer(
                fold ? BatchNorm.folded(chain, layer.weight(), layer.norm()) : layer.weight(),
                fold ? BatchNorm.foldedBias(chain, layer.bias(), layer.norm()) : layer.bias(),
                null,
                layer.window());
    }

    /** Whether weights and bias are known before the plan runs, so that a norm can be folded into them. */
    private static boolean isKnown(Layer layer) {
        return !layer.weight().isOnDevice()
                && (layer.bias() == null || !layer.bias().isOnDevice());
    }

    /** Whether the batch norm needs the convolution's result first. */
    private static boolean normLater(TaskChain chain, Layer layer) {
        return layer.norm() != null && chain.training();
    }
}
