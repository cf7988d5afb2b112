package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import java.util.Arrays;
import java.util.List;
import tornado.attention.kernels.FusedConvolution1x1;
import tornado.attention.kernels.PaddedConvolution;
import tornado.attention.tasks.Convolution.Layer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The tasks that multiply: sums of a convolution over a padded map. */
final class ConvolutionTaps {
    /** Rows shorter than a vector leave lanes unused; flattened ones do not. */
    private static final int LEAST_DEPTHWISE_WIDTH = 16;

    /** Shorter rows leave lanes unused, for which sorting is cheaper. */
    private static final int LEAST_STRIDED_WIDTH = 28;

    /** Sums over more of what is read are worth sorting it. */
    private static final int MOST_STRIDED_TAPS = 32;

    private ConvolutionTaps() {}

    /** A convolution whose rows come out dense, with bias and activation. */
    static Tensor dense(TaskChain chain, String name, PaddedMap x, Layer layer, Activation activation) {
        var y = chain.tensor(name, Shape.of(x.batch(), layer.outputs(), x.outputHeight(), x.outputWidth()));
        append(chain, name, x, layer, layer.bias(), y, layer.outputs(), 0, activation);
        return y;
    }

    /** A convolution by {@link Winograd} whose end, with factors, terms and activation, makes the rows dense. */
    static Tensor dense(
            TaskChain chain,
            String name,
            PaddedMap x,
            Layer layer,
            Winograd winograd,
            Affine affine,
            Activation activation) {
        var y = chain.tensor(name, Shape.of(x.batch(), layer.outputs(), x.outputHeight(), x.outputWidth()));
        winograd.append(chain, name, x, affine, y, x.outputWidth(), layer.outputs(), 0, activation);
        return y;
    }

    /** Whether a layer is one channel in, one channel out, with rows that can be taken two at a time. */
    static boolean isDepthwise(Layer layer, PaddedMap x) {
        int groups = layer.window().groups();
        return groups == x.channels()
                && groups == layer.outputs()
                && layer.weight().shape().dim(2) > 1
                && !layer.weight().isOnDevice()
                && layer.window().stride() == 1
                && layer.window().dilation() == 1
                && x.outputWidth() >= LEAST_DEPTHWISE_WIDTH
                && x.hasRowsFor(layer, x.outputHeight() + x.outputHeight() % 2);
    }

    /** A depthwise convolution with factors, terms and activation, its rows dense. */
    static Tensor depthwise(
            TaskChain chain, String name, PaddedMap x, Layer layer, Affine affine, Activation activation) {
        int channels = layer.outputs();
        int kernelColumns = layer.weight().shape().dim(3);
        int taps = layer.taps() + kernelColumns;
        var y = chain.tensor(name, Shape.of(x.batch(), channels, x.outputHeight(), x.outputWidth()));
        var w = chain.weight(chain.derived(
                Derivation.of("between zeros", layer.weight().identity()),
                layer.weight().name() + ".rows",
                Shape.of(channels, layer.taps() + 2 * kernelColumns),
                () -> betweenZeros(layer.weight(), kernelColumns)));
        var all = Arrays.copyOf(x.offsets(layer), taps);
        for (int t = layer.taps(); t < taps; t++) {
            all[t] = all[t - kernelColumns] + x.rowLength();
        }
        var offsets = chain.table(all);
        chain.step(name)
                .macs((long) y.elements() * layer.taps())
                .launch(
                        PaddedConvolution::depthwise,
                        x.tensor(),
                        w,
                        affine.scale(),
                        affine.shift(),
                        offsets,
                        out(y),
                        x.batch() * channels,
                        channels,
                        taps,
                        kernelColumns,
                        x.planeSize(),
                        x.rowLength(),
                        x.outputHeight(),
                        x.outputWidth(),
                        activation.code());
        return y;
    }

