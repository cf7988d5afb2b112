package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import tornado.attention.kernels.PaddedConvolution;
import tornado.attention.tasks.Convolution.Layer;
import tornado.attention.tasks.Convolution.Partial;

/**
 * A feature map laid out for convolutions without bounds tests: zero-padded planes, or with a stride one plane for each phase of
 * rows and columns. One copy serves several convolutions with the same stride; where none of them needs padding it is the map
 * itself. One made {@link #unsorted} has no phases and is read with the stride. The copy is made for the first convolution that needs
 * it; those by {@link Winograd} read the map as it is. See {@link Convolution}.
 */
public final class PaddedMap {
    /** What the copy is made of. */
    private record Source(TaskChain chain, String name, Tensor map) {}

    /**
     * Planes with zeros around them.
     *
     * @param tensor {@code [batch, channels, rows, columns]}
     * @param rows of a plane
     * @param columns of a plane
     * @param top rows of zeros above, below 0 if reading begins behind the first row
     * @param left zeros left of a row, below 0 if reading begins behind its first element
     */
    record Planes(Tensor tensor, int rows, int columns, int top, int left) {}

    private final Source source;
    private final int batch;
    private final int channels;
    private final int height;
    private final int width;
    private final int stride;
    private final int top;
    private final int left;
    private final List<Integer> phaseRows;
    private final List<Integer> phaseColumns;
    private final int rows;
    private final int columns;
    private Tensor tensor;

    private PaddedMap(
            Source source,
            Tensor tensor,
            int[] output,
            int stride,
            int top,
            int left,
            List<Integer> phaseRows,
            List<Integer> phaseColumns,
            int rows,
            int columns) {
        this.source = source;
        this.tensor = tensor;
        this.batch = output[0];
        this.channels = output[1];
        this.height = output[2];
        this.width = output[3];
        this.stride = stride;
        this.top = top;
        this.left = left;
        this.phaseRows = phaseRows;
        this.phaseColumns = phaseColumns;
        this.rows = rows;
        this.columns = columns;
    }

    /**
     * The padded copy of a map, in one kernel; no kernel where no layer has padding or stride, or all are done otherwise.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param layers the convolutions that will read it
     * @throws IllegalArgumentException if channels and groups do not fit, a kernel is larger than the padded map, or the
     *     outputs differ in stride or size
     */
    public static PaddedMap of(TaskChain chain, String name, Tensor x, List<Layer> layers) {
        Shapes.requireFeatureMap(name, x);
        return plan(name, x.shape(), layers).of(chain, name, x);
    }

    /**
     * Checks a convolution of a map.
     *
     * @throws IllegalArgumentException if channels and groups do not fit, or the kernel is larger than the padded map
     */
    static void requireFits(String name, Shape map, Layer layer) {
        plan(name, map, List.of(layer));
    }

    private PaddedMap of(TaskChain chain, String name, Tensor x) {
        return new PaddedMap(
                new Source(chain, name, x),
                isMapItself(x.shape()) ? x : null,
                new int[] {batch, channels, height, width},
                stride,
                top,
                left,
                phaseRows,
                phaseColumns,
                rows,
                columns);
    }

    /** The task that fills it. */
    private Tensor copy() {
        var chain = source.chain();
        var x = source.map();
        var y = chain.tensor(source.name(), storage());
        chain.step(source.name())
                .launch(
                        PaddedConvolution::pad,
                        x,
                        chain.table(ints(phaseRows)),
                        chain.table(ints(phaseColumns)),
                        out(y),
                        batch * channels,
                        x.shape().height(),
                        x.shape().width(),
                        phaseRows.size(),
                        rows,
                        columns,
                        stride,
                        top,
                        left);
        return y;
    }

    /**
     * The padded copy of a map for one strided convolution that reads it with its stride: rows as they are, no phases.
     *
     * @throws IllegalArgumentException if channels and groups do not fit, or the kernel is larger than the padded map
     */
    static PaddedMap unsorted(TaskChain chain, String name, Tensor x, Layer layer) {
        Shapes.requireFeatureMap(name, x);
        var window = layer.window();
        var output = plan(name, x.shape(), List.of(layer));
        int rows = (output.height - 1) * window.stride() + layer.reachRows();
        int columns = (output.width - 1) * window.stride() + layer.reachColumns();
        var plan = new PaddedMap(
                null,
                null,
                new int[] {output.batch, output.channels, output.height, output.width},
                1,
                window.top(),
                window.left(),
                List.of(0),
                List.of(0),
                rows,
                columns);
        return plan.of(chain, name, x);
    }

