package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import java.util.Arrays;
import java.util.Optional;
import tornado.attention.kernels.ConvolutionGradient;
import tornado.attention.kernels.PaddedConvolution;
import tornado.attention.kernels.WinogradConvolution;
import tornado.attention.tasks.Convolution.Layer;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task15;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A convolution with fewer products, see {@link WinogradConvolution}: kernels of 3, 5 or 7 rows without stride and dilation, where
 * the products saved are worth two more kernels.
 *
 * <pre>
 *   x ── points ──▶ tiles at each point ── taps ──▶ sums at each point ── rows ──▶ y
 *                                              ▲
 *                              weights at each point (once)
 * </pre>
 */
final class Winograd {
    private static final double[] SIX = {0, 1, -1, 2, -0.5, Double.POSITIVE_INFINITY};
    private static final double[] EIGHT = {0, 1, -1, 2, -2, 0.5, -0.5, Double.POSITIVE_INFINITY};

    /**
     * What moving an element costs, in products: an estimate for processors whose second-level cache holds the map. With it a
     * convolution of 8 by 8 channels and five rows is still done so, which gains a sixth on one thread.
     */
    private static final long PRODUCTS_PER_MOVE = 6;

    /** What a launch costs, in products: half a microsecond on a processor, on a graphics card ten (an assumption). */
    private static final long PRODUCTS_PER_LAUNCH = 100_000;

    private static final long PRODUCTS_PER_LAUNCH_ON_GPU = 10_000_000;

    private final Layer layer;
    private final int tile;
    private final double[] points;
    private final int tiles;

    private Winograd(Layer layer, int tile, double[] points, int height) {
        this.layer = layer;
        this.tile = tile;
        this.points = points;
        this.tiles = (height + tile - 1) / tile;
    }

    /**
     * How a layer is convolved so, if that can be done and pays.
     *
     * @param output {@code [batch, channels, height, width]} of the result
     */
    static Optional<Winograd> of(Layer layer, Shape output, DeviceProfile profile) {
        if (layer.window().stride() != 1 || layer.window().dilation() != 1) {
            return Optional.empty();
        }
        int height = output.height();
        var possible = switch (layer.weight().shape().dim(2)) {
            case 3 -> Optional.of(new Winograd(layer, 4, SIX, height));
            case 5 -> Optional.of(new Winograd(layer, 4, EIGHT, height));
            case 7 -> Optional.of(new Winograd(layer, 2, EIGHT, height));
            default -> Optional.<Winograd>empty();
        };
        return possible.filter(w -> w.pays(output, profile));
    }

    private boolean pays(Shape output, DeviceProfile profile) {
        long products = (long) inputs() * outputs() * kernelColumns();
        long direct = output.height() * kernelRows() * products;
        long moves = 2L * points.length * inputs() + (points.length + tile) * outputs();
        long here = tiles * (points.length * products + PRODUCTS_PER_MOVE * moves);
        long launch = profile.kind() == DeviceProfile.Kind.GPU ? PRODUCTS_PER_LAUNCH_ON_GPU : PRODUCTS_PER_LAUNCH;
        return (direct - here) * output.batch() * layer.window().groups() * output.width() > 2 * launch;
    }

    private long kernelRows() {
        return layer.weight().shape().dim(2);
    }

    private int kernelColumns() {
        return layer.weight().shape().dim(3);
    }

    /** Input channels of a group. */
    private int inputs() {
        return layer.weight().shape().dim(1);
    }

    /** Output channels of a group. */
    private int outputs() {
        return layer.outputs() / layer.window().groups();
    }

    /**
     * Appends the convolution, with a factor and a term for each channel and an activation at its end.
     *
     * @param x was made for this layer
     * @param affine of the layer's channels
     * @param y planes of {@code (height - 1) * outRow + width} elements
     * @param outRow distance of output rows
     * @param imagePlanes planes an image has in {@code y}
     * @param first the first of them written
     */
    void append(
            TaskChain chain,
            String name,
            PaddedMap x,
            Affine affine,
            Tensor y,
            int outRow,
            int imagePlanes,
            int first,
            Activation activation) {
        int row = x.outputWidth() + kernelColumns() - 1;
        var sums = sums(chain, name, x, row, tilesAtPoints(chain, name + ".points", x, row));
        int height = x.outputHeight();
        int width = x.outputWidth();
        int planes = x.batch() * layer.outputs();
        long written = (long) planes * ((height - 1) * outRow + width) * Float.BYTES;
        chain.step(name + ".rows")
                .extraBytes(written - y.bytes())
                .launch(
                        rowsKernel(),
                        sums,
                        affine.scale(),
                        affine.shift(),
                        out(y),
                        planes,
                        outputs(),
                        layer.outputs(),
                        tiles,
                        height,
                        width,
                        row,
                        outRow,
                        imagePlanes,
                        first,
                        activation.code());
    }

