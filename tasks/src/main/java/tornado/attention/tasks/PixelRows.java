package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.AxisReduction;
import tornado.attention.kernels.ChannelsLast;
import tornado.attention.kernels.Strided;
import tornado.attention.tasks.Convolution.Layer;

/**
 * Tasks on maps whose channels lie side by side, {@code [batch, height, width, channels]}: a row a pixel. What a network of depthwise
 * and 1x1 convolutions is made of needs neither padded copies nor rows made dense in this layout; {@code null} norms and biases are absent
 * ones. For evaluation: norms are folded into the weights.
 */
public final class PixelRows {
    private static final int RANK = 4;

    /** One or two vectors of a pixel wait for themselves; those of four pixels do not. */
    private static final int FEW_CHANNELS = 32;

    private PixelRows() {}

    /**
     * The map as rows.
     *
     * @param x {@code [batch, channels, height, width]}
     * @return {@code [batch, height, width, channels]}
     * @throws IllegalArgumentException if {@code x} is no feature map
     */
    public static Tensor of(TaskChain chain, String name, Tensor x) {
        Shapes.requireFeatureMap(name, x);
        var s = x.shape();
        var planes = FeatureSlice.of(chain.view(x, Shape.of(s.batch(), s.channels(), s.pixels())));
        return chain.view(
                Rearrangement.transpose(chain, name, planes), Shape.of(s.batch(), s.height(), s.width(), s.channels()));
    }

    /**
     * Rows as planes again.
     *
     * @param x {@code [batch, height, width, channels]}
     * @return {@code [batch, channels, height, width]}
     * @throws IllegalArgumentException if {@code x} has another rank
     */
    public static Tensor planes(TaskChain chain, String name, Tensor x) {
        Shapes.requireRank(name, x, RANK);
        var rows = FeatureSlice.of(chain.view(x, Shape.of(batch(x), pixels(x), channels(x))));
        return chain.view(
                Rearrangement.transpose(chain, name, rows),
                Shape.of(batch(x), channels(x), x.shape().dim(1), x.shape().dim(2)));
    }

    private static int batch(Tensor x) {
        return x.shape().dim(0);
    }

    private static int pixels(Tensor x) {
        return Math.multiplyExact(x.shape().dim(1), x.shape().dim(2));
    }

    private static int channels(Tensor x) {
        return x.shape().dim(3);
    }

    private static Tensor bias(TaskChain chain, Layer layer) {
        return layer.bias() == null ? chain.zeros(layer.outputs()) : chain.weight(layer.bias());
    }

    private static Layer folded(TaskChain chain, String name, Layer layer) {
        if (layer.norm() != null && chain.training()) {
            throw new IllegalArgumentException(
                    "Task '" + name
                            + "' folds its batch norm into the weights, but the chain trains; use Convolution, which takes batch statistics.");
        }
        return Convolution.folded(chain, layer);
    }

    private static void requirePointwise(String name, Tensor x, Layer layer) {
        Shapes.requireRank(name, x, RANK);
        Shapes.requireMatrix(name, layer.weight(), channels(x));
        if (!layer.window().equals(Convolution.Window.plain())) {
            throw new IllegalArgumentException("Task '" + name
                    + "' is a 1x1 convolution without stride, padding and groups, but '"
                    + layer.weight().name() + "' has " + layer.window() + ".");
        }
    }

    /**
     * 1x1 convolution with batch norm and activation.
     *
     * @param x {@code [batch, height, width, inputs]}
     * @param layer weights {@code [outputs, inputs, 1, 1]}
     * @return {@code [batch, height, width, outputs]}
     * @throws IllegalArgumentException if {@code x} or the layer has another shape, or a chain that trains has a norm
     */
    public static Tensor pointwise(TaskChain chain, String name, Tensor x, Layer layer, Activation activation) {
        requirePointwise(name, x, layer);
        var folded = folded(chain, name, layer);
        return Projection.linear(chain, name, x, folded.weight(), folded.bias(), activation);
    }

    /**
     * 1x1 convolution with batch norm, a residual and the activation of the sum.
     *
     * @param x {@code [batch, height, width, inputs]}
     * @param layer weights {@code [outputs, inputs, 1, 1]}
     * @param residual {@code [batch, height, width, outputs]}
     * @return the shape of {@code residual}
     * @throws IllegalArgumentException if a tensor or the layer has another shape, or a chain that trains has a norm
     */
    public static Tensor pointwiseResidual(
            TaskChain chain, String name, Tensor x, Layer layer, Tensor residual, Activation activation) {
        requirePointwise(name, x, layer);
        var folded = folded(chain, name, layer);
        var y = chain.tensor(
                name, Shape.of(batch(x), x.shape().dim(1), x.shape().dim(2), layer.outputs()));
        Shapes.requireSame(name, y, residual);
        chain.step(name)
                .macs((long) y.elements() * channels(x))
                .launch(
                        ChannelsLast::pointwiseResidual,
                        x,
                        chain.transposedWeight(folded.weight()),
                        bias(chain, folded),
                        residual,
                        out(y),
                        batch(x),
                        pixels(x),
                        channels(x),
                        layer.outputs(),
                        activation.code());
        return y;
    }

    /** Whether a convolution is one {@link #depthwise} takes: one kernel a channel. */
    public static boolean isDepthwise(Shape weight, Convolution.Window window) {
        return window.groups() == weight.dim(0) && weight.dim(1) == 1;
    }

