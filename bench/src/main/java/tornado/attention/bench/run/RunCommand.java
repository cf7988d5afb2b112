package tornado.attention.bench.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
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
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.device.ChosenDevice;
import tornado.attention.bench.device.ModuleMeasurement;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Engine;
import tornado.attention.modules.AttentionModule;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.Settings;
import tornado.attention.report.internal.text.Json;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.tasks.Shape;

/** {@code attn run}: one module on one input. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a module on a feature map or a photograph, or a network on a photograph.",
            "Settings follow from the input unless they are --set; without --weights they are random."
        })
public final class RunCommand implements Callable<Integer> {
    /** Longer side of an image where no size is given: what classification networks were trained on. */
    private static final int LONGEST = 224;

    /** Its sides are then multiples of this, so that the usual strides divide them. */
    private static final int MULTIPLE = 16;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "MODULE",
            description = "Name of the module or network; 'attn modules' and 'attn networks' list them.")
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

        @Option(names = "--image", paramLabel = "PHOTO", description = "PNG, JPEG, WebP, BMP or GIF file.")
        private Path image;
    }

    @Option(
            names = "--size",
            paramLabel = "HxW",
            description = "Size to which an image is resized. Default: its proportions, 224 on the longer side.")
    private String size;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Write the outputs: .safetensors; of one output also .npy, or .csv with a line a row.")
    private Path output;

    @Option(
            names = "--attention",
            paramLabel = "FILE",
            description =
                    "Write the attention: a picture (.png), a heat map over the image or bars of the channel gate; or the"
                            + " tensors (.safetensors; of one also .npy, .csv).")
    private Path attention;

    @Mixin
    private NetworkSource.Slot slot = new NetworkSource.Slot();

    @Mixin
    private ModuleOptions options = new ModuleOptions();

    @Mixin
    private EngineOptions where = new EngineOptions();

    @Override
    public Integer call() throws IOException {
        TensorOutput.require("--output", output);
        if (attention != null) {
            OutputFiles.ending("--attention", attention, ".png", ".safetensors", ".npy", ".csv");
        }
        if (NetworkSource.isNetwork(moduleName)) {
            return network();
        }
        slot.requireNone();
        var type = ModuleNames.require(moduleName);
        var files = new OutputFiles()
                .reading("--input", source.file)
                .reading("--image", source.image)
                .readingWeights("--weights", options.file())
                .writing("--output", output)
                .writing("--attention", attention);
        var image = photograph();
        var fromFile = image == null ? InputFile.read(source.file, type) : null;
        var featureMap = image == null ? featureMap(fromFile) : image.features().shape();
        var settings = options.settings(type, featureMap);
        var module = options.module(type, settings, image != null);
        var inputs = image == null ? fromFile : image.inputs(type, settings);
        var chosen = where.device(new ModuleMeasurement(module, NamedTensor.shapes(inputs), where.variant()));
        var device = chosen.device();
        var run = ModuleRun.timed(module, inputs, device, attention != null);
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
            var pictures = new AttentionPictures(options.title(type), image == null ? null : image.photo(), featureMap);
            pictures.write(attention, run.attention(), files).forEach(line -> out.println("attention  " + line));
        }
        out.flush();
        return ExitCode.OK;
    }

    private Integer network() throws IOException {
        if (size != null || options.stem() != Stem.NONE || options.isSet()) {
            throw new UsageException("--size, --stem and --set are for modules; a network's images are prepared as its"
                    + " weights were trained.");
        }
        var files = new OutputFiles()
                .reading("--input", source.file)
                .reading("--image", source.image)
                .readingWeights("--weights", options.file())
                .writing("--output", output)
                .writing("--attention", attention);
        var run = new NetworkRun(new NetworkSource(moduleName, slot, options));
        run.call(
                source.image,
                source.file,
                where.device(),
                output,
                attention,
                files,
                spec.commandLine().getOut());
        return ExitCode.OK;
    }

    private Photograph photograph() throws IOException {
        if (source.image != null) {
            return Photograph.read(source.image, size, options.stem(), LONGEST, MULTIPLE);
        }
        if (size != null || options.stem() != Stem.NONE) {
            throw new UsageException("--size and --stem prepare an image; leave them out with --input.");
        }
        return null;
    }

    private static Shape featureMap(List<NamedTensor> inputs) {
        return inputs.getFirst().shape();
    }

    private void print(
            PrintWriter out,
            AttentionModule module,
            Settings settings,
            List<NamedTensor> inputs,
            Photograph image,
            ChosenDevice chosen,
            ModuleRun run) {
        var text = settings.toString();
        out.println("module     " + module.type().name() + (text.isEmpty() ? "" : " " + text));
        out.println("weights    " + options.weightsLine() + "; " + Numbers.count(module.parameters()) + " parameters");
        if (image != null) {
            out.println("image      " + image.description());
        }
        for (var input : inputs) {
            out.println("input      " + input.name() + " " + input.shape());
        }
        out.println("device     " + chosen.device().describe() + ", engine " + Engine.current() + chosen.note());
        out.println("cost       " + run.describeCost());
        out.println("time       " + run.describeTime());
        for (var tensor : run.outputs()) {
            out.println("output     " + tensor.name() + " " + tensor.shape() + "  "
                    + Statistics.of(tensor.values()).describe());
        }
    }

    private void write(ModuleType type, Settings settings, Device device, ModuleRun run) throws IOException {
        var said = new LinkedHashMap<String, String>();
        said.put("module", type.name());
        said.put("settings", Json.text(settings.asMap()));
        said.put("weights", options.origin());
        said.put("engine", Engine.current().toString());
        said.put("device", device.describe());
        TensorOutput.write("--output", output, run.outputs(), said);
    }
}