    private Tensor tilesAtPoints(TaskChain chain, String name, PaddedMap x, int row) {
        int planes = x.batch() * x.channels();
        var y = chain.tensor(name, Shape.of(planes / inputs(), points.length, inputs(), tiles, row));
        var source = x.planes(layer);
        chain.step(name)
                .launch(
                        pointsKernel(),
                        source.tensor(),
                        out(y),
                        planes,
                        inputs(),
                        tile,
                        tiles,
                        source.rows(),
                        source.columns(),
                        source.top(),
                        source.left(),
                        row);
        return y;
    }

    /** A convolution along the rows of tiles, each point a group of its own. Its products are counted as the direct sum's. */
    private Tensor sums(TaskChain chain, String name, PaddedMap x, int row, Tensor atPoints) {
        int groups = layer.window().groups() * points.length;
        int taps = inputs() * kernelColumns();
        int pixels = (tiles - 1) * row + x.outputWidth();
        var y = chain.tensor(name + ".sums", Shape.of(x.batch(), groups * outputs(), pixels));
        var w = layer.weight().isOnDevice() ? weightAtPoints(chain, name) : knownWeightAtPoints(chain);
        var b = chain.zeros(groups * outputs());
        var table = chain.table(offsets(taps, row));
        long outputs = (long) x.batch() * layer.outputs() * x.outputHeight() * x.outputWidth();
        chain.step(name)
                .macs(outputs * layer.taps())
                .launch(
                        PaddedConvolution::taps,
                        atPoints,
                        w,
                        b,
                        table,
                        out(y),
                        x.batch(),
                        groups,
                        outputs(),
                        taps,
                        inputs() * tiles * row,
                        pixels,
                        groups * outputs(),
                        0,
                        Activation.IDENTITY.code());
        return y;
    }

    /** Whether {@link #weightGradient} can be made. */
    boolean hasWeightGradient() {
        return points.length == SIX.length && layer.window().groups() == 1 && layer.outputs() % 8 == 0;
    }

    /**
     * The weight's gradient, with half the products as well: what is done with the map and its sums, turned about.
     *
     * @param x was made for this layer
     * @param g the result's gradient
     * @param chunks parts of the batch that are summed by themselves
     */
    Tensor weightGradient(TaskChain chain, String name, PaddedMap x, Tensor g, int chunks) {
        int columns = kernelColumns();
        int width = x.outputWidth();
        int row = width + columns - 1;
        int pixels = (tiles - 1) * row + width;
        int outputs = layer.outputs();
        int taps = inputs() * columns;
        var atPoints = tilesAtPoints(chain, name + ".points", x, row);
        var gradient = chain.tensor(name + ".last", Shape.of(x.batch(), points.length, pixels, outputs));
        chain.step(name + ".last")
                .launch(
                        WinogradConvolution::gradientOfF43,
                        g,
                        out(gradient),
                        x.batch() * outputs / 8,
                        outputs / 8,
                        tiles,
                        x.outputHeight(),
                        width,
                        row);
        var parts = chain.tensor(name + ".parts", Shape.of(chunks, points.length, taps, outputs));
        chain.step(name + ".parts")
                .macs((long) g.elements() * layer.taps())
                .launch(
                        ConvolutionGradient::weight,
                        atPoints,
                        gradient,
                        chain.table(offsets(taps, row)),
                        out(parts),
                        chunks * points.length,
                        points.length,
                        taps,
                        outputs,
                        x.batch() / chunks,
                        points.length * inputs() * tiles * row,
                        inputs() * tiles * row,
                        pixels);
        var y = chain.tensor(name, layer.weight().shape());
        chain.step(name)
                .launch(
                        WinogradConvolution::weightGradientOfF43,
                        parts,
                        factors(chain),
                        out(y),
                        chunks,
                        outputs,
                        inputs(),
                        columns);
        return y;
    }

    /** Where each input and column of a kernel reads tiles at a point. */
    private int[] offsets(int taps, int row) {
        var offsets = new int[taps];
        Arrays.setAll(offsets, t -> t / kernelColumns() * tiles * row + t % kernelColumns());
        return offsets;
    }

