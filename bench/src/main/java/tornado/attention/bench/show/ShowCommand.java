package tornado.attention.bench.show;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.device.ModuleMeasurement;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.image.HeatMap;
import tornado.attention.bench.image.ImageFiles;
import tornado.attention.bench.image.PixelMap;
import tornado.attention.bench.run.NamedTensor;
import tornado.attention.bench.show.ExposedRun.Exposed;
import tornado.attention.modules.AttentionModule;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Settings;
import tornado.attention.modules.safetensors.SafetensorsFile;
import tornado.attention.tasks.AttentionKind;

/** {@code attn show}: where pixels of a photograph look, side by side. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = {
            "Draws where pixels of a photograph look, side by side, and how far these maps are from each other.",
            "A map of pixels over pixels takes memory with the square of their number; --size decides."
        })
public final class ShowCommand implements Callable<Integer> {
    private static final String PARAMETER = "param.";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODULE", description = "Name of the module; 'attn modules' lists them.")
    private String moduleName;

    @Option(names = "--image", required = true, paramLabel = "PHOTO", description = "PNG or JPEG file.")
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
            names = "--stem",
            paramLabel = "NAME",
            defaultValue = "none",
            description =
                    "What the photograph passes first: none, or filters: 64 fixed oriented 7x7 filters, stride 2.")
    private String stem;

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "Safetensors file with the weights under PyTorch's names, or behind the prefix 'param.'.")
    private Path weights;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the module; may be repeated. Lists are joined by commas.")
    private Map<String, String> given = new LinkedHashMap<>();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of random weights. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "The picture, a PNG file. Default: the name of the photograph, a hyphen and that of the module.")
    private Path output;

    @Mixin
    private EngineOptions where = new EngineOptions();

    /** The command. */
    public ShowCommand() {}

    @Override
    public Integer call() throws IOException {
        var type = ModuleNames.require(moduleName);
        var points = queries.stream().map(QueryPoint::parse).toList();
        var photo = photo();
        if (points.isEmpty()) {
            points = aside(photo.photo());
        }
        var pixels = points.stream().map(photo::inFeatures).toList();
        var settings = settings(type, photo);
        var module = module(type, settings);
        var inputs = photo.inputs(type, settings);
        var chosen = where.device(new ModuleMeasurement(
                module, inputs.values().stream().collect(Collectors.toMap(NamedTensor::name, NamedTensor::shape))));
        var run = ExposedRun.of(module, inputs, chosen.device());
        var maps = QueryMaps.find(run.attention(), photo.features().shape());
        var pixelMap = maps.isPresent() ? null : pixelMap(type, run);

        var out = spec.commandLine().getOut();
        var text = settings.toString();
        out.println("module     " + type.name() + (text.isEmpty() ? "" : " " + text));
        out.println("weights    "
                + (weights == null
                        ? "random (seed " + seed + "), so where it looks was not learned"
                        : weights.toString()));
        out.println("image      " + photo.description());
        out.println("device     " + chosen.device().describe() + ", engine " + Engine.current() + chosen.note());
        var picture = maps.isPresent()
                ? showQueries(out, new Panel(title(type), photo, points, pixels, maps.get()))
                : showPixelMap(out, title(type), photo, pixelMap);
        var file = output == null ? defaultOutput(type) : output;
        ImageFiles.write(picture, file);
        out.println("picture    " + file);
        out.flush();
        return ExitCode.OK;
    }

    private PhotoInput photo() throws IOException {
        if (features == null) {
            return PhotoInput.read(image, size, withFilters());
        }
        if (size != null || !stem.equals("none")) {
            throw new UsageException("--size and --stem prepare a photograph; leave them out with --features.");
        }
        return PhotoInput.withFeatures(image, features);
    }

    private boolean withFilters() {
        return switch (stem.toLowerCase(Locale.ROOT)) {
            case "none" -> false;
            case "filters" -> true;
            default -> throw new UsageException("There is no stem '" + stem + "'; there are none and filters.");
        };
    }

    private static List<QueryPoint> aside(BufferedImage photo) {
        int height = photo.getHeight();
        int width = photo.getWidth();
        return List.of(
                new QueryPoint(height / 2, width / 2),
                new QueryPoint(height / 4, width / 4),
                new QueryPoint(height * 3 / 4, width * 3 / 4));
    }

    private Settings settings(ModuleType type, PhotoInput photo) {
        try {
            return type.settingsFor(photo.features().shape(), given);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    private AttentionModule module(ModuleType type, Settings settings) throws IOException {
        if (weights != null) {
            try (var file = SafetensorsFile.open(weights)) {
                boolean prefixed = file.names().stream().anyMatch(n -> n.startsWith(PARAMETER));
                return type.load(settings, file, prefixed ? PARAMETER : "");
            }
        }
        try {
            return type.initial(settings, seed);
        } catch (IllegalArgumentException e) {
            if (features == null && !withFilters()) {
                throw new FailureException(
                        e.getMessage() + " A photograph alone has 3 channels; --stem filters puts 64 filters in front.",
                        e);
            }
            throw e;
        }
    }

    /** The module with what was set of it, so that pictures of its variants can be told apart. */
    private String title(ModuleType type) {
        var set = given.entrySet().stream()
                .map(e -> " " + e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining());
        return type.name() + set + (weights == null ? ", random weights (seed " + seed + ")" : "");
    }

    private Path defaultOutput(ModuleType type) {
        var name = image.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return Path.of((dot > 0 ? name.substring(0, dot) : name) + "-" + type.name() + ".png");
    }

    private static BufferedImage showQueries(PrintWriter out, Panel panel) {
        panel.lines().forEach(out::println);
        return panel.draw();
    }

    private static NamedTensor pixelMap(ModuleType type, ExposedRun run) {
        return run.attention().stream()
                .filter(a -> a.kind() == AttentionKind.PIXEL_MAP)
                .map(Exposed::tensor)
                .findFirst()
                .orElseThrow(() -> noMap(type, run));
    }

    private BufferedImage showPixelMap(PrintWriter out, String title, PhotoInput photo, NamedTensor tensor) {
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

    private static FailureException noMap(ModuleType type, ExposedRun run) {
        var kinds = run.attention().stream()
                .map(a -> a.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " "
                        + a.tensor().shape())
                .distinct()
                .toList();
        return new FailureException("Module " + type.name() + " with these settings has no map over pixels"
                + (kinds.isEmpty()
                        ? ", and no other attention; choose another module."
                        : ", only " + String.join(", ", kinds) + "; attn run --attention draws that."));
    }
}
