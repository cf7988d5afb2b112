package tornado.attention.bench.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.bench.engine.Device;
import tornado.attention.files.AtomicFile;
import tornado.attention.networks.Network;
import tornado.attention.networks.data.ImageSets;
import tornado.attention.networks.training.Trainer.State;
import tornado.attention.networks.training.Training;
import tornado.attention.networks.training.Training.Checkpoint;
import tornado.attention.networks.training.Training.Epoch;
import tornado.attention.networks.training.Training.Evaluation;
import tornado.attention.networks.training.Training.Progress;
import tornado.attention.networks.training.TrainingException;
import tornado.attention.report.FolderLock;
import tornado.attention.report.internal.text.Numbers;

/** A network being trained in a folder: a checkpoint and a line of the log behind each epoch, its weights at the end. */
public final class TrainingRun {
    static final String CHECKPOINT = "checkpoint.safetensors";
    static final String WEIGHTS = "weights.safetensors";

    /** In the order in which a run leaves them. */
    private static final List<String> FILES = List.of(TrainingLog.LINES, TrainingLog.TABLE, CHECKPOINT, WEIGHTS);

    private final Path folder;
    private final TrainingPlan plan;
    private final ImageSets images;
    private final Checkpoint from;

    /** Who looks on. */
    public interface Watcher {
        /** Before the first step. */
        default void begins(Training training) {}

        /** After each step, if anybody wants to know. */
        default Consumer<Progress> steps() {
            return step -> {};
        }

        /** After each epoch, before it is kept. */
        default void epoch(Epoch epoch, Evaluation judged) {}
    }

    private TrainingRun(Path folder, TrainingPlan plan, ImageSets images, Checkpoint from) {
        this.folder = folder;
        this.plan = plan;
        this.images = images;
        this.from = from;
    }

    /** Whether a folder holds a run that has reached the end of an epoch. */
    public static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(CHECKPOINT));
    }

    /** Whether a folder holds a run that has reached its end. */
    public static boolean isFinished(Path folder) {
        return isIn(folder) && Files.exists(folder.resolve(WEIGHTS));
    }

    /** Which files of a folder a new run would overwrite. */
    static List<Path> overwritten(Path folder) {
        return List.of(WEIGHTS, TrainingLog.LINES, TrainingLog.TABLE).stream()
                .map(folder::resolve)
                .filter(Files::exists)
                .toList();
    }

    /** A new run. */
    public static TrainingRun beginning(Path folder, TrainingPlan plan, ImageSets images) {
        return new TrainingRun(folder, plan.fitting(images), images, new Checkpoint(0, State.fresh(), Map.of()));
    }

    /**
     * A run that goes on.
     *
     * @param data where the data set has moved to; null if it has not
     */
    static TrainingRun resumed(Path folder, Path data) throws IOException {
        var checkpoint = Checkpoint.read(folder.resolve(CHECKPOINT));
        var plan = TrainingPlan.of(folder.resolve(CHECKPOINT), checkpoint.metadata());
        plan = data == null ? plan : plan.at(data);
        return resumed(folder, plan, plan.images(), checkpoint);
    }

    /** A run that goes on, with images that have been read already; fails unless it was begun by the same plan. */
    public static TrainingRun resumed(Path folder, TrainingPlan asked, ImageSets images) throws IOException {
        var file = folder.resolve(CHECKPOINT);
        var checkpoint = Checkpoint.read(file);
        var plan = TrainingPlan.of(file, checkpoint.metadata());
        var same = asked.fitting(images).with("data", plan.data());
        if (!plan.equals(same)) {
            throw new FailureException(file + " was trained otherwise than is asked for now: by " + plan + ", not "
                    + same + "; give another folder by --out.");
        }
        return resumed(folder, plan, images, checkpoint);
    }

    private static TrainingRun resumed(Path folder, TrainingPlan plan, ImageSets images, Checkpoint checkpoint) {
        DataIdentity.of(images).requireSame(folder.resolve(CHECKPOINT), checkpoint.metadata());
        return new TrainingRun(folder, plan, images, checkpoint);
    }

    /** What a run that has ended left in its folder, by the files' names. */
    public static Map<String, byte[]> files(Path folder) throws IOException {
        var files = new LinkedHashMap<String, byte[]>();
        for (var name : FILES) {
            files.put(name, Files.readAllBytes(folder.resolve(name)));
        }
        return files;
    }

    /** Puts them into a folder; the run counts as finished when the last one is there. */
    public static void keep(Path folder, Map<String, byte[]> files) throws IOException {
        Files.createDirectories(folder);
        for (var name : FILES) {
            AtomicFile.write(folder.resolve(name), files.get(name));
        }
    }

    /** Images for people: which kind, how many of which size. */
    public static String describe(ImageSets images) {
        var train = images.train();
        return images.kind() + ": " + Numbers.count(train.count()) + " images to train with, "
                + Numbers.count(images.test().count()) + " to judge by, " + train.size() + ", "
                + train.classes().size() + " classes";
    }

    TrainingPlan plan() {
        return plan;
    }

    ImageSets images() {
        return images;
    }

    /**
     * Trains to the end.
     *
     * @return the trained network
     * @throws FailureException if the loss is not finite, or the network does not take the images
     */
    public Network run(Device device, Watcher watcher) throws IOException {
        try (var training = training(device);
                var _ = FolderLock.of(folder)) {
            watcher.begins(training);
            var log = new TrainingLog(folder, training.epochs());
            var said = new LinkedHashMap<>(plan.metadata());
            said.putAll(DataIdentity.of(images).metadata());
            while (!training.isDone()) {
                var epoch = training.epoch(watcher.steps());
                var judged = training.evaluate(images.test());
                watcher.epoch(epoch, judged);
                if (!Double.isFinite(judged.loss())) {
                    throw new TrainingException(
                            "The loss on the images to judge by is " + judged.loss() + " after epoch " + epoch.epoch()
                                    + ", so the epoch is not kept; lower the rate or clip the gradients.");
                }
                log.add(epoch, judged);
                training.save(folder.resolve(CHECKPOINT), said);
            }
            var network = training.network();
            network.weights().save(folder.resolve(WEIGHTS));
            return network;
        } catch (TrainingException e) {
            throw new FailureException(e.getMessage(), e);
        }
    }

    private Training training(Device device) {
        try {
            return new Training(
                    plan.initial(images), images.train(), plan.settings(), from, device.device(), device.options());
        } catch (IllegalArgumentException e) {
            throw new FailureException(e.getMessage(), e);
        }
    }
}
