package tornado.attention.bench.run;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.run.ModuleRun.Exposed;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.report.image.GateChart;
import tornado.attention.report.image.HeatMap;
import tornado.attention.report.image.PixelMap;
import tornado.attention.report.image.QueryPanel;
import tornado.attention.report.image.QueryPanel.Query;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;

/** Writes attention as pictures of the first image of a batch, or raw. */
final class AttentionPictures {
    /** A query pixel that is shown: row and column as fractions. */
    private record Place(String name, double row, double column) {}

    private static final List<Place> PLACES = List.of(
            new Place("middle", 0.5, 0.5), new Place("upper left", 0.25, 0.25), new Place("lower right", 0.75, 0.75));

    private final String title;
    private final BufferedImage photo;
    private final Shape featureMap;

    /**
     * Pictures for one run.
     *
     * @param title of each picture
     * @param photo under the maps; null where there is none
     * @param featureMap what the module got; null where it was no feature map
     */
    AttentionPictures(String title, BufferedImage photo, Shape featureMap) {
        this.title = title;
        this.photo = photo;
        this.featureMap = featureMap;
    }

    /**
     * Writes everything a module exposed: into the given file the first, pixel maps before gates; beside it the others, their
     * kind appended to the name. A name that ends in another way than {@code .png} gets the tensors as they are.
     *
     * @param taken the files of the command, none of which a name with a kind may be
     * @return what was written, a line a file
     */
    List<String> write(Path file, List<Exposed> attention, OutputFiles taken) throws IOException {
        var ordered =
                attention.stream().sorted(Comparator.comparing(Exposed::kind)).toList();
        if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            return List.of(writeRaw(file, ordered));
        }
        var lines = new ArrayList<String>();
        var used = new HashSet<Path>();
        for (var exposed : ordered) {
            var target = used.add(file) ? file : beside(file, exposed.kind(), used, taken);
            ImageFiles.write(draw(exposed), target);
            lines.add(target + " (" + exposed.kind().words() + " "
                    + exposed.tensor().shape() + " of " + exposed.tensor().name() + ")");
        }
        return lines;
    }

    private static String writeRaw(Path file, List<Exposed> attention) throws IOException {
        var kinds = new LinkedHashMap<String, String>();
        attention.forEach(e -> kinds.put(e.tensor().name(), e.kind().words()));
        TensorOutput.write(
                "--attention", file, attention.stream().map(Exposed::tensor).toList(), kinds);
        return file + " (" + attention.size() + (attention.size() == 1 ? " tensor)" : " tensors)");
    }

    private static Path beside(Path file, AttentionKind kind, Set<Path> used, OutputFiles taken) {
        var name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        var stem =
                (dot > 0 ? name.substring(0, dot) : name) + "-" + kind.words().replace(' ', '-');
        var ending = dot > 0 ? name.substring(dot) : "";
        var candidate = file.resolveSibling(stem + ending);
        for (int n = 2; taken.isTaken(candidate) || !used.add(candidate); n++) {
            candidate = file.resolveSibling(stem + n + ending);
        }
        return candidate;
    }

    private BufferedImage draw(Exposed exposed) {
        var tensor = exposed.tensor();
        var shape = tensor.shape();
        return switch (exposed.kind()) {
            case PIXEL_MAP ->
                heatMap(
                        tensor.values(),
                        shape.dim(-2),
                        shape.dim(-1),
                        exposed.kind().words());
            case QUERY_KEY_MAP -> queryKeyMap(tensor.values(), shape.dim(-2), shape.dim(-1));
            case CHANNEL_GATE -> GateChart.draw(Arrays.copyOf(tensor.values(), shape.dim(-1)), title);
            case BRANCH_WEIGHTS -> branches(tensor.values(), shape.dim(-2), shape.dim(-1));
        };
    }

    /** One chart a branch, from top to bottom. */
    private BufferedImage branches(float[] values, int branches, int channels) {
        var charts = IntStream.range(0, branches)
                .mapToObj(b -> GateChart.draw(
                        Arrays.copyOfRange(values, b * channels, (b + 1) * channels),
                        title + ", branch " + (b + 1) + " of " + branches))
                .toList();
        int height = charts.getFirst().getHeight();
        var sheet = new BufferedImage(charts.getFirst().getWidth(), branches * height, BufferedImage.TYPE_INT_RGB);
        var graphics = sheet.createGraphics();
        for (int b = 0; b < branches; b++) {
            graphics.drawImage(charts.get(b), 0, b * height, null);
        }
        graphics.dispose();
        return sheet;
    }

    private BufferedImage heatMap(float[] values, int height, int width, String subtitle) {
        var map = new PixelMap(height, width, Arrays.copyOf(values, height * width));
        return HeatMap.draw(
                photo == null ? blank(height, width) : photo, map, title, subtitle + " " + height + "x" + width);
    }

    /** Where some pixels look, if queries and keys are pixels of the feature map; else the matrix as it is. */
    private BufferedImage queryKeyMap(float[] values, int queries, int keys) {
        var found = KeyGrid.of(featureMap, queries, keys);
        if (found.isEmpty()) {
            return heatMap(values, queries, keys, "queries by keys");
        }
        var grid = found.get();
        var panels = new ArrayList<Query>();
        for (var place : PLACES) {
            int row = (int) (place.row() * featureMap.height());
            int column = (int) (place.column() * featureMap.width());
            int query = row * featureMap.width() + column;
            var map = Arrays.copyOfRange(values, query * keys, (query + 1) * keys);
            panels.add(new Query(
                    new PixelMap(grid.height(), grid.width(), map),
                    Math.min(row * grid.height() / featureMap.height(), grid.height() - 1),
                    Math.min(column * grid.width() / featureMap.width(), grid.width() - 1),
                    place.name()));
        }
        return QueryPanel.draw(
                photo == null ? blank(grid.height(), grid.width()) : photo, panels, title, "where three pixels look");
    }

    /** White paper for a map of something that is no photograph. */
    private static BufferedImage blank(int height, int width) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var row = new int[width];
        Arrays.fill(row, 0xffffff);
        for (int y = 0; y < height; y++) {
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        return image;
    }
}
