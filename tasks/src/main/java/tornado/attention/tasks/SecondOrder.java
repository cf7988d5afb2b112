package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import tornado.attention.kernels.Covariance;
import tornado.attention.kernels.CovarianceGroups;
import tornado.attention.kernels.Gather;
import tornado.attention.kernels.NewtonSchulz;
import tornado.attention.kernels.RowConvolution;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Tasks of second-order pooling: covariances of channels, their square roots, what is read off them. */
public final class SecondOrder {
    private SecondOrder() {}

    /**
     * Biased covariance of the channels over the pixels: {@code S = (1/N) sum over n of (x_n - mean)(x_n - mean)^T}.
     * Three kernels: means, centred features pixel by pixel, their product with themselves. A single pixel or constant
     * channels give exact zeros.
     *
     * @param x {@code [batch, channels, height, width]}
     * @param limit sides longer than this are cropped around the centre, by indexing
     * @return {@code [batch, channels, channels]}
     */
    public static Tensor covariance(TaskChain chain, String name, Tensor x, int limit) {
        Shapes.requireFeatureMap(name, x);
        int batch = x.shape().batch();
        int channels = x.shape().channels();
        var window = Window.centre(x.shape(), limit);
        long bytes = (long) batch * channels * window.pixels() * Float.BYTES;
        var mean = chain.tensor(name + ".mean", Shape.of(batch, channels));
        mean(chain, chain.step(name + ".mean").extraBytes(bytes - x.bytes()), x, mean, window);
        var centred = chain.tensor(name + ".center", Shape.of(batch, window.pixels(), channels));
        chain.step(name + ".center")
                .extraBytes(bytes - x.bytes())
                .launch(
                        Covariance::center,
                        x,
                        mean,
                        out(centred),
                        batch,
                        channels,
                        window.mapHeight(),
                        window.mapWidth(),
                        window.top(),
                        window.left(),
                        window.height(),
                        window.width());
        // Pixel by pixel, the pixels are the "channels" of a slice: the sum of the product runs over them.
        var pixels = FeatureSlice.of(centred);
        return SpatialAttention.scores(chain, name, pixels, pixels, 1.0 / window.pixels());
    }

    private static void mean(TaskChain chain, Step step, Tensor x, Tensor mean, Window window) {
        int pixels = window.height() * window.width();
        var variants = KernelVariants.of(chain);
        if (variants.forRows(pixels)) {
            int size = variants.rowSize(pixels);
            step.inGroups(mean.elements(), size)
                    .launch(
                            CovarianceGroups::mean,
                            new KernelContext(),
                            x,
                            out(mean),
                            window.mapHeight(),
                            window.mapWidth(),
                            window.top(),
                            window.left(),
                            window.height(),
                            window.width(),
                            size,
                            variants.lanes(size));
        } else {
            step.launch(
                    Covariance::mean,
                    x,
                    out(mean),
                    mean.elements(),
                    window.mapHeight(),
                    window.mapWidth(),
                    window.top(),
                    window.left(),
                    window.height(),
                    window.width());
        }
    }

    /** A window of a map; a map that is read whole is one line, so that loops over it are long. */
    private record Window(int mapHeight, int mapWidth, int top, int left, int height, int width) {
        static Window centre(Shape map, int limit) {
            int height = Math.min(map.height(), limit);
            int width = Math.min(map.width(), limit);
            if (height == map.height() && width == map.width()) {
                return new Window(1, map.pixels(), 0, 0, 1, map.pixels());
            }
            return new Window(
                    map.height(), map.width(), (map.height() - height) / 2, (map.width() - width) / 2, height, width);
        }

        int pixels() {
            return height * width;
        }
    }

    /**
     * Square roots of matrices by the truncated Newton-Schulz iteration of iSQRT-COV on A over its trace. {@code 3T -
     * 3} products for T steps, one for T = 1; two or three small kernels besides. A trace of 0 gives NaN.
     *
     * @param a {@code [batch, n, n]}
     * @param steps T, at least 1
     * @return {@code [batch, n, n]}
     */
    public static Tensor squareRoot(TaskChain chain, String name, Tensor a, int steps) {
        requireSquare(name, a);
        if (steps < 1) {
            throw new IllegalArgumentException(
                    "Task '" + name + "' needs at least 1 step, but it was given " + steps + ".");
        }
        int batch = a.shape().dim(0);
        int n = a.shape().dim(1);
        var trace = chain.tensor(name + ".trace", Shape.of(batch));
        chain.step(name + ".trace")
                .extraBytes((long) batch * n * Float.BYTES - a.bytes())
                .launch(NewtonSchulz::trace, a, out(trace), batch, n);
        var first = chain.tensor(name + ".y", a.shape());
        var start = chain.tensor(name + ".z", a.shape());
        chain.step(name + ".start").launch(NewtonSchulz::start, a, trace, out(first), out(start), batch, n);
        if (steps == 1) {
            return finish(chain, name, first, first, first, trace);
        }
        var z = start;
        var y = update(chain, name + ".y1", first, first, first);
        for (int step = 2; step < steps; step++) {
            var product = multiply(chain, name + ".zy" + (step - 1), z, y);
            y = update(chain, name + ".y" + step, y, product, y);
            z = update(chain, name + ".z" + step, product, z, z);
        }
        return finish(chain, name, y, multiply(chain, name + ".zy" + (steps - 1), z, y), y, trace);
    }

    private static Tensor multiply(TaskChain chain, String name, Tensor a, Tensor b) {
        return SpatialAttention.product(chain, name, FeatureSlice.of(a), FeatureSlice.of(b), 1);
    }

