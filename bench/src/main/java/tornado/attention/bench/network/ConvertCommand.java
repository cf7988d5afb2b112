package tornado.attention.bench.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.files.checkpoint.WeightFiles;
import tornado.attention.files.safetensors.SafetensorsWriter;

/** {@code attn convert}: a file of weights as one safetensors file. */
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        description =
                "Writes the tensors of a file (PyTorch's .pth, safetensors) as one safetensors file, values unchanged.")
public final class ConvertCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "File of weights.")
    private Path path;

    @Option(names = "--output", required = true, paramLabel = "OUT", description = "Safetensors file to write.")
    private Path output;

    @Mixin
    private WeightFile selection = new WeightFile();

    @Override
    public Integer call() throws IOException {
        OutputFiles.ending("--output", output, ".safetensors");
        new OutputFiles().readingWeights("the file", path).writing("--output", output);
        var out = spec.commandLine().getOut();
        try (var file = selection.open(path)) {
            var writer = new SafetensorsWriter();
            for (var name : file.names()) {
                writer.add(name, file, name);
            }
            writer.metadata("source", String.valueOf(path.getFileName()));
            writer.write(output);
            var found = WeightFiles.found(file);
            out.println(
                    output + ": " + file.names().size() + " tensors" + (found.isEmpty() ? "." : "; " + found + "."));
            out.flush();
        }
        return ExitCode.OK;
    }
}