    /** Each channel's kernel with a row of zeros before and behind it. */
    private static FloatArray betweenZeros(Weight weight, int kernelColumns) {
        int channels = weight.shape().dim(0);
        int size = weight.values().getSize() / channels;
        int padded = size + 2 * kernelColumns;
        var values = new float[channels * padded];
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < size; i++) {
                values[c * padded + kernelColumns + i] = weight.values().get(c * size + i);
            }
        }
        return FloatArray.fromArray(values);
    }

    /**
     * Whether a layer reads a padded map with its stride, rather than one whose pixels are sorted by it: where that costs less than
     * sorting them and making rows dense, which is for few sums of what is read, and rows that fill vectors. A kernel of one row reads
     * every second row only, of which sorting keeps just those.
     */
    static boolean readsWithStride(Layer layer, Shape x) {
        var window = layer.window();
        int width = (x.width() + window.left() + window.right() - layer.reachColumns()) / window.stride() + 1;
        return window.stride() == 2
                && layer.weight().shape().dim(2) > 1
                && layer.taps() <= MOST_STRIDED_TAPS
                && width >= LEAST_STRIDED_WIDTH;
    }

    /** A strided convolution with bias and activation, its rows dense. */
    static Tensor strided(TaskChain chain, String name, Tensor x, Layer layer, Activation activation) {
        var padded = PaddedMap.unsorted(chain, name + ".pad", x, layer);
        var y = chain.tensor(
                name, Shape.of(padded.batch(), layer.outputs(), padded.outputHeight(), padded.outputWidth()));
        int groups = layer.window().groups();
        chain.step(name)
                .macs((long) y.elements() * layer.taps())
                .launch(
                        PaddedConvolution::strided,
                        padded.tensor(),
                        chain.weight(layer.weight()),
                        layer.bias() == null ? chain.zeros(layer.outputs()) : chain.weight(layer.bias()),
                        chain.table(padded.offsets(layer)),
                        out(y),
                        padded.batch() * groups,
                        groups,
                        layer.outputs() / groups,
                        layer.taps(),
                        padded.channels() / groups * padded.planeSize(),
                        padded.rowLength(),
                        layer.window().stride(),
                        padded.outputHeight(),
                        padded.outputWidth(),
                        activation.code());
        return y;
    }

    /** The raw sums of all layers, their channels one behind the other. */
    static RowMap rows(TaskChain chain, String name, PaddedMap x, List<Layer> layers, boolean withBias) {
        int channels = layers.stream().mapToInt(Layer::outputs).sum();
        var y = chain.tensor(name, Shape.of(x.batch(), channels, x.pixels()));
        int first = 0;
        for (var layer : layers) {
            append(chain, name, x, layer, withBias ? layer.bias() : null, y, channels, first, Activation.IDENTITY);
            first += layer.outputs();
        }
        return new RowMap(y, x.batch(), channels, x.outputHeight(), x.outputWidth(), x.rowLength(), x.pixels());
    }

    private static void append(
            TaskChain chain,
            String name,
            PaddedMap x,
            Layer layer,
            Weight bias,
            Tensor y,
            int outputPlanes,
            int first,
            Activation activation) {
        var winograd = Winograd.of(layer, x.output(), chain.options().profile());
        if (winograd.isPresent()) {
            var none = Affine.identity(chain, layer.outputs());
            var affine = bias == null
                    ? none
                    : bias.isOnDevice()
                            ? new Affine(none.scale(), chain.weight(bias))
                            : Affine.bias(chain, bias.values().toHeapArray());
            winograd.get().append(chain, name, x, affine, y, x.rowLength(), outputPlanes, first, activation);
            return;
        }
        int groups = layer.window().groups();
        int outputs = layer.outputs() / groups;
        int taps = layer.taps();
        int groupSize = x.channels() / groups * x.planeSize();
        int pixels = x.pixels();
        var w = chain.weight(layer.weight());
        var b = bias == null ? chain.zeros(layer.outputs()) : chain.weight(bias);
        var offsets = chain.table(x.offsets(layer));
        long useful = (long) x.batch() * layer.outputs() * x.outputHeight() * x.outputWidth();
        long written = (long) x.batch() * layer.outputs() * pixels * Float.BYTES;
        chain.step(name)
                .macs(useful * taps)
                .extraBytes(written - y.bytes())
                .launch(
                        PaddedConvolution::taps,
                        x.tensor(),
                        w,
                        b,
                        offsets,
                        out(y),
                        x.batch(),
                        groups,
                        outputs,
                        taps,
                        groupSize,
                        pixels,
                        outputPlanes,
                        first,
                        activation.code());
    }

    /** A 1x1 convolution with a residual. */
    static Tensor pointwiseResidual(
            TaskChain chain,
            String name,
            Tensor x,
            Weight weight,
            Weight bias,
            Tensor residual,
            Activation activation) {
        Shapes.requireFeatureMap(name, x);
        int batch = x.shape().batch();
        int inputs = x.shape().channels();
        int pixels = x.shape().pixels();
        Shapes.requireMatrix(name, weight, inputs);
        int outputs = weight.shape().dim(0);
        Shapes.requireVector(name, bias, outputs);
        var y = chain.tensor(
                name, Shape.of(batch, outputs, x.shape().height(), x.shape().width()));
        Shapes.requireSame(name, y, residual);
        var w = chain.weight(weight);
        var b = bias == null ? chain.zeros(outputs) : chain.weight(bias);
        if (LibraryForms.areWanted(chain)) {
            return LibraryForms.pointwiseResidual(chain, name, x, w, b, outputs, residual, activation);
        }
        chain.step(name)
                .macs((long) batch * inputs * outputs * pixels)
                .launch(
                        FusedConvolution1x1::residual,
                        x,
                        w,
                        b,
                        residual,
                        out(y),
                        batch,
                        inputs,
                        outputs,
                        pixels,
                        activation.code());
        return y;
    }
}
