package tornado.attention.bench.show;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.cli.Waiting;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.run.NamedTensor;
import tornado.attention.bench.run.NetworkSource;
import tornado.attention.bench.run.Statistics;
import tornado.attention.bench.run.TensorOutput;
import tornado.attention.networks.AttentionTrace;
import tornado.attention.networks.AttentionTrace.Attended;
import tornado.attention.networks.AttentionTrace.Trace;
import tornado.attention.networks.Classifier.Guess;
import tornado.attention.networks.Labels;
import tornado.attention.networks.Network;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.networks.image.Size;
import tornado.attention.report.image.PixelMap;
import tornado.attention.report.image.Sheet;
import tornado.attention.report.image.Sheet.Cell;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.report.internal.text.TextTable;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;

/** What a network looked at for a class: Grad-CAM, and each of its attention tensors beside what it did for the class. */
final class NetworkShow {
    private static final int LIKELIEST = 5;

    private final NetworkSource source;
    private final Device device;
    private final PrintWriter out;

    NetworkShow(NetworkSource source, Device device, PrintWriter out) {
        this.source = source;
        this.device = device;
        this.out = out;
    }

    /**
     * Runs the network and writes what it looked at.
     *
     * @param wanted number or name of the class; null for the likeliest one
     * @param file a picture, or safetensors
     */
    void call(Path image, String wanted, Path file) throws IOException {
        var preprocessing = source.preprocessing();
        var size = preprocessing.size();
        var prepared = preprocessing.apply(ImageFiles.read(image));
        var network = source.network(size);
        float[] logits;
        int index;
        Trace seen;
        String node;
        try (var _ = Waiting.on("compiling and running " + source.name() + " with its gradients");
                var trace = new AttentionTrace(network, size, device.device(), device.options())) {
            node = trace.node();
            logits = trace.logits(prepared);
            index = wanted == null
                    ? Guess.of(logits, source.labels(), 1).getFirst().index()
                    : index(wanted, logits.length);
            seen = trace.of(prepared, index);
        }
        var all = Guess.of(logits, source.labels(), logits.length);
        var guess = all.stream().filter(g -> g.index() == index).findFirst().orElseThrow();
        var likeliest = all.subList(0, Math.min(LIKELIEST, all.size()));
        print(network.parameters(), preprocessing.toString(), likeliest, guess, seen);
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            var cells = cells(node, seen, size, guess, readsClassToken(network));
            var subtitle = "for " + guess + (wanted == null ? ", its likeliest class" : "")
                    + "; each map on its own scale, lowest to highest";
            ImageFiles.write(Sheet.draw(preprocessing.picture(prepared), cells, source.title(), subtitle), file);
            out.println("picture    " + file);
        } else {
            write(file, node, seen, guess);
            out.println("written    " + file);
        }
        out.flush();
    }

    /** Whether a network answers with what became of its class token, and not with the mean of its pixels. */
    private static boolean readsClassToken(Network network) {
        return "token".equals(network.config().values().get("global_pool"));
    }

    private int index(String wanted, int classes) {
        if (wanted.matches("[0-9]{1,9}")) {
            int index = Integer.parseInt(wanted);
            if (index >= classes) {
                throw new UsageException("Network " + source.name() + " has classes 0 to " + (classes - 1)
                        + ", but not " + wanted + ".");
            }
            return index;
        }
        var labels = source.labels();
        if (labels == null || labels.count() != classes) {
            throw new UsageException("The names of the classes of " + source.name()
                    + " are not known; give a number from 0 to " + (classes - 1) + " instead of '" + wanted + "'.");
        }
        return index(wanted, labels);
    }

    private static int index(String wanted, Labels labels) {
        var word = wanted.toLowerCase(Locale.ROOT);
        var all = IntStream.range(0, labels.count())
                .filter(i -> labels.of(i).toLowerCase(Locale.ROOT).contains(word))
                .boxed()
                .toList();
        var exact =
                all.stream().filter(i -> labels.of(i).equalsIgnoreCase(wanted)).toList();
        if (exact.size() == 1 || all.size() == 1) {
            return exact.size() == 1 ? exact.getFirst() : all.getFirst();
        }
        throw new UsageException(
                all.isEmpty()
                        ? "No class is called '" + wanted + "'; give another word or the number of the class."
                        : "'" + wanted + "' is in the names of " + all.size() + " classes, such as " + all.get(0) + " ("
                                + labels.of(all.get(0)) + ") and " + all.get(1) + " (" + labels.of(all.get(1))
                                + "); give the number of one.");
    }

    private void print(long parameters, String images, List<Guess> guesses, Guess guess, Trace seen) {
        out.println("network    " + source.name());
        out.println("weights    " + source.origin() + "; " + Numbers.count(parameters) + " parameters");
        out.println("images     " + images);
        out.println("device     " + device.describe() + ", engine " + Engine.current());
        if (!source.isRandom()) {
            out.println("classes    "
                    + String.join(", ", guesses.stream().map(Guess::toString).toList()));
        }
        out.println("class      " + guess.index() + ": " + guess);
        if (seen.attention().isEmpty()) {
            out.println("attention  none: there are no attention modules in this network");
            return;
        }
        var table = new TextTable("attention", "kind", "shape", ">least", ">mean", ">largest", ">times its gradient");
        for (var each : seen.attention()) {
            var range = Statistics.of(each.values());
            table.row(
                    each.name(),
                    each.kind().words(),
                    each.shape().toString(),
                    Numbers.value(range.min()),
                    Numbers.value(range.mean()),
                    Numbers.value(range.max()),
                    Numbers.value((float) contribution(each)));
        }
        table.lines().forEach(out::println);
        out.println(
                "times its gradient: the sum of attention times the gradient of the class's logit; above 0 it spoke for the class");
        out.flush();
    }

    private static double contribution(Attended attended) {
        double sum = 0;
        for (int i = 0; i < attended.values().length; i++) {
            sum += (double) attended.values()[i] * attended.gradient()[i];
        }
        return sum;
    }

    private static List<Cell> cells(String node, Trace seen, Size size, Guess guess, boolean classToken) {
        var cells = new ArrayList<Cell>();
        cells.add(new Sheet.Plain("what the network sees", guess.toString()));
        if (seen.cam() != null) {
            cells.add(new Sheet.Over(
                    "Grad-CAM of " + node,
                    seen.height() + "x" + seen.width() + ", "
                            + Statistics.of(seen.cam()).range(),
                    new PixelMap(seen.height(), seen.width(), seen.cam())));
        }
        var maps = seen.attention().stream()
                .filter(a -> a.kind() == AttentionKind.QUERY_KEY_MAP)
                .toList();
        if (maps.size() > 1 && Rollout.isPossible(maps)) {
            int tokens = maps.getFirst().shape().dim(-1);
            TokenGrid.of(tokens, size).ifPresent(grid -> {
                var from = Query.of(grid, classToken);
                cells.add(over("rollout of " + maps.size() + " maps", from, grid, Rollout.plain(maps), tokens));
                cells.add(over("the same for the class", from, grid, Rollout.ofClass(maps), tokens));
            });
        }
        for (var each : seen.attention()) {
            add(cells, each, size, classToken);
        }
        return cells;
    }

    /**
     * Who asks: the rows of a map that are drawn, as their mean.
     *
     * @param first row
     * @param count of rows
     */
    private record Query(String words, int first, int count) {
        static Query of(TokenGrid grid, boolean classToken) {
            if (grid.prefix() == 0) {
                return new Query("from the middle", grid.height() / 2 * grid.width() + grid.width() / 2, 1);
            }
            return classToken
                    ? new Query("from the class token", 0, 1)
                    : new Query("from all pixels", grid.prefix(), grid.height() * grid.width());
        }

        float[] row(double[] matrix, int tokens, int prefix) {
            var map = new float[tokens - prefix];
            for (int i = 0; i < map.length; i++) {
                double sum = 0;
                for (int row = first; row < first + count; row++) {
                    sum += matrix[row * tokens + prefix + i];
                }
                map[i] = (float) (sum / count);
            }
            return map;
        }
    }

    private static Cell over(String caption, Query from, TokenGrid grid, double[] matrix, int tokens) {
        var map = from.row(matrix, tokens, grid.prefix());
        return new Sheet.Over(
                caption,
                from.words + ", " + Statistics.of(map).range(),
                new PixelMap(grid.height(), grid.width(), map));
    }

    private static void add(List<Cell> cells, Attended each, Size size, boolean classToken) {
        var shape = each.shape();
        switch (each.kind()) {
            case CHANNEL_GATE ->
                cells.add(new Sheet.Bars(
                        each.name(),
                        "gate of " + shape.dim(-1) + ", "
                                + Statistics.of(each.values()).range(),
                        List.of(each.values())));
            case BRANCH_WEIGHTS -> {
                var rows = new ArrayList<float[]>();
                int channels = shape.dim(-1);
                for (int b = 0; b < shape.dim(-2); b++) {
                    rows.add(Arrays.copyOfRange(each.values(), b * channels, (b + 1) * channels));
                }
                cells.add(new Sheet.Bars(
                        each.name(),
                        rows.size() + " branches, "
                                + Statistics.of(each.values()).range(),
                        List.copyOf(rows)));
            }
            case PIXEL_MAP -> {
                int count = shape.dim(-3);
                var of = count == 1 ? "" : "mean of " + count + ", ";
                cells.add(map(each.name(), of, shape.dim(-2), shape.dim(-1), mean(each.values(), count)));
                cells.add(map("  times its gradient", "", shape.dim(-2), shape.dim(-1), mean(positive(each), count)));
            }
            case QUERY_KEY_MAP -> {
                var keys = TokenGrid.of(shape.dim(-1), size);
                var queries = TokenGrid.of(shape.dim(-2), size);
                if (keys.isEmpty() || queries.isEmpty()) {
                    cells.add(map(
                            each.name(),
                            "queries by keys, ",
                            shape.dim(-2),
                            shape.dim(-1),
                            mean(each.values(), shape.dim(-3))));
                    return;
                }
                var grid = keys.get();
                var from = Query.of(queries.get(), classToken);
                cells.add(map(
                        each.name(),
                        from.words + ", ",
                        grid.height(),
                        grid.width(),
                        row(each.values(), shape, from, grid)));
                cells.add(map(
                        "  times its gradient",
                        "",
                        grid.height(),
                        grid.width(),
                        row(positive(each), shape, from, grid)));
            }
        }
    }

    private static Cell map(String name, String of, int height, int width, float[] values) {
        return new Sheet.Over(
                name,
                of + height + "x" + width + ", " + Statistics.of(values).range(),
                new PixelMap(height, width, values));
    }

    /** What spoke for the class. */
    private static float[] positive(Attended each) {
        var values = each.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(0, values[i] * each.gradient()[i]);
        }
        return values;
    }

    private static float[] mean(float[] maps, int count) {
        int length = maps.length / count;
        var mean = new float[length];
        for (int i = 0; i < length; i++) {
            double sum = 0;
            for (int m = 0; m < count; m++) {
                sum += maps[m * length + i];
            }
            mean[i] = (float) (sum / count);
        }
        return mean;
    }

    /** Where a query looks, the mean of the heads. */
    private static float[] row(float[] maps, Shape shape, Query from, TokenGrid grid) {
        var mean = mean(maps, shape.dim(-3));
        var matrix = new double[mean.length];
        for (int i = 0; i < mean.length; i++) {
            matrix[i] = mean[i];
        }
        return from.row(matrix, shape.dim(-1), grid.prefix());
    }

    private void write(Path file, String node, Trace seen, Guess guess) throws IOException {
        var tensors = new ArrayList<NamedTensor>();
        if (seen.cam() != null) {
            tensors.add(new NamedTensor("cam", Shape.of(1, seen.height(), seen.width()), seen.cam()));
        }
        var said = new LinkedHashMap<String, String>();
        said.put("network", source.name());
        said.put("weights", source.origin());
        said.put("class", guess.index() + " " + guess.label());
        if (node != null) {
            said.put("cam", node);
        }
        for (var each : seen.attention()) {
            tensors.add(new NamedTensor(each.name(), each.shape(), each.values()));
            tensors.add(new NamedTensor("grad." + each.name(), each.shape(), each.gradient()));
            said.put(each.name(), each.kind().words());
        }
        if (tensors.isEmpty()) {
            throw new FailureException(
                    "Network " + source.name() + " has neither maps nor attention that could be shown.");
        }
        TensorOutput.write("--output", file, tensors, said);
    }
}
