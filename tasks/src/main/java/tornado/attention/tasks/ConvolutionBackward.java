package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import tornado.attention.kernels.ConvolutionGradient;
import tornado.attention.tasks.Convolution.Layer;
import tornado.attention.tasks.Convolution.Window;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The gradients of a convolution: the map's is a convolution of the result's gradient with the turned kernels, the weight's a product of the
 * padded map and the result's gradient, channels last.
 *
 * <pre>
 *   g ── [spread] ──▶ convolution, w turned ──▶ gx
 *   g ── pad ──▶ a convolution for each remainder of row and column, some taps of w ── interleave ──▶ gx   (stride 2 or 3)
 *   x ── pad ──▶ padded planes ──┐
 *   g ── channels last ──────────┴▶ weight, in parts ── sum ──▶ gw   (or by {@link Winograd})
 * </pre>
 */
public final class ConvolutionBackward {
    /** Parts of a batch at most: a sum over many images is more exact in parts, and threads share them. */
    private static final int MOST_CHUNKS = 8;

    /** Outputs of a group below which they do not fill the lanes of a vector. */
    private static final int NARROW = 16;

    /** With larger strides there are more remainders than launches should be. */
    private static final int MOST_REMAINDERS = 3;

    /** Of a stride's reciprocal. */
    private static final int UNIT = 1 << 16;

    private ConvolutionBackward() {}

    /**
     * The map's gradient.
     *
     * @param g the result's gradient, {@code [batch, outputs, outHeight, outWidth]}
     * @param w the weight, {@code [outputs, inputs / groups, kernel height, kernel width]}
     * @param window of the convolution
     * @param target {@code [batch, inputs, height, width]}
     */
    public static Tensor input(TaskChain chain, String name, Tensor g, Tensor w, Window window, Shape target) {
        int kernelRows = w.shape().dim(2);
        int kernelColumns = w.shape().dim(3);
        var parts = parts(w, window, g.shape(), target);
        if (!parts.isEmpty()) {
            return interleaved(chain, name, g, w, window, parts, target);
        }
        boolean pointwise = kernelRows == 1 && kernelColumns == 1 && window.top() == 0 && window.left() == 0;
        int reachRows = (kernelRows - 1) * window.dilation();
        int reachColumns = (kernelColumns - 1) * window.dilation();
        int height = (g.shape().height() - 1) * window.stride() + 1;
        int width = (g.shape().width() - 1) * window.stride() + 1;
        int top = reachRows - window.top();
        int left = reachColumns - window.left();
        int bottom = target.height() - height - top + reachRows;
        int right = target.width() - width - left + reachColumns;
        int longest = Math.max(Math.max(height, width), Math.max(target.height(), target.width()));
        boolean isLarge = window.stride() > 1 && (long) window.stride() * longest >= UNIT;
        if (isLarge || Math.min(Math.min(top, left), Math.min(bottom, right)) < 0) {
            return gathered(chain, name, g, w, window, target);
        }
        int taps = kernelRows * kernelColumns;
        var turned = turned(
                chain,
                name,
                w,
                window.groups(),
                Shape.of(kernelRows, kernelColumns),
                IntStream.range(0, taps).map(t -> taps - 1 - t).toArray());
        if (pointwise && window.stride() > 1) {
            var small = convolved(chain, name, g, turned, Window.plain().grouped(window.groups()));
            return spread(chain, name + ".spread", small, window.stride(), target.height(), target.width());
        }
        var whole = window.stride() == 1 ? g : spread(chain, name + ".spread", g, window.stride(), height, width);
        return convolved(
                chain,
                name,
                whole,
                turned,
                new Window(1, top, left, bottom, right, window.dilation(), window.groups()));
    }

    private static Tensor convolved(TaskChain chain, String name, Tensor g, Weight weight, Window window) {
        return Convolution.apply(chain, name, g, new Layer(weight, null, null, window), Activation.IDENTITY);
    }

    /**
     * The rows or columns of a map's gradient that leave one remainder: sums over every {@code stride}th tap, as a convolution without
     * stride.
     *
     * @param first of these taps
     * @param taps how many
     * @param before zeros before the result's gradient
     * @param behind zeros behind it
     */
    private record Remainder(int first, int taps, int before, int behind) {
        static Remainder of(int rest, int kernel, int stride, int padding, int results, int target) {
            int first = (rest + padding) % stride;
            int taps = (kernel - first + stride - 1) / stride;
            int ahead = (rest + padding - first) / stride;
            return new Remainder(first, taps, taps - 1 - ahead, (target + stride - 1) / stride + ahead - results);
        }

        boolean isPossible() {
            return taps > 0 && before >= 0 && behind >= 0;
        }
    }

    /** The pixels of a map's gradient that leave one remainder of row and column. */
    private record Part(Remainder rows, Remainder columns) {
        Window window(int groups) {
            return new Window(1, rows.before(), columns.before(), rows.behind(), columns.behind(), 1, groups);
        }

        Shape kernel() {
            return Shape.of(rows.taps(), columns.taps());
        }

