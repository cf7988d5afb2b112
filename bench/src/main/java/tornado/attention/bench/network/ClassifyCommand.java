package tornado.attention.bench.network;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.network.PreparedImages.Prepared;
import tornado.attention.files.AtomicFile;
import tornado.attention.networks.Classifier;
import tornado.attention.networks.Classifier.Guess;
import tornado.attention.report.internal.text.Json;
import tornado.attention.report.internal.text.Numbers;

/** {@code attn classify}: what is on photographs. */
@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        description = {
            "Says what is on photographs: the likeliest classes of a network with trained weights.",
            "Images are prepared as timm does for the weights' tag. Exit status 1 if an image could not be read."
        })
public final class ClassifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "NETWORK",
            description =
                    "timm's name, with or without the weights' tag: seresnet50.ra2_in1k; 'attn networks' lists them.")
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
            names = "--top",
            paramLabel = "N",
            defaultValue = "5",
            description = "Classes an image. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description = "Images worked on at once. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write one record an image as JSON; - prints it instead.")
    private Path json;

    @Option(names = "--csv", paramLabel = "FILE", description = "Write one row an image and class.")
    private Path csv;

    @Mixin
    private EngineOptions where = new EngineOptions();

    /** What came of one image; the reason where it could not be read. */
    private record Result(Path image, List<Guess> guesses, String reason) {
        String line() {
            return image.getFileName() + "  "
                    + (reason == null
                            ? guesses.stream().map(Guess::toString).collect(Collectors.joining(", "))
                            : reason);
        }

        Map<String, Object> toJson() {
            var all = new LinkedHashMap<String, Object>();
            all.put("image", image.toString());
            all.put(
                    "classes",
                    guesses.stream()
                            .map(g -> {
                                var each = new LinkedHashMap<String, Object>();
                                each.put("index", g.index());
                                each.put("label", g.label());
                                each.put("probability", g.probability());
                                each.put("logit", g.logit());
                                return each;
                            })
                            .toList());
            all.put("reason", reason);
            return all;
        }
    }

    @Override
    public Integer call() throws IOException {
        if (top < 1 || batch < 1) {
            throw new UsageException("--top and --batch are at least 1, not " + top + " and " + batch + ".");
        }
        boolean toScreen = json != null && json.toString().equals("-");
        var pretrained = options.prepared(name);
        var images = PreparedImages.of(paths, pretrained.preprocessing());
        images.reading(new OutputFiles())
                .readingWeights("--weights", options.file())
                .writing("--json", toScreen ? null : json)
                .writing("--csv", csv);
        var device = where.device();
        var out = spec.commandLine().getOut();
        var network = options.network(pretrained);
        long begin = System.nanoTime();
        var results = new ArrayList<Result>();
        try (var classifier = new Classifier(
                network,
                pretrained.preprocessing(),
                pretrained.labels(),
                Math.min(batch, images.files().size()),
                device.device(),
                device.options())) {
            if (!toScreen) {
                out.println(
                        "network    " + pretrained.name() + "; " + Numbers.count(network.parameters()) + " parameters");
                out.println("images     " + pretrained.preprocessing());
                out.println("device     " + device.describe() + ", engine " + Engine.current());
                out.flush();
            }
            classify(classifier, images, results, toScreen ? null : out);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (toScreen) {
            Json.print(out, results.stream().map(Result::toJson).toList());
        } else {
            out.println(String.format(
                    Locale.ROOT,
                    "%d %s in %.1f s.",
                    images.files().size(),
                    images.files().size() == 1 ? "image" : "images",
                    seconds));
            if (json != null) {
                Json.write(json, results.stream().map(Result::toJson).toList());
            }
        }
        if (csv != null) {
            write(csv, results);
        }
        out.flush();
        return results.stream().anyMatch(r -> r.reason() != null) ? ExitCode.FAILED : ExitCode.OK;
    }

    private void classify(Classifier classifier, PreparedImages images, List<Result> results, PrintWriter out) {
        images.forEachBatch("classifying", classifier.batch(), (readable, all, waiting) -> {
            var guesses = readable.isEmpty()
                    ? List.<List<Guess>>of()
                    : classifier.classifyPrepared(
                            readable.stream().map(Prepared::values).toList(), top);
            for (var each : all) {
                int at = readable.indexOf(each);
                var result = new Result(each.image(), at < 0 ? List.of() : guesses.get(at), each.reason());
                results.add(result);
                if (out != null) {
                    waiting.aside(() -> {
                        out.println(result.line());
                        out.flush();
                    });
                }
            }
        });
    }

    private static void write(Path file, List<Result> results) throws IOException {
        var text = new StringBuilder();
        try (var printer = new CSVPrinter(
                text,
                CSVFormat.RFC4180
                        .builder()
                        .setHeader("image", "rank", "index", "label", "probability", "logit", "reason")
                        .get())) {
            for (var result : results) {
                if (result.reason() != null) {
                    printer.printRecord(result.image(), "", "", "", "", "", result.reason());
                }
                for (int i = 0; i < result.guesses().size(); i++) {
                    var g = result.guesses().get(i);
                    printer.printRecord(result.image(), i + 1, g.index(), g.label(), g.probability(), g.logit(), "");
                }
            }
        }
        AtomicFile.write(file, text.toString());
    }
}