    /** {@code 1.5 c - 0.5 a b}. */
    private static Tensor update(TaskChain chain, String name, Tensor a, Tensor b, Tensor c) {
        int batch = a.shape().dim(0);
        int n = a.shape().dim(1);
        var y = chain.tensor(name, a.shape());
        chain.step(name).macs((long) batch * n * n * n).launch(NewtonSchulz::update, a, b, c, out(y), batch, n);
        return y;
    }

    /** {@code sqrt(trace) (1.5 c - 0.5 a b)}. */
    private static Tensor finish(TaskChain chain, String name, Tensor a, Tensor b, Tensor c, Tensor trace) {
        int batch = a.shape().dim(0);
        int n = a.shape().dim(1);
        var y = chain.tensor(name, a.shape());
        chain.step(name).macs((long) batch * n * n * n).launch(NewtonSchulz::finish, a, b, c, trace, out(y), batch, n);
        return y;
    }

    /**
     * The lower triangle of matrices, row by row: (0,0), (1,0), (1,1), (2,0) ...
     *
     * @param a {@code [batch, n, n]}
     * @return {@code [batch, n (n + 1) / 2]}
     */
    public static Tensor triangle(TaskChain chain, String name, Tensor a) {
        requireSquare(name, a);
        int batch = a.shape().dim(0);
        int n = a.shape().dim(1);
        var indices = new int[n * (n + 1) / 2];
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                indices[at++] = i * n + j;
            }
        }
        var table = chain.table(indices);
        var y = chain.tensor(name, Shape.of(batch, indices.length));
        chain.step(name)
                .extraBytes(y.bytes() + (long) indices.length * Integer.BYTES - a.bytes())
                .launch(Gather::rows, a, table, out(y), batch, n * n, indices.length);
        return y;
    }

    /**
     * Each row of a matrix with filters of its own.
     *
     * @param x {@code [batch, rows, columns]}
     * @param weight {@code rows * filters * columns} values, filters of a row behind each other
     * @param bias {@code rows * filters} values
     * @return {@code [batch, rows * filters]}
     */
    public static Tensor rowConvolution(TaskChain chain, String name, Tensor x, Weight weight, Weight bias) {
        int batch = x.shape().dim(0);
        int rows = x.shape().dim(1);
        int columns = x.shape().dim(2);
        int outputs = Math.toIntExact(bias.shape().elements());
        if (outputs % rows != 0 || weight.shape().elements() != (long) outputs * columns) {
            throw new IllegalArgumentException(
                    "Task '" + name + "' needs as many filters of " + columns + " values for each of "
                            + rows + " rows, but '" + weight.name() + "' has shape " + weight.shape() + " and '"
                            + bias.name() + "' "
                            + bias.shape() + ".");
        }
        var w = chain.weight(weight);
        var b = chain.weight(bias);
        var y = chain.tensor(name, Shape.of(batch, outputs));
        chain.step(name)
                .macs((long) batch * outputs * columns)
                .launch(RowConvolution::apply, x, w, b, out(y), batch, rows, outputs / rows, columns);
        return y;
    }

    /**
     * The same behind a batch norm of the rows. In evaluation mode the norm goes into filters and biases: {@code w (s x
     * + t) + b = (w s) x + (b + t sum of w)}.
     *
     * @param norm its channels are the rows
     * @return {@code [batch, rows * filters]}
     */
    public static Tensor normalizedRowConvolution(
            TaskChain chain, String name, Tensor x, BatchNorm.Parameters norm, Weight weight, Weight bias) {
        if (chain.training()) {
            var normed = BatchNorm.apply(chain, name + ".norm", x, norm, Activation.IDENTITY);
            return rowConvolution(chain, name, normed, weight, bias);
        }
        var key = new Object[] {
            weight.identity(),
            bias.identity(),
            norm.weight().identity(),
            norm.bias().identity(),
            norm.runningMean().identity(),
            norm.runningVariance().identity(),
            norm.eps()
        };
        var filters = chain.derived(
                Derivation.of("rows behind a norm", key),
                weight.name(),
                weight.shape(),
                () -> filtersBehind(norm, weight, bias));
        var terms = chain.derived(
                Derivation.of("terms behind a norm", key),
                bias.name(),
                bias.shape(),
                () -> termsBehind(norm, weight, bias));
        return rowConvolution(chain, name, x, filters, terms);
    }

    private static FloatArray filtersBehind(BatchNorm.Parameters norm, Weight weight, Weight bias) {
        int columns = weight.values().getSize() / bias.values().getSize();
        int perRow = bias.values().getSize() / norm.channels() * columns;
        var filters = new float[weight.values().getSize()];
        for (int k = 0; k < filters.length; k++) {
            filters[k] = (float) (weight.values().get(k) * norm.scale(k / perRow));
        }
        return FloatArray.fromArray(filters);
    }

    private static FloatArray termsBehind(BatchNorm.Parameters norm, Weight weight, Weight bias) {
        int outputs = bias.values().getSize();
        int columns = weight.values().getSize() / outputs;
        var terms = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            double sum = 0;
            for (int k = o * columns; k < (o + 1) * columns; k++) {
                sum += weight.values().get(k);
            }
            terms[o] = (float) (bias.values().get(o) + norm.shift(o / (outputs / norm.channels())) * sum);
        }
        return FloatArray.fromArray(terms);
    }

    private static void requireSquare(String name, Tensor a) {
        if (a.shape().rank() != 3 || a.shape().dim(1) != a.shape().dim(2) || a.elements() == 0) {
            throw new IllegalArgumentException("Task '" + name + "' takes square matrices [batch, n, n], but '"
                    + a.name() + "' has shape " + a.shape() + ".");
        }
    }
}
