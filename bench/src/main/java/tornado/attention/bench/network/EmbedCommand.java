package tornado.attention.bench.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.EngineOptions;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.network.PreparedImages.Prepared;
import tornado.attention.files.AtomicFile;
import tornado.attention.files.safetensors.SafetensorsWriter;
import tornado.attention.networks.NetworkRunner;
import tornado.attention.report.internal.text.NumpyFile;
import tornado.attention.tasks.Shape;

/** {@code attn embed}: what a network makes of photographs, as numbers for other programs. */
@Command(
        name = "embed",
        mixinStandardHelpOptions = true,
        description = {
            "Writes what a network makes of photographs: the vector in front of its classifier, or what a part of it makes.",
            "The file's ending says how: .safetensors, .npy (one array of all images) or .csv. Exit status 1 if an image could not be read."
        })
public final class EmbedCommand implements Callable<Integer> {
    private static final String POOLED = "pooled";

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NETWORK", description = "timm's name, with or without the weights' tag.")
    private String name;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "IMAGE",
            description = "PNG, JPEG, WebP, BMP or GIF files, or folders of them.")
    private List<Path> paths = new ArrayList<>();

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    @Option(
            names = "--node",
            paramLabel = "NAME",
            defaultValue = POOLED,
            description = "Part of the network, such as layer3, stages.2 or blocks.5. Default: ${DEFAULT-VALUE}.")
    private String node;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description = "Images worked on at once. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "File to write.")
    private Path output;

    @Mixin
    private EngineOptions where = new EngineOptions();

    /** One image's numbers. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    private record Embedded(Path image, float[] values) {}

    /** Writes what was made of all images. */
    private interface Format {
        void write(Path file, Shape shape, List<Embedded> all) throws IOException;
    }

    @Override
    public Integer call() throws IOException {
        if (batch < 1) {
            throw new UsageException("--batch is at least 1, not " + batch + ".");
        }
        var format = format(output);
        var pretrained = options.prepared(name);
        var images = PreparedImages.of(paths, pretrained.preprocessing());
        images.reading(new OutputFiles())
                .readingWeights("--weights", options.file())
                .writing("--output", output);
        if (images.files().stream().distinct().count() < images.files().size()) {
            throw new UsageException("An image is named twice; name each once.");
        }
        var device = where.device();
        var all = new ArrayList<Embedded>();
        var failed = new ArrayList<Prepared>();
        Shape shape;
        try (var runner = new NetworkRunner(
                options.network(pretrained),
                pretrained.preprocessing().size(),
                Math.min(batch, images.files().size()),
                List.of(node),
                device.device(),
                device.options())) {
            shape = runner.shape(node);
            images.forEachBatch("embedding", runner.batch(), (readable, each, waiting) -> {
                if (!readable.isEmpty()) {
                    var made = runner.run(
                                    readable.stream().map(Prepared::values).toList())
                            .get(node)
                            .values();
                    for (int i = 0; i < made.size(); i++) {
                        all.add(new Embedded(readable.get(i).image(), made.get(i)));
                    }
                }
                each.stream().filter(p -> p.reason() != null).forEach(failed::add);
            });
        }
        var out = spec.commandLine().getOut();
        failed.forEach(p -> out.println(p.image().getFileName() + "  " + p.reason()));
        if (all.isEmpty()) {
            throw new FailureException("None of the images could be read, so nothing was written.");
        }
        format.write(output, shape, all);
        out.println(output + ": " + node + " of " + all.size() + (all.size() == 1 ? " image" : " images") + ", " + shape
                + " each, by " + pretrained.name() + ".");
        out.flush();
        return failed.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static Format format(Path file) {
        return switch (OutputFiles.ending("--output", file, ".safetensors", ".npy", ".csv")) {
            case ".npy" -> EmbedCommand::npy;
            case ".csv" -> EmbedCommand::csv;
            default -> EmbedCommand::safetensors;
        };
    }

    /** One tensor an image, by the name of its file; where two files have one name, with their folders. */
    private static void safetensors(Path file, Shape shape, List<Embedded> all) throws IOException {
        var writer = new SafetensorsWriter();
        boolean unique =
                all.stream().map(e -> e.image().getFileName()).distinct().count() == all.size();
        for (var each : all) {
            var name = unique
                    ? each.image().getFileName().toString()
                    : each.image().toString();
            writer.add(name, Arrays.stream(shape.dims()).asLongStream().toArray(), each.values());
        }
        writer.write(file);
    }

    /** {@code [images, ...]} in the order of the images. */
    private static void npy(Path file, Shape shape, List<Embedded> all) throws IOException {
        var extents = new int[1 + shape.rank()];
        extents[0] = all.size();
        System.arraycopy(shape.dims(), 0, extents, 1, shape.rank());
        AtomicFile.write(
                file, NumpyFile.of(extents, all.stream().map(Embedded::values).toList()));
    }

    /** One row an image. */
    private static void csv(Path file, Shape shape, List<Embedded> all) throws IOException {
        var text = new StringBuilder();
        try (var printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
            for (var each : all) {
                printer.print(each.image());
                for (float value : each.values()) {
                    printer.print(value);
                }
                printer.println();
            }
        }
        AtomicFile.write(file, text.toString());
    }
}
