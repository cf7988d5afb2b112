package tornado.attention.bench.show;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.EngineOptions;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.ModuleNames;
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.device.ModuleMeasurement;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.run.ModuleOptions;
import tornado.attention.bench.run.ModuleRun;
import tornado.attention.bench.run.ModuleRun.Exposed;
import tornado.attention.bench.run.NamedTensor;
import tornado.attention.bench.run.NetworkSource;
import tornado.attention.bench.run.Photograph;
import tornado.attention.bench.run.Stem;
import tornado.attention.modules.ModuleType;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.report.image.HeatMap;
import tornado.attention.report.image.PixelMap;
import tornado.attention.tasks.AttentionKind;

/** {@code attn show}: where pixels of a photograph look, side by side. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = {
            "Draws where pixels of a photograph look, side by side, and how far these maps are from each other; for a network,"
                    + " what it looked at for a class: Grad-CAM, and all its attention with what it did for the class.",
            "A map of pixels over pixels takes memory with the square of their number; --size decides."
        })
public final class ShowCommand implements Callable<Integer> {
    /** Longer side of the feature map where no size is given: its map of pixels over pixels then takes some 30 MB. */
    private static final int LONGEST = 64;

    /** Sides of the feature map are then multiples of this, so that a pooling divides them. */
    private static final int MULTIPLE = 2;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "MODULE",
            description = "Name of the module or network; 'attn modules' and 'attn networks' list them.")
    private String moduleName;

    @Option(names = "--image", required = true, paramLabel = "PHOTO", description = "PNG, JPEG, WebP, BMP or GIF file.")
    private Path image;

    @Option(
            names = "--query",
            paramLabel = "ROW,COLUMN",
            description = "A pixel of the photograph that looks, counted from its top left corner; may be repeated."
                    + " Default: the middle and two places aside.")
    private List<String> queries = new ArrayList<>();

    @Option(
            names = "--features",
            paramLabel = "FILE",
            description =
                    "Safetensors file with the feature map of the photograph, as 'input' or as its only tensor, for weights"
                            + " that were trained behind other layers; takes the place of --size and --stem.")
    private Path features;

    @Option(
            names = "--size",
            paramLabel = "HxW",
            description =
                    "Size to which the photograph is resized. Default: its proportions, such that the longer side of the"
                            + " feature map is 64.")
    private String size;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "The picture, a PNG file. Default: the name of the photograph, a hyphen and that of the module. Of a"
                            + " network also .safetensors: all attention, its gradients, and the Grad-CAM.")
    private Path output;

    @Option(
            names = "--class",
            paramLabel = "CLASS",
            description = "Of a network: number or name of the class that is asked for. Default: the likeliest one.")
    private String wanted;

    @Mixin
    private NetworkSource.Slot slot = new NetworkSource.Slot();

    @Mixin
    private ModuleOptions options = new ModuleOptions();

    @Mixin
    private EngineOptions where = new EngineOptions();

    @Override
    public Integer call() throws IOException {
        if (NetworkSource.isNetwork(moduleName)) {
            return network();
        }
        slot.requireNone();
        if (wanted != null) {
            throw new UsageException("--class asks what a network looked at; leave it out for a module.");
        }
        var type = ModuleNames.require(moduleName);
        var file = output == null ? defaultOutput(type.name()) : output;
        OutputFiles.ending("--output", file, ".png");
        new OutputFiles()
                .reading("--image", image)
                .reading("--features", features)
                .readingWeights("--weights", options.file())
                .writing("--output", file);
        var points = queries.stream().map(QueryPoint::parse).toList();
        var photo = photo();
        if (points.isEmpty()) {
            points = aside(photo.photo());
        }
        var pixels = points.stream().map(p -> p.inFeaturesOf(photo)).toList();
        var settings = options.settings(type, photo.features().shape());
        var module = options.module(type, settings, features == null);
        var inputs = photo.inputs(type, settings);
        var chosen = where.device(new ModuleMeasurement(module, NamedTensor.shapes(inputs), where.variant()));
        var run = ModuleRun.once(module, inputs, chosen.device());
        var maps = QueryMaps.find(run.attention(), photo.features().shape());
        var pixelMap = maps.isPresent() ? null : pixelMap(type, run);

        var out = spec.commandLine().getOut();
        var text = settings.toString();
        out.println("module     " + type.name() + (text.isEmpty() ? "" : " " + text));
        out.println("weights    " + options.weightsLine());
        out.println("image      " + photo.description());
        out.println("device     " + chosen.device().describe() + ", engine " + Engine.current() + chosen.note());
        var picture = maps.isPresent()
                ? showQueries(out, new Panel(options.title(type), photo, points, pixels, maps.get()))
                : showPixelMap(out, options.title(type), photo, pixelMap);
        ImageFiles.write(picture, file);
        out.println("picture    " + file);
        out.flush();
        return ExitCode.OK;
    }

    private Integer network() throws IOException {
        if (!queries.isEmpty() || features != null || size != null || options.stem() != Stem.NONE || options.isSet()) {
            throw new UsageException(
                    "--query, --features, --size, --stem and --set are for modules; a network's images are"
                            + " prepared as its weights were trained.");
        }
        var file = output == null ? defaultOutput(moduleName) : output;
        OutputFiles.ending("--output", file, ".png", ".safetensors");
        new OutputFiles()
                .reading("--image", image)
                .readingWeights("--weights", options.file())
                .writing("--output", file);
        var source = new NetworkSource(moduleName, slot, options);
        new NetworkShow(source, where.device(), spec.commandLine().getOut()).call(image, wanted, file);
        return ExitCode.OK;
    }

    private Photograph photo() throws IOException {
        var stem = options.stem();
        if (features == null) {
            return Photograph.read(image, size, stem, LONGEST * stem.stride(), MULTIPLE * stem.stride());
        }
        if (size != null || stem != Stem.NONE) {
            throw new UsageException("--size and --stem prepare a photograph; leave them out with --features.");
        }
        return Photograph.withFeatures(image, features);
    }

    private static List<QueryPoint> aside(BufferedImage photo) {
        int height = photo.getHeight();
        int width = photo.getWidth();
        return List.of(
                new QueryPoint(height / 2, width / 2),
                new QueryPoint(height / 4, width / 4),
                new QueryPoint(height * 3 / 4, width * 3 / 4));
    }

    private Path defaultOutput(String of) {
        var name = image.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return Path.of((dot > 0 ? name.substring(0, dot) : name) + "-" + of + ".png");
    }

    private static BufferedImage showQueries(PrintWriter out, Panel panel) {
        panel.lines().forEach(out::println);
        return panel.draw();
    }

    private static NamedTensor pixelMap(ModuleType type, ModuleRun run) {
        return run.attention().stream()
                .filter(a -> a.kind() == AttentionKind.PIXEL_MAP)
                .map(Exposed::tensor)
                .findFirst()
                .orElseThrow(() -> noMap(type, run));
    }

    private BufferedImage showPixelMap(PrintWriter out, String title, Photograph photo, NamedTensor tensor) {
        int height = tensor.shape().dim(-2);
        int width = tensor.shape().dim(-1);
        int maps = tensor.shape().dim(-3);
        var map = Arrays.copyOf(tensor.values(), height * width);
        out.println("map        " + tensor.shape() + ": " + (maps == 1 ? "one map" : maps + " maps, the first is drawn")
                + "; no pixel asks, so the map is query-independent and any two queries have distance 0");
        out.println(
                "           (what GCNet made of seeing that the maps of non-local blocks hardly depend on the query)");
        if (!queries.isEmpty()) {
            out.println("query      --query has no effect on this module");
        }
        var scale = MapScale.fitting(List.of(map));
        return HeatMap.draw(
                photo.photo(),
                new PixelMap(height, width, scale.apply(map)),
                title,
                "one map for all queries, " + height + "x" + width
                        + (scale == MapScale.LINEAR ? "" : ", " + scale.description()));
    }

    private static FailureException noMap(ModuleType type, ModuleRun run) {
        var kinds = run.attention().stream()
                .map(a -> a.kind().words() + " " + a.tensor().shape())
                .distinct()
                .toList();
        return new FailureException("Module " + type.name() + " with these settings has no map over pixels"
                + (kinds.isEmpty()
                        ? ", and no other attention; choose another module."
                        : ", only " + String.join(", ", kinds) + "; attn run --attention draws that."));
    }
}