    /**
     * The padded copy of another convolution's result, its bias, batch norm and activation applied on the way: the map between
     * two convolutions is written once. Stride 1.
     *
     * @param partial the convolution before
     * @param layers the convolutions that will read it
     * @param activation applied to the result before it is padded
     */
    public static PaddedMap of(
            TaskChain chain, String name, Partial partial, List<Layer> layers, Activation activation) {
        var raw = partial.raw();
        var plan = plan(name, raw.shape(), layers);
        if (plan.stride != 1 || plan.isMapItself(raw.shape())) {
            var cropped = Convolution.crop(chain, name + ".crop", partial, activation);
            return of(chain, name, cropped, layers);
        }
        var affine = partial.affine();
        var y = chain.tensor(name, plan.storage());
        chain.step(name)
                .extraBytes(raw.usefulBytes() - raw.tensor().bytes())
                .launch(
                        PaddedConvolution::padActivated,
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
                        plan.rows,
                        plan.columns,
                        plan.top,
                        plan.left,
                        activation.code());
        plan.tensor = y;
        return plan;
    }

    private static PaddedMap plan(String name, Shape x, List<Layer> layers) {
        int stride = layers.getFirst().window().stride();
        int[] output = null;
        int top = 0;
        int left = 0;
        for (var layer : layers) {
            var window = layer.window();
            requireChannels(name, x, layer);
            var size = new int[] {
                x.batch(),
                x.channels(),
                outputs(name, layer, x.height() + window.top() + window.bottom(), layer.reachRows(), window.stride()),
                outputs(name, layer, x.width() + window.left() + window.right(), layer.reachColumns(), window.stride())
            };
            if (window.stride() != stride || (output != null && (size[2] != output[2] || size[3] != output[3]))) {
                throw new IllegalArgumentException(
                        "Task '" + name + "' has convolutions of different stride or output size;"
                                + " give them odd kernels with padding kernel / 2 and one stride.");
            }
            output = size;
            // Without a stride zeros behind a row or plane are the ones before the next.
            top = Math.max(top, stride == 1 ? Math.max(window.top(), window.bottom()) : window.top());
            left = Math.max(left, stride == 1 ? Math.max(window.left(), window.right()) : window.left());
        }
        return stride == 1 ? unstrided(x, output, top, left) : sorted(output, layers, stride, top, left);
    }

    private static PaddedMap unstrided(Shape x, int[] output, int top, int left) {
        int rows = x.height() + 2 * top;
        // The zeros behind a row are those before the next one; behind the last row there is one more for them.
        rows += left > 0 ? 1 : 0;
        return new PaddedMap(null, null, output, 1, top, left, List.of(0), List.of(0), rows, x.width() + left);
    }

    private static PaddedMap sorted(int[] output, List<Layer> layers, int stride, int top, int left) {
        var rowRests = new TreeSet<Integer>();
        var columnRests = new TreeSet<Integer>();
        int lastRow = 0;
        int lastColumn = 0;
        for (var layer : layers) {
            int dilation = layer.window().dilation();
            for (int u = 0; u < layer.weight().shape().dim(2); u++) {
                int at = u * dilation + top - layer.window().top();
                rowRests.add(at % stride);
                lastRow = Math.max(lastRow, at / stride);
            }
            for (int v = 0; v < layer.weight().shape().dim(3); v++) {
                int at = v * dilation + left - layer.window().left();
                columnRests.add(at % stride);
                lastColumn = Math.max(lastColumn, at / stride);
            }
        }
        var phaseRows = new ArrayList<Integer>();
        var phaseColumns = new ArrayList<Integer>();
        for (int a : rowRests) {
            for (int b : columnRests) {
                phaseRows.add(a);
                phaseColumns.add(b);
            }
        }
        return new PaddedMap(
                null,
                null,
                output,
                stride,
                top,
                left,
                phaseRows,
                phaseColumns,
                output[2] + lastRow,
                output[3] + lastColumn);
    }

