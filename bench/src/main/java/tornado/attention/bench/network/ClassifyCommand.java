package tornado.attention.bench.network;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
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
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.text.Json;
import tornado.attention.bench.text.Numbers;
import tornado.attention.bench.text.Sentences;
import tornado.attention.networks.Classifier;
import tornado.attention.networks.Classifier.Guess;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkName;
import tornado.attention.networks.Pretrained;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.networks.image.Preprocessing;
import tornado.attention.tasks.ChainOptions;

/** {@code attn classify}: what is on photographs. */
@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        description = {
            "Says what is on photographs: the likeliest classes of a network with trained weights.",
            "Images are prepared as timm does for the weights' tag. Exit status 1 if an image could not be read."
        })
public final class ClassifyCommand implements Callable<Integer> {
    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "bmp", "gif");

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
            description = "PNG, JPEG, BMP or GIF files, or folders of them.")
    private List<Path> paths = new ArrayList<>();

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description =
                    "safetensors, its index, or PyTorch's .pth. Default: the weights that come along, where there are some.")
    private Path weights;

    @Mixin
    private WeightFile selection = new WeightFile();

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

    /** The command. */
    public ClassifyCommand() {}

    /** What came of one image; the reason where it could not be read. */
    private record Result(Path image, List<Guess> guesses, String reason) {
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
        new OutputFiles()
                .reading("--weights", weights)
                .writing("--json", toScreen ? null : json)
                .writing("--csv", csv);
        var pretrained = pretrained();
        var images = images(paths);
        var device = where.device();
        var out = spec.commandLine().getOut();
        var network = network(pretrained);
        long begin = System.nanoTime();
        var results = new ArrayList<Result>();
        try (var classifier = new Classifier(
                network,
                pretrained.preprocessing(),
                pretrained.labels(),
                Math.min(batch, images.size()),
                device.device(),
                ChainOptions.evaluation().on(device.profile()))) {
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
                    Locale.ROOT, "%d %s in %.1f s.", images.size(), images.size() == 1 ? "image" : "images", seconds));
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

    private Pretrained pretrained() {
        NetworksCommand.require(name.contains(".") ? name.substring(0, name.indexOf('.')) : name);
        try {
            return Pretrained.named(name)
                    .orElseThrow(() -> new FailureException("Network "
                            + NetworkName.parse(name).network()
                            + " has no published weights, so it is not known how its images are"
                            + " prepared; choose one with weights ('attn networks')."));
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    private Network network(Pretrained pretrained) throws IOException {
        if (weights != null) {
            try (var file = selection.open(weights)) {
                return Classifier.load(pretrained, file);
            }
        }
        if (selection.isGiven()) {
            throw new UsageException(
                    "--key and --prefix say where in a file the weights lie; give the file by --weights.");
        }
        if (!pretrained.isBundled()) {
            throw new FailureException("The weights of " + pretrained.name() + " do not come along; fetch "
                    + pretrained.address() + " and give the file by --weights.");
        }
        return Classifier.bundled(pretrained);
    }

    /** The images of files and folders, in order. */
    private static List<Path> images(List<Path> paths) throws IOException {
        var images = new ArrayList<Path>();
        for (var path : paths) {
            if (!Files.isDirectory(path)) {
                images.add(path);
                continue;
            }
            try (var files = Files.list(path)) {
                var found = files.filter(ClassifyCommand::isImage).sorted().toList();
                if (found.isEmpty()) {
                    throw new FailureException(
                            "There is no PNG, JPEG, BMP or GIF file in " + path + "; check the path.");
                }
                images.addAll(found);
            }
        }
        return images;
    }

    private static boolean isImage(Path file) {
        var text = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Files.isRegularFile(file) && ENDINGS.contains(text.substring(text.lastIndexOf('.') + 1));
    }

    /** An image ready for the network, or why there is none. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    private record Prepared(Path image, float[] values, String reason) {
        static Prepared of(Path image, Preprocessing preprocessing) {
            try {
                return new Prepared(image, preprocessing.apply(ImageFiles.read(image)), null);
            } catch (IOException | IllegalArgumentException e) {
                return new Prepared(image, null, Sentences.of(e));
            }
        }
    }

    /** Batch by batch; the next one is decoded while the device works. */
    private void classify(Classifier classifier, List<Path> images, List<Result> results, PrintWriter out) {
        CompletableFuture<List<Prepared>> next = prepare(classifier, images, 0);
        for (int from = 0; from < images.size(); from += classifier.batch()) {
            var prepared = next.join();
            next = prepare(classifier, images, from + classifier.batch());
            var readable = prepared.stream().filter(p -> p.reason() == null).toList();
            var guesses = readable.isEmpty()
                    ? List.<List<Guess>>of()
                    : classifier.classifyPrepared(
                            readable.stream().map(Prepared::values).toList(), top);
            for (var each : prepared) {
                int at = readable.indexOf(each);
                var result = new Result(each.image(), at < 0 ? List.of() : guesses.get(at), each.reason());
                results.add(result);
                if (out != null) {
                    out.println(result.image().getFileName() + "  "
                            + (result.reason() == null
                                    ? result.guesses().stream()
                                            .map(Guess::toString)
                                            .collect(Collectors.joining(", "))
                                    : result.reason()));
                    out.flush();
                }
            }
        }
    }

    private static CompletableFuture<List<Prepared>> prepare(Classifier classifier, List<Path> images, int from) {
        var part = images.subList(Math.min(from, images.size()), Math.min(from + classifier.batch(), images.size()));
        return CompletableFuture.supplyAsync(() -> part.stream()
                .map(i -> Prepared.of(i, classifier.preprocessing()))
                .toList());
    }

    private static void write(Path file, List<Result> results) throws IOException {
        try (var writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                var printer = new CSVPrinter(
                        writer,
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
    }
}