    /**
     * Depthwise convolution with batch norm and activation.
     *
     * @param x {@code [batch, height, width, channels]}
     * @param layer weights {@code [channels, 1, kernel height, kernel width]}
     * @return {@code [batch, output height, output width, channels]}
     * @throws IllegalArgumentException if {@code x} or the layer has another shape, the kernel is larger than the padded map, or a chain
     *     that trains has a norm
     */
    public static Tensor depthwise(TaskChain chain, String name, Tensor x, Layer layer, Activation activation) {
        Shapes.requireRank(name, x, RANK);
        var window = layer.window();
        if (!isDepthwise(layer.weight().shape(), window) || layer.outputs() != channels(x)) {
            throw new IllegalArgumentException("Task '" + name + "' needs one kernel for each of " + channels(x)
                    + " channels, but '" + layer.weight().name() + "' has shape "
                    + layer.weight().shape() + " in " + window.groups() + " groups.");
        }
        int padHeight = x.shape().dim(1) + window.top() + window.bottom();
        int padWidth = x.shape().dim(2) + window.left() + window.right();
        int height = PaddedMap.outputs(name, layer, padHeight, layer.reachRows(), window.stride());
        int width = PaddedMap.outputs(name, layer, padWidth, layer.reachColumns(), window.stride());
        var folded = folded(chain, name, layer);
        var y = chain.tensor(name, Shape.of(batch(x), height, width, channels(x)));
        int columns = layer.weight().shape().dim(3);
        var rowOf = new int[layer.taps()];
        var columnOf = new int[layer.taps()];
        for (int t = 0; t < layer.taps(); t++) {
            rowOf[t] = t / columns * window.dilation() - window.top();
            columnOf[t] = t % columns * window.dilation() - window.left();
        }
        boolean byFour = channels(x) <= FEW_CHANNELS || activation.isExponential();
        chain.step(name)
                .macs((long) y.elements() * layer.taps())
                .launch(
                        byFour ? ChannelsLast::depthwiseByFour : ChannelsLast::depthwise,
                        x,
                        chain.transposedWeight(folded.weight()),
                        bias(chain, folded),
                        chain.table(rowOf),
                        chain.table(columnOf),
                        out(y),
                        batch(x) * height,
                        channels(x),
                        x.shape().dim(1),
                        x.shape().dim(2),
                        layer.taps(),
                        window.stride(),
                        height,
                        width,
                        activation.code());
        return y;
    }

    /**
     * A network's first convolution, with batch norm and activation, from planes to rows.
     *
     * @param x {@code [batch, inputs, height, width]}
     * @param layer weights {@code [outputs, inputs, kernel height, kernel width]}, one group
     * @return {@code [batch, height, width, outputs]}
     * @throws IllegalArgumentException if {@code x} or the layer has another shape, the kernel is larger than the padded map, there are
     *     groups, or a chain that trains has a norm
     */
    public static Tensor ofPlanes(TaskChain chain, String name, Tensor x, Layer layer, Activation activation) {
        if (layer.window().groups() != 1) {
            throw new IllegalArgumentException("Task '" + name + "' convolves all channels together, but '"
                    + layer.weight().name() + "' has " + layer.window().groups() + " groups.");
        }
        var folded = folded(chain, name, layer);
        var padded = PaddedMap.unsorted(chain, name + ".pad", x, layer);
        var y = chain.tensor(
                name, Shape.of(padded.batch(), padded.outputHeight(), padded.outputWidth(), layer.outputs()));
        chain.step(name)
                .macs((long) y.elements() * layer.taps())
                .launch(
                        ChannelsLast::ofPlanes,
                        padded.tensor(),
                        chain.transposedWeight(folded.weight()),
                        bias(chain, folded),
                        chain.table(padded.offsets(layer)),
                        out(y),
                        padded.batch() * padded.outputHeight(),
                        layer.outputs(),
                        layer.taps(),
                        padded.channels() * padded.planeSize(),
                        padded.rowLength(),
                        layer.window().stride(),
                        padded.outputHeight(),
                        padded.outputWidth(),
                        activation.code());
        return y;
    }

    /**
     * The mean over the pixels.
     *
     * @param x {@code [batch, height, width, channels]}
     * @return {@code [batch, channels]}
     * @throws IllegalArgumentException if {@code x} has another rank
     */
    public static Tensor average(TaskChain chain, String name, Tensor x) {
        Shapes.requireRank(name, x, RANK);
        var y = chain.tensor(name, Shape.of(batch(x), channels(x)));
        chain.step(name)
                .launch(
                        AxisReduction::apply,
                        x,
                        out(y),
                        batch(x),
                        pixels(x),
                        channels(x),
                        AxisReduction.SUM,
                        1f / pixels(x));
        return y;
    }

    /**
     * Each channel times its gate.
     *
     * @param x {@code [batch, height, width, channels]}
     * @param gate {@code [batch, channels]}
     * @return the shape of {@code x}
     * @throws IllegalArgumentException if {@code x} has another rank, or there is not one gate an image and channel
     */
    public static Tensor multiply(TaskChain chain, String name, Tensor x, Tensor gate) {
        Shapes.requireRank(name, x, RANK);
        int channels = channels(x);
        Shapes.requireElements(name, gate, batch(x) * channels, "one gate an image and channel");
        var y = chain.tensor(name, x.shape());
        chain.step(name)
                .launch(
                        Strided::combineRows,
                        x,
                        gate,
                        out(y),
                        batch(x),
                        pixels(x),
                        channels,
                        pixels(x) * channels,
                        channels,
                        1,
                        channels,
                        0,
                        1,
                        Strided.TIMES);
        return y;
    }
}
