package tornado.attention.bench.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.files.checkpoint.WeightFiles;
import tornado.attention.files.safetensors.TensorFile;
import tornado.attention.networks.Fitting;
import tornado.attention.report.internal.text.Json;
import tornado.attention.report.internal.text.Numbers;

/** {@code attn weights}: what is in a file of weights. */
@Command(
        name = "weights",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the tensors of a file (safetensors, its index, or PyTorch's .pth) and the known networks it fits.",
            "Nothing of the file is executed."
        })
public final class WeightsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "File of weights.")
    private Path path;

    @Mixin
    private WeightFile selection = new WeightFile();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        var out = spec.commandLine().getOut();
        try (var file = selection.open(path)) {
            var fits = Fitting.of(file);
            if (json) {
                Json.print(out, json(file, fits));
                return ExitCode.OK;
            }
            int width = file.names().stream().mapToInt(String::length).max().orElse(0);
            for (var name : file.names()) {
                out.println(String.format(
                        "%-" + Math.max(width, 1) + "s  %s",
                        name,
                        file.info(name).describe()));
            }
            long elements = file.names().stream()
                    .mapToLong(n -> file.info(n).elements())
                    .sum();
            out.println(file.names().size() + " tensors, " + Numbers.count(elements) + " numbers.");
            var found = WeightFiles.found(file);
            if (!found.isEmpty()) {
                out.println("found   " + found);
            }
            out.println("fits    "
                    + (fits.isEmpty()
                            ? "no network that is known here"
                            : fits.stream().map(WeightsCommand::told).collect(Collectors.joining(", "))));
            out.flush();
        }
        return ExitCode.OK;
    }

    private static String told(Fitting.Fit fit) {
        return fit.network() + (fit.classes() > 0 ? " with " + fit.classes() + " classes" : "");
    }

    private static Map<String, Object> json(TensorFile file, java.util.List<Fitting.Fit> fits) {
        var all = new LinkedHashMap<String, Object>();
        all.put("file", file.path().toString());
        all.put("metadata", file.metadata());
        var tensors = new ArrayList<Map<String, Object>>();
        for (var name : file.names()) {
            var tensor = new LinkedHashMap<String, Object>();
            tensor.put("name", name);
            tensor.put("dtype", file.info(name).dtype().name());
            tensor.put("shape", file.info(name).shape());
            tensors.add(tensor);
        }
        all.put("tensors", tensors);
        all.put(
                "fits",
                fits.stream()
                        .map(f -> Map.of("network", f.network(), "classes", f.classes()))
                        .toList());
        return all;
    }
}
