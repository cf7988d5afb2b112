package tornado.attention.bench.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
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
import tornado.attention.bench.device.ChosenDevice;
import tornado.attention.bench.device.ModuleMeasurement;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.text.Json;
import tornado.attention.bench.text.Numbers;
import tornado.attention.modules.AttentionModule;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Settings;
import tornado.attention.modules.safetensors.SafetensorsFile;
import tornado.attention.modules.safetensors.SafetensorsWriter;
import tornado.attention.tasks.Shape;

/** {@code attn run}: one module on one input. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a module on a feature map or a photograph.",
            "Settings follow from the input unless they are --set; without --weights they are random."
        })
public final class RunCommand implements Callable<Integer> {
    private static final String PARAMETER = "param.";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODULE", description = "Name of the module; 'attn modules' lists them.")
    private String moduleName;

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    /** Where the input comes from. */
    static final class Source {
        @Option(
                names = "--input",
                paramLabel = "FILE",
                description = "Safetensors file with the module's inputs under their names, or with one tensor.")
        private Path file;

        @Option(names = "--image", paramLabel = "PHOTO", description = "PNG or JPEG file.")
        private Path image;
    }

    @Option(
            names = "--size",
            paramLabel = "HxW",
            description = "Size to which an image is resized. Default: its proportions, 224 on the longer side.")
    private String size;

    @Option(
            names = "--stem",
            paramLabel = "NAME",
            defaultValue = "none",
            description = "What an image passes first: none, or filters: 64 fixed oriented 7x7 filters, stride 2.")
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

    @Option(names = "--output", paramLabel = "FILE", description = "Write the outputs as safetensors.")
    private Path output;

    @Option(
            names = "--attention",
            paramLabel = "FILE",
            description =
                    "Write the attention: a picture (.png), a heat map over the image or bars of the channel gate; or the"
                            + " tensors (.safetensors).")
    private Path attention;

    @Mixin
    private EngineOptions where = new EngineOptions();

    /** The command. */
    public RunCommand() {}

    @Override
    public Integer call() throws IOException {
        var type = ModuleNames.require(moduleName);
        var image = source.image == null ? null : InputImage.read(source.image, size, stem());
        requireNoImageOptions(image);
        var fromFile = image == null ? InputFile.read(source.file, type) : null;
        var featureMap = image == null ? featureMap(fromFile) : image.featureMap();
        var settings = settings(type, featureMap);
        var module = module(type, settings, image);
        var inputs = image == null ? fromFile : image.inputs(type, settings);
        var chosen = where.device(new ModuleMeasurement(
                module, inputs.stream().collect(Collectors.toMap(NamedTensor::name, NamedTensor::shape))));
        var device = chosen.device();
        var run = ModuleRun.of(module, inputs, device, attention != null);
        if (attention != null && run.attention().isEmpty()) {
            throw new FailureException("Module " + type.name()
                    + " with these settings has no attention that could be drawn; leave out --attention.");
        }
        var out = spec.commandLine().getOut();
        print(out, module, settings, inputs, image, chosen, run);
        if (output != null) {
            write(type, settings, device, run);
            out.println("written    " + output);
        }
        if (attention != null) {
            var pictures = new AttentionPictures(title(type), image == null ? null : image.photo(), featureMap);
            pictures.write(attention, run.attention()).forEach(line -> out.println("attention  " + line));
        }
        out.flush();
        return ExitCode.OK;
    }

    private InputImage.Stem stem() {
        return switch (stem.toLowerCase(Locale.ROOT)) {
            case "none" -> InputImage.Stem.NONE;
            case "filters" -> InputImage.Stem.FILTERS;
            default -> throw new UsageException("There is no stem '" + stem + "'; there are none and filters.");
        };
    }

    private void requireNoImageOptions(InputImage image) {
        if (image == null && (size != null || !stem.equals("none"))) {
            throw new UsageException("--size and --stem prepare an image; leave them out with --input.");
        }
    }

    private static Shape featureMap(List<NamedTensor> inputs) {
        return inputs.getFirst().shape();
    }

    /** What was set, and for a feature map what follows from its shape. */
    private Settings settings(ModuleType type, Shape featureMap) {
        try {
            return featureMap.rank() == 4 ? type.settingsFor(featureMap, given) : type.settings(given);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    private AttentionModule module(ModuleType type, Settings settings, InputImage image) throws IOException {
        if (weights != null) {
            try (var file = SafetensorsFile.open(weights)) {
                boolean prefixed = file.names().stream().anyMatch(n -> n.startsWith(PARAMETER));
                return type.load(settings, file, prefixed ? PARAMETER : "");
            }
        }
        try {
            return type.initial(settings, seed);
        } catch (IllegalArgumentException e) {
            if (image != null && stem() == InputImage.Stem.NONE) {
                throw new FailureException(
                        e.getMessage() + " An image alone has 3 channels; --stem filters puts 64 filters in front.", e);
            }
            throw e;
        }
    }

    private void print(
            PrintWriter out,
            AttentionModule module,
            Settings settings,
            List<NamedTensor> inputs,
            InputImage image,
            ChosenDevice chosen,
            ModuleRun run) {
        var text = settings.toString();
        out.println("module     " + module.type().name() + (text.isEmpty() ? "" : " " + text));
        out.println("weights    "
                + (weights == null
                        ? "random (seed " + seed + "), so what it attends to was not learned"
                        : weights.toString())
                + "; " + Numbers.count(module.parameters()) + " parameters");
        if (image != null) {
            out.println("image      " + image.description());
        }
        for (var input : inputs) {
            out.println("input      " + input.name() + " " + input.shape());
        }
        out.println("device     " + chosen.device().describe() + ", engine " + Engine.current() + chosen.note());
        out.println("cost       " + run.cost().kernels() + " kernels, "
                + Numbers.count(run.cost().macs()) + " MACs, "
                + Numbers.bytes(run.cost().bytes()) + " traffic, "
                + Numbers.bytes(run.cost().peakDeviceBytes())
                + " device memory");
        out.println("time       compiled in " + Numbers.millis(run.compileNanos()) + ", first run "
                + Numbers.millis(run.firstNanos()) + ", steady " + Numbers.millis(run.steadyNanos())
                + " (median of the later half of " + run.runs() + " runs)");
        for (var tensor : run.outputs()) {
            out.println("output     " + tensor.name() + " " + tensor.shape() + "  "
                    + Statistics.of(tensor.values()).describe());
        }
    }

    private String title(ModuleType type) {
        return type.name() + (weights == null ? ", random weights (seed " + seed + ")" : "");
    }

    private void write(ModuleType type, Settings settings, Device device, ModuleRun run) throws IOException {
        var writer = new SafetensorsWriter();
        for (var tensor : run.outputs()) {
            writer.add(
                    tensor.name(),
                    Arrays.stream(tensor.shape().dims()).asLongStream().toArray(),
                    tensor.values());
        }
        writer.metadata("module", type.name());
        writer.metadata("settings", Json.text(settings.asMap()));
        writer.metadata("weights", weights == null ? "random, seed " + seed : weights.toString());
        writer.metadata("engine", Engine.current().toString());
        writer.metadata("device", device.describe());
        writer.write(output);
    }
}