        /** The taps of a kernel with so many columns, turned. */
        int[] sources(int stride, int kernelColumns) {
            var sources = new int[rows.taps() * columns.taps()];
            for (int i = 0; i < sources.length; i++) {
                int row = rows.first() + (rows.taps() - 1 - i / columns.taps()) * stride;
                int column = columns.first() + (columns.taps() - 1 - i % columns.taps()) * stride;
                sources[i] = row * kernelColumns + column;
            }
            return sources;
        }
    }

    /** All remainders of rows, for each those of columns; none if the gradient is not made so. */
    private static List<Part> parts(Tensor w, Window window, Shape g, Shape target) {
        int stride = window.stride();
        if (stride == 1 || stride > MOST_REMAINDERS || window.dilation() > 1) {
            return List.of();
        }
        var parts = new ArrayList<Part>();
        for (int a = 0; a < stride; a++) {
            var rows = Remainder.of(a, w.shape().dim(2), stride, window.top(), g.height(), target.height());
            for (int b = 0; b < stride; b++) {
                parts.add(new Part(
                        rows, Remainder.of(b, w.shape().dim(3), stride, window.left(), g.width(), target.width())));
            }
        }
        boolean possible = parts.stream()
                .allMatch(part -> part.rows().isPossible() && part.columns().isPossible());
        return possible ? parts : List.of();
    }

