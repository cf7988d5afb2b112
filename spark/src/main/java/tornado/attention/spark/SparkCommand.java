package tornado.attention.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.bench.cli.FurtherCommand;
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.cli.Waiting;
import tornado.attention.bench.engine.Engine;

/** {@code attn spark}: a folder of images through a network, on as many machines as Spark has. */
@Command(
        name = "spark",
        mixinStandardHelpOptions = true,
        subcommands = {SparkCommand.Embed.class, SparkCommand.Classify.class},
        description = {
            "Classifies or embeds the images of a folder by Apache Spark, into Parquet files: path, digest, label, scores, embedding, error.",
            "An image that cannot be read is a row with its error. A run that was killed is started again and goes on."
        })
public final class SparkCommand implements FurtherCommand {
    private static final System.Logger LOG = System.getLogger(SparkCommand.class.getName());

    /** What both ask for. */
    abstract static class OfFolder implements FurtherCommand {
        @Parameters(index = "0", paramLabel = "NETWORK", description = "timm's name, with or without the weights' tag.")
        private String network;

        @Parameters(
                index = "1",
                paramLabel = "INPUT",
                description = "Folder with images, and folders in it; any address Spark reads.")
        private String input;

        @Parameters(
                index = "2",
                paramLabel = "OUTPUT",
                description = "Folder for Parquet files; one of an earlier run is gone on with.")
        private String output;

        @Option(
                names = "--weights",
                paramLabel = "FILE",
                description =
                        "safetensors or PyTorch's .pth. Default: the weights that come along, where there are some.")
        private Path weights;

        @Option(
                names = "--master",
                paramLabel = "URL",
                defaultValue = "local[*]",
                description = "Spark's master. Default: ${DEFAULT-VALUE}, this machine.")
        private String master;

        @Option(
                names = "--conf",
                paramLabel = "KEY=VALUE",
                description =
                        "Setting of Spark, such as spark.task.cpus=2: a plan has as many threads as its task has cores.")
        private Map<String, String> settings = new LinkedHashMap<>();

        @Option(
                names = "--batch",
                paramLabel = "N",
                defaultValue = "1",
                description = "Images a task works on at once. Default: ${DEFAULT-VALUE}.")
        private int batch;

        @Option(
                names = "--chunk",
                paramLabel = "N",
                defaultValue = "10000",
                description = "Images after which rows are committed: what a kill can cost. Default: ${DEFAULT-VALUE}.")
        private int chunk;

        @Option(
                names = "--device",
                paramLabel = "ID",
                defaultValue = "",
                description =
                        "Device of every executor. Default: the one its resource gpu names, or the engine's first.")
        private String device;

        @Spec
        private CommandSpec spec;

        abstract ImageTransformer stage();

        /** What is said of the rows besides network, weights and batch. */
        abstract String kind();

        @Override
        public Integer call() throws IOException {
            if (batch < 1 || chunk < 1) {
                throw new UsageException("--batch and --chunk are at least 1.");
            }
            requireNetwork();
            var stage = stage();
            stage.set(stage.network(), network);
            stage.set(stage.batch(), batch);
            stage.set(stage.device(), device);
            if (weights != null) {
                stage.set(stage.weights(), weights.toString());
            }
            long begun = System.nanoTime();
            // Spark starts while the weights are read.
            var starting = CompletableFuture.supplyAsync(() -> Sessions.start("attn spark", master, settings));
            // A mistake in them is said at once: the process ends, and the Spark that is starting with it.
            var identity =
                    kind() + "\n" + Slots.pretrained(network, weights != null).name() + " of weights "
                            + stage.weightsDigest() + "\nbatches of " + batch + "\nattn " + Engine.projectVersion();
            if (Sessions.isThisProcess(master)) {
                warm(stage);
            }
            var out = spec.commandLine().getOut();
            try (var spark = started(starting);
                    var waiting = Waiting.on(kind().split(" ")[0])) {
                var done = new FolderJob(spark, stage, chunk)
                        .run(input, output, identity, counts -> waiting.done((int) counts[0], (int) counts[1]));
                waiting.close();
                out.println(output + ": " + done.images() + (done.images() == 1 ? " image" : " images")
                        + (done.before() == 0 ? "" : ", " + done.before() + " of them done before")
                        + (done.failed() == 0 ? "" : ", " + done.failed() + " that could not be read (column error)")
                        + (done.others() == 0 ? "" : "; files that are no images by their names: " + done.others())
                        + String.format(java.util.Locale.ROOT, "; %.1f s.", (System.nanoTime() - begun) / 1e9));
                out.flush();
                return done.failed() == 0 ? ExitCode.OK : ExitCode.FAILED;
            }
        }

        /** The network is compiled while Spark starts and plans; a task that comes first waits for it, or compiles what it needs itself. */
        private void warm(ImageTransformer stage) {
            Thread.ofPlatform().daemon().name("attn-warm").start(() -> {
                try {
                    stage.warm(Sessions.coresOfTask(settings));
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.DEBUG, "The tasks will say it.", e);
                }
            });
        }

        private void requireNetwork() {
            try {
                Slots.pretrained(network, weights != null);
            } catch (IllegalArgumentException e) {
                throw new UsageException(e.getMessage(), e);
            }
        }

        private static JavaSparkContext started(CompletableFuture<JavaSparkContext> starting) {
            try {
                return starting.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
    }

    @Command(
            name = "embed",
            mixinStandardHelpOptions = true,
            description =
                    "Writes what a network makes of images: the vector in front of its classifier, or what a part of it makes.")
    static final class Embed extends OfFolder {
        @Option(
                names = "--node",
                paramLabel = "NAME",
                defaultValue = "pooled",
                description = "Part of the network, such as layer3 or stages.2. Default: ${DEFAULT-VALUE}.")
        private String node;

        @Override
        ImageTransformer stage() {
            return new ImageEmbedder().setNode(node);
        }

        @Override
        String kind() {
            return "embedding of " + node;
        }
    }

    @Command(
            name = "classify",
            mixinStandardHelpOptions = true,
            description = "Writes what is on images, and how sure the network is of every class.")
    static final class Classify extends OfFolder {
        @Override
        ImageTransformer stage() {
            return new ImageClassifier();
        }

        @Override
        String kind() {
            return "classifying";
        }
    }

    @Override
    public Integer call() {
        throw new UsageException("A command is missing: attn spark embed, or attn spark classify.");
    }
}