    private Shape shapeAtPoints() {
        return Shape.of(layer.window().groups(), points.length, outputs(), inputs() * kernelColumns());
    }

    private Tensor knownWeightAtPoints(TaskChain chain) {
        return chain.weight(chain.derived(
                Derivation.of(
                        "at points", layer.weight().identity(), layer.window().groups(), tile, points.length),
                layer.weight().name() + ".points",
                shapeAtPoints(),
                this::weightAtPoints));
    }

    /** The same of a weight that the device changes: made there, with each run. */
    private Tensor weightAtPoints(TaskChain chain, String name) {
        var y = chain.tensor(name + ".weight", shapeAtPoints());
        chain.step(name + ".weight")
                .launch(
                        WinogradConvolution::weight,
                        chain.weight(layer.weight()),
                        factors(chain),
                        out(y),
                        layer.window().groups(),
                        points.length,
                        outputs(),
                        inputs(),
                        (int) kernelRows(),
                        kernelColumns());
        return y;
    }

    /** {@code [points, kernel rows]}: what a kernel's rows are multiplied with. */
    private Tensor factors(TaskChain chain) {
        int kernelRows = (int) kernelRows();
        var rounded = new float[points.length * kernelRows];
        var factors = factors();
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) factors[i / kernelRows][i % kernelRows];
        }
        return Affine.bias(chain, rounded).shift();
    }

    private double[][] factors() {
        int kernelRows = (int) kernelRows();
        var factors = new double[points.length][kernelRows];
        for (int p = 0; p < points.length; p++) {
            for (int u = 0; u < kernelRows; u++) {
                factors[p][u] = factor(p, u, kernelRows);
            }
        }
        return factors;
    }

    /**
     * The columns of each kernel as polynomials at the points, over the factors that the kernels' rows of tiles leave out: {@code
     * [groups, points, outputs, inputs, kernel columns]}.
     */
    private FloatArray weightAtPoints() {
        var weight = layer.weight();
        int kernelRows = (int) kernelRows();
        int perOutput = inputs() * kernelColumns();
        var factors = factors();
        var kernels = weight.values().toHeapArray();
        var values = new float[layer.outputs() * points.length * perOutput];
        for (int output = 0; output < layer.outputs(); output++) {
            for (int p = 0; p < points.length; p++) {
                int group = output / outputs();
                int to = ((group * points.length + p) * outputs() + output % outputs()) * perOutput;
                polynomials(kernels, output * perOutput * kernelRows, factors[p], values, to);
            }
        }
        return FloatArray.fromArray(values);
    }

    /** The columns of an output channel's kernels at one point. */
    private void polynomials(float[] kernels, int first, double[] factors, float[] values, int to) {
        int columns = kernelColumns();
        for (int input = 0; input < inputs(); input++) {
            int from = first + input * factors.length * columns;
            for (int column = 0; column < columns; column++) {
                double value = 0;
                for (int u = 0; u < factors.length; u++) {
                    value += factors[u] * kernels[from + u * columns + column];
                }
                values[to + input * columns + column] = (float) value;
            }
        }
    }

    /** Row {@code u} of a polynomial at a point, over the product of the point's distances to the other ones. */
    private double factor(int point, int u, int kernelRows) {
        int infinity = points.length - 1;
        if (point == infinity) {
            return u == kernelRows - 1 ? 1 : 0;
        }
        double value = Math.pow(points[point], u);
        for (int other = 0; other < infinity; other++) {
            if (other != point) {
                value /= points[point] - points[other];
            }
        }
        return value;
    }

    private Task11<
                    FloatArray,
                    FloatArray,
                    Integer,
                    Integer,
                    Integer,
                    Integer,
                    Integer,
                    Integer,
                    Integer,
                    Integer,
                    Integer>
            pointsKernel() {
        return points.length == SIX.length ? WinogradConvolution::inputOfF43 : WinogradConvolution::inputOfF45AndF27;
    }

    private Task15<
                    FloatArray,
                    FloatArray,
                    FloatArray,
                    FloatArray,
                    Integer,
                    Integer,
                    Integer,
                    Integer,
                    Integer,
                    Integer,
                    Integer,
                    Integer,
                    Integer,
                    Integer,
                    Integer>
            rowsKernel() {
        if (points.length == SIX.length) {
            return WinogradConvolution::outputOfF43;
        }
        return tile == 4 ? WinogradConvolution::outputOfF45 : WinogradConvolution::outputOfF27;
    }
}