    private static Tensor interleaved(
            TaskChain chain, String name, Tensor g, Tensor w, Window window, List<Part> parts, Shape target) {
        int groups = window.groups();
        int stride = window.stride();
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < parts.size(); i++) {
            var part = parts.get(i);
            var sources = part.sources(stride, w.shape().dim(3));
            var weight = turned(chain, name + ".part" + i, w, groups, part.kernel(), sources);
            layers.add(new Layer(weight, null, null, part.window(groups)));
        }
        var padded = PaddedMap.of(chain, name + ".pad", g, layers);
        var raw = Convolution.partial(chain, name, padded, layers).raw();
        int channels = target.channels();
        var y = chain.tensor(name + ".whole", target);
        chain.step(name + ".whole")
                .launch(
                        ConvolutionGradient::interleave,
                        raw.tensor(),
                        places(chain, target.height(), stride, stride * channels * raw.planeStride(), raw.rowStride()),
                        places(chain, target.width(), stride, channels * raw.planeStride(), 1),
                        out(y),
                        target.batch() * channels,
                        channels,
                        raw.channels() * raw.planeStride(),
                        raw.planeStride(),
                        target.height(),
                        target.width());
        return y;
    }

    /** Where each row or column of a whole is in its parts. */
    private static IntArray places(TaskChain chain, int length, int stride, int part, int distance) {
        return chain.table(IntStream.range(0, length)
                .map(i -> i % stride * part + i / stride * distance)
                .toArray());
    }

    /** {@code [outputs, inputs / groups, ...]} as {@code [inputs, outputs / groups, ...]}, with some of the taps. */
    private static Weight turned(TaskChain chain, String name, Tensor w, int groups, Shape kernel, int[] sources) {
        int outputs = w.shape().dim(0) / groups;
        int inputs = w.shape().dim(1);
        var y = chain.tensor(name + ".turned", Shape.of(inputs * groups, outputs, kernel.dim(0), kernel.dim(1)));
        chain.step(name + ".turned")
                .launch(
                        ConvolutionGradient::turn,
                        w,
                        chain.table(sources),
                        out(y),
                        groups,
                        outputs,
                        inputs,
                        w.shape().dim(2) * w.shape().dim(3),
                        sources.length);
        return chain.asWeight(y);
    }

    private static Tensor spread(TaskChain chain, String name, Tensor g, int stride, int height, int width) {
        var shape = Shape.of(g.shape().batch(), g.shape().channels(), height, width);
        if (shape.equals(g.shape())) {
            return g; // a single pixel
        }
        var y = chain.tensor(name, shape);
        chain.step(name)
                .launch(
                        ConvolutionGradient::spread,
                        g,
                        out(y),
                        shape.batch() * shape.channels(),
                        g.shape().height(),
                        g.shape().width(),
                        height,
                        width,
                        stride,
                        (UNIT + stride - 1) / stride);
        return y;
    }

    /** Where zeros around the map are more than the kernel reaches over, or the map is too large for the reciprocal: each element by itself. */
    private static Tensor gathered(TaskChain chain, String name, Tensor g, Tensor w, Window window, Shape target) {
        var y = chain.tensor(name, target);
        var sizes = chain.table(
                target.batch(),
                target.channels(),
                target.height(),
                target.width(),
                g.shape().channels(),
                g.shape().height(),
                g.shape().width(),
                w.shape().dim(2),
                w.shape().dim(3),
                window.stride(),
                window.top(),
                window.left(),
                window.dilation(),
                window.groups());
        chain.step(name)
                .macs((long) g.elements() * (w.elements() / w.shape().dim(0)))
                .launch(
                        ConvolutionGradient::input,
                        g,
                        w,
                        out(y),
                        sizes,
                        target.batch() * target.channels(),
                        target.pixels());
        return y;
    }

    /**
     * The weight's gradient.
     *
     * @param x the map, {@code [batch, inputs, height, width]}
     * @param g the result's gradient, {@code [batch, outputs, outHeight, outWidth]}
     * @param window of the convolution
     * @param target {@code [outputs, inputs / groups, kernel height, kernel width]}
     */
    public static Tensor weight(TaskChain chain, String name, Tensor x, Tensor g, Window window, Shape target) {
        var layer = new Layer(Weight.onDevice(name, target), null, null, window);
        var padded = PaddedMap.of(chain, name + ".pad", x, List.of(layer));
        int groups = window.groups();
        int batch = g.shape().batch();
        int chunks = chunks(batch);
        var winograd = Winograd.of(layer, g.shape(), chain.options().profile());
        if (winograd.isPresent() && winograd.get().hasWeightGradient()) {
            return winograd.get().weightGradient(chain, name, padded, g, chunks);
        }
        int channels = g.shape().channels();
        int outputs = channels / groups;
        int pixels = padded.pixels();
        boolean narrow = groups > 1 && outputs < NARROW;
        var sources = sources(chain, padded, g.shape());
        var gradient = narrow
                ? laidOut(chain, name, g, sources, pixels)
                : channelsLast(chain, name, g, groups, sources, pixels);
        var taps = padded.offsets(layer);
        int rows = groups * taps.length;
        int groupSize = target.dim(1) * padded.planeSize();
        int imageSize = padded.channels() * padded.planeSize();
        var parts = chain.tensor(name + ".parts", Shape.of(chunks, rows, outputs));
        var step = chain.step(name + ".parts").macs((long) g.elements() * taps.length);
        if (narrow) {
            boolean byFour = outputs % 4 == 0;
            var offsets = new int[rows];
            var firsts = new int[rows];
            for (int r = 0; r < rows; r++) {
                int group = r / taps.length;
                offsets[r] = group * groupSize + taps[r % taps.length];
                firsts[r] = group * outputs;
            }
            step.launch(
                    byFour ? ConvolutionGradient::narrowWeightByFour : ConvolutionGradient::narrowWeight,
                    padded.tensor(),
                    gradient,
                    chain.table(offsets),
                    chain.table(firsts),
                    out(parts),
                    chunks,
                    rows,
                    byFour ? outputs / 4 : outputs,
                    batch / chunks,
                    imageSize,
                    pixels,
                    channels);
        } else {
            step.launch(
                    ConvolutionGradient::weight,
                    padded.tensor(),
                    gradient,
                    chain.table(taps),
                    out(parts),
                    chunks * groups,
                    groups,
                    taps.length,
                    outputs,
                    batch / chunks,
                    imageSize,
                    groupSize,
                    pixels);
        }
        var y = chain.tensor(name, target);
        chain.step(name).launch(ConvolutionGradient::sum, parts, out(y), chunks, groups, taps.length, outputs);
        return y;
    }

    private static Tensor channelsLast(
            TaskChain chain, String name, Tensor g, int groups, IntArray sources, int positions) {
        int batch = g.shape().batch() * groups;
        int channels = g.shape().channels() / groups;
        int pixels = g.shape().pixels();
        var last = chain.tensor(name + ".last", Shape.of(batch, positions, channels));
        var step = chain.step(name + ".last");
        if (channels % 8 == 0) {
            step.launch(
                    ConvolutionGradient::channelsLastByEight,
                    g,
                    sources,
                    out(last),
                    batch,
                    channels / 8,
                    positions,
                    pixels);
        } else {
            step.launch(ConvolutionGradient::channelsLast, g, sources, out(last), batch, positions, channels, pixels);
        }
        return last;
    }

    private static Tensor laidOut(TaskChain chain, String name, Tensor g, IntArray sources, int positions) {
        int planes = g.shape().batch() * g.shape().channels();
        var rows = chain.tensor(name + ".laid", Shape.of(planes, positions));
        chain.step(name + ".laid")
                .launch(
                        ConvolutionGradient::laidOut,
                        g,
                        sources,
                        out(rows),
                        planes,
                        positions,
                        g.shape().pixels());
        return rows;
    }

    private static int chunks(int batch) {
        int chunks = Math.min(MOST_CHUNKS, batch);
        while (batch % chunks != 0) {
            chunks--;
        }
        return chunks;
    }

    /**
     * For each position of whole rows of the padded map the pixel of the result; -1 between rows. Where a row of the result is longer than
     * one of the map, its end reads the zeros before the next row and may be left out.
     */
    private static IntArray sources(TaskChain chain, PaddedMap padded, Shape result) {
        int stride = padded.rowLength();
        int width = result.width();
        var sources = new int[padded.pixels()];
        Arrays.setAll(
                sources,
                q -> q % stride < width && q / stride < result.height() ? q / stride * width + q % stride : -1);
        return chain.table(sources);
    }
}