    /**
     * Outputs along an axis.
     *
     * @param padded pixels along it with their padding
     * @param reach pixels the kernel reaches over
     * @throws IllegalArgumentException if it reaches over more
     */
    static int outputs(String name, Layer layer, int padded, int reach, int stride) {
        if (reach > padded) {
            throw new IllegalArgumentException(
                    "Task '" + name + "' cannot place '" + layer.weight().name() + "', which reaches over " + reach
                            + " pixels, on a map of " + padded + " with padding; use a larger map or more padding.");
        }
        return (padded - reach) / stride + 1;
    }

    private static void requireChannels(String name, Shape x, Layer layer) {
        int perGroup = layer.weight().shape().dim(1);
        int groups = layer.window().groups();
        if (x.channels() != perGroup * groups) {
            throw new IllegalArgumentException(
                    "Task '" + name + "' needs " + perGroup * groups + " input channels for '"
                            + layer.weight().name() + "' of shape "
                            + layer.weight().shape() + " in " + groups + " groups, but the map is "
                            + x + ".");
        }
    }

    private boolean isMapItself(Shape x) {
        return stride == 1 && top == 0 && left == 0 && rows == x.height() && columns == x.width();
    }

    private Shape storage() {
        return Shape.of(batch, channels, phaseRows.size(), rows, columns);
    }

    /** Where each tap of a layer reads for output pixel 0, counted from the first plane of its group. */
    int[] offsets(Layer layer) {
        var shape = layer.weight().shape();
        var window = layer.window();
        var offsets = new int[layer.taps()];
        int at = 0;
        for (int i = 0; i < shape.dim(1); i++) {
            for (int u = 0; u < shape.dim(2); u++) {
                for (int v = 0; v < shape.dim(3); v++) {
                    int y = u * window.dilation() + top - window.top();
                    int z = v * window.dilation() + left - window.left();
                    offsets[at++] = i * planeSize()
                            + phase(y % stride, z % stride) * rows * columns
                            + y / stride * columns
                            + z / stride;
                }
            }
        }
        return offsets;
    }

    /** The map, or where there is none its copy, for a layer without stride that asks for zeros around it. */
    Planes planes(Layer layer) {
        var window = layer.window();
        return source == null
                ? new Planes(tensor, rows, columns, window.top() - top, window.left() - left)
                : new Planes(
                        source.map(),
                        source.map().shape().height(),
                        source.map().shape().width(),
                        window.top(),
                        window.left());
    }

    /** Whether it has what a layer without stride reads for so many output rows. */
    boolean hasRowsFor(Layer layer, int outputRows) {
        // Columns right of the map are the first ones of the next row.
        return top - layer.window().top() + outputRows + layer.reachRows() - 1 + (left > 0 ? 1 : 0) <= rows;
    }

    private int phase(int row, int column) {
        for (int i = 0; i < phaseRows.size(); i++) {
            if (phaseRows.get(i) == row && phaseColumns.get(i) == column) {
                return i;
            }
        }
        throw new IllegalArgumentException(
                "This padded map was not made for the convolution that reads it; name all of them when it is made.");
    }

    /** {@code [batch, channels, height, width]} of an output; the channels are those of the input. */
    Shape output() {
        return Shape.of(batch, channels, height, width);
    }

    /** Elements of a channel's planes. */
    int planeSize() {
        return phaseRows.size() * rows * columns;
    }

    /** Whether output rows follow each other without a gap. */
    boolean rowsComeOutDense() {
        return columns == width;
    }

    /** Length of the pixel loop over whole rows. */
    int pixels() {
        return (height - 1) * columns + width;
    }

    /** The elements; the copy is made by whoever asks first. */
    Tensor tensor() {
        if (tensor == null) {
            tensor = copy();
        }
        return tensor;
    }

    int batch() {
        return batch;
    }

    int channels() {
        return channels;
    }

    /** Rows of an output. */
    int outputHeight() {
        return height;
    }

    /** Columns of an output. */
    int outputWidth() {
        return width;
    }

    /** Elements of a padded row: the distance of output rows, or with a stride that the reader takes that over the stride. */
    int rowLength() {
        return columns;
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
