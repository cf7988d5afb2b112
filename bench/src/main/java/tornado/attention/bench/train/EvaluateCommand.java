package tornado.attention.bench.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
import tornado.attention.bench.cli.UsageException;
import tornado.attention.bench.cli.Waiting;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Engine;
import tornado.attention.networks.Network;
import tornado.attention.networks.data.ImageSets;
import tornado.attention.networks.data.LabelledImages;
import tornado.attention.networks.training.Training;
import tornado.attention.networks.training.Training.Checkpoint;
import tornado.attention.report.internal.text.Numbers;

/** {@code attn evaluate}: how good a trained network is. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description =
                "Judges the network of a run of 'attn train' on the images it was judged by while it was trained.")
public final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Folder of the run, or its checkpoint.")
    private Path run;

    @Option(names = "--data", paramLabel = "DIR", description = "The data set, where it has moved.")
    private Path data;

    @Option(
            names = "--maps",
            paramLabel = "N",
            description =
                    "Say, on the first N images, how far apart the attention maps of two pixels are and how far from"
                            + " uniform, before training and after.")
    private Integer maps;

    @Option(names = "--image", paramLabel = "PHOTO", description = "The same on photographs, resized; may be repeated.")
    private List<Path> photographs = List.of();

    @Mixin
    private EngineOptions where = new EngineOptions();

    @Override
    public Integer call() throws IOException {
        if (maps != null && maps < 1) {
            throw new UsageException("--maps looks at 1 or more images, not " + maps + ".");
        }
        var file = Files.isDirectory(run) ? run.resolve(TrainingRun.CHECKPOINT) : run;
        if (!Files.exists(file)) {
            throw new FailureException(file + " does not exist; give the folder of a run of 'attn train'.");
        }
        var checkpoint = Checkpoint.read(file);
        var plan = TrainingPlan.of(file, checkpoint.metadata());
        if (data != null) {
            plan = plan.at(data);
        }
        var images = plan.images();
        DataIdentity.of(images).requireSame(file, checkpoint.metadata());
        var network = checkpoint.network(
                plan.config(images.train().classes().size()), images.train().size());
        var device = where.device();
        Training.Evaluation judged;
        try (var waiting = Waiting.on("evaluating")) {
            judged = Training.evaluate(
                    network,
                    images.test(),
                    images.train().statistics(),
                    device.device(),
                    device.options(),
                    done -> waiting.done(done, images.test().count()));
        }
        var out = spec.commandLine().getOut();
        out.println("network    " + plan.title() + " after epoch " + checkpoint.epochs() + " of " + plan.epochs() + "; "
                + Numbers.count(network.parameters()) + " parameters");
        out.println("data       " + images.kind() + ": " + Numbers.count(judged.images()) + " images");
        out.println("device     " + device.describe() + ", engine " + Engine.current());
        out.println(
                "accuracy   " + Numbers.percent(judged.accuracy(), 2) + ", loss " + Numbers.fixed(judged.loss(), 4));
        if (maps != null) {
            int count = Math.min(maps, images.test().count());
            distances(out, "on " + count + " images to judge by", plan, images, network, images.test(), count, device);
        }
        if (!photographs.isEmpty()) {
            var photos = MapDistances.photographs(photographs, images.train());
            distances(
                    out,
                    "on " + photos.count() + (photos.count() == 1 ? " photograph" : " photographs"),
                    plan,
                    images,
                    network,
                    photos,
                    photos.count(),
                    device);
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void distances(
            PrintWriter out,
            String where,
            TrainingPlan plan,
            ImageSets images,
            Network trained,
            LabelledImages shown,
            int count,
            Device device) {
        var statistics = images.train().statistics();
        var after = MapDistances.of(trained, shown, statistics, count, device);
        if (after.isEmpty()) {
            throw new FailureException(
                    plan.title() + " has no maps in which pixels look at pixels; leave out --maps and --image.");
        }
        var before = MapDistances.of(plan.initial(images), shown, statistics, count, device);
        out.println("maps       mean cosine distances " + where);
        MapDistances.table(before, after).forEach(line -> out.println("  " + line));
    }
}
