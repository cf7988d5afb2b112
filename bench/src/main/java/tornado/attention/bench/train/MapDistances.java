package tornado.attention.bench.train;

import java.awt.Color;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tornado.attention.bench.cli.Waiting;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.show.CosineDistance;
import tornado.attention.networks.Network;
import tornado.attention.networks.data.Batches;
import tornado.attention.networks.data.LabelledImages;
import tornado.attention.networks.data.LabelledImages.Statistics;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.report.internal.text.TextTable;
import tornado.attention.tasks.Attention;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;

/**
 * Whether it matters who looks: how far apart the maps of two pixels are, on average over all pairs, and how far a map is from looking at
 * everything alike. GCNet (arXiv 1904.11492) found the former near 0 in trained non-local blocks.
 *
 * @param maps {@code queries x keys} of a module
 * @param between mean cosine distance of two pixels' maps
 * @param toUniform mean cosine distance of a pixel's map to a uniform one
 */
record MapDistances(String maps, double between, double toUniform) {
    /** Of each module of a network that has such maps, in order, averaged over images; empty where none has. */
    static List<MapDistances> of(
            Network network, LabelledImages images, Statistics statistics, int count, Device device) {
        var size = images.size();
        var chain = TaskChain.named("maps", device.options().exposingAttention());
        var input = chain.input("images", Shape.of(1, LabelledImages.CHANNELS, size.height(), size.width()));
        chain.output(network.attach(chain, input));
        try (var plan = chain.plan(device.device())) {
            var maps = plan.attention().stream()
                    .filter(a -> a.kind() == AttentionKind.QUERY_KEY_MAP)
                    .toList();
            var between = new double[maps.size()];
            var toUniform = new double[maps.size()];
            try (var waiting = Waiting.on("comparing maps")) {
                for (int i = 0; i < count && !maps.isEmpty(); i++) {
                    var batch = Batches.plain(images, statistics, i, 1);
                    input.array().getSegment().copyFrom(MemorySegment.ofArray(batch.images()));
                    plan.run();
                    for (int m = 0; m < maps.size(); m++) {
                        int keys = maps.get(m).tensor().shape().dim(-1);
                        var values = plan.read(maps.get(m).tensor());
                        between[m] += CosineDistance.average(values, keys) / count;
                        toUniform[m] += CosineDistance.averageToUniform(values, keys) / count;
                    }
                    waiting.done(i + 1, count);
                }
            }
            var all = new ArrayList<MapDistances>();
            for (int m = 0; m < maps.size(); m++) {
                all.add(new MapDistances(name(maps.get(m)), between[m], toUniform[m]));
            }
            return all;
        }
    }

    private static String name(Attention attention) {
        var shape = attention.tensor().shape();
        return shape.dim(-2) + "x" + shape.dim(-1);
    }

    /** Photographs as images of a data set: resized to its size, whatever their proportions. */
    static LabelledImages photographs(List<Path> files, LabelledImages like) throws IOException {
        int height = like.size().height();
        int width = like.size().width();
        var pixels = new byte[files.size() * LabelledImages.CHANNELS * height * width];
        int at = 0;
        for (var file : files) {
            var small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            var graphics = small.createGraphics();
            graphics.drawImage(
                    ImageFiles.read(file).getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING),
                    0,
                    0,
                    Color.WHITE,
                    null);
            graphics.dispose();
            for (int shift = 16; shift >= 0; shift -= 8) {
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < width; x++) {
                        pixels[at++] = (byte) (small.getRGB(x, y) >> shift);
                    }
                }
            }
        }
        return new LabelledImages(
                like.size(), LabelledImages.CHANNELS, List.of("photograph"), pixels, new int[files.size()]);
    }

    /** A line a module: before training, after. */
    static List<String> table(List<MapDistances> before, List<MapDistances> after) {
        var table = new TextTable(
                "module", "maps", ">between two pixels, before", ">after", ">to a uniform map, before", ">after");
        for (int m = 0; m < after.size(); m++) {
            table.row(
                    Integer.toString(m + 1),
                    after.get(m).maps,
                    CosineDistance.text(before.get(m).between),
                    CosineDistance.text(after.get(m).between),
                    CosineDistance.text(before.get(m).toUniform),
                    CosineDistance.text(after.get(m).toUniform));
        }
        return table.lines();
    }
}
