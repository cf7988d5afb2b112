package tornado.attention.networks.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.files.safetensors.SafetensorsWriter;
import tornado.attention.modules.Weights;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkConfig;
import tornado.attention.networks.NetworkRunner;
import tornado.attention.networks.data.Batches;
import tornado.attention.networks.data.LabelledImages;
import tornado.attention.networks.data.LabelledImages.Statistics;
import tornado.attention.networks.image.Size;
import tornado.attention.networks.training.Trainer.State;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * Epochs over labelled images: the next batch is made while the device works on the one before.
 *
 * <pre>{@code
 * var data = ImageSets.open(Path.of("fashion-mnist"), null);
 * var network = Network.initial(Networks.named("resnet8_cifar"), data.train().size(), 1);
 * var recipe = Recipe.of(CrossEntropy.smoothed(0.1), new Sgd(0.9, 5e-4, true));
 * var settings = new Settings(128, Schedule.cosine(0.1, 10, 1), recipe, 2, data.mayFlip(), 1);
 * try (var training = new Training(network, data.train(), settings, null, ChainOptions.evaluation())) {
 *     while (!training.isDone()) {
 *         System.out.println(training.epoch(step -> {}) + " " + training.evaluate(data.test()));
 *     }
 *     training.network().weights().save(Path.of("trained.safetensors"));
 * }
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class Training implements AutoCloseable {
    private static final String STEPS = "steps";
    private static final String EPOCHS = "epochs";
    private static final int JUDGED = 128;

    private final Settings settings;
    private final Statistics statistics;
    private final Batches batches;
    private final Trainer trainer;
    private final Size size;
    private final TornadoDevice device;
    private final ChainOptions options;
    private int done;

    /**
     * How a run is done.
     *
     * @param batch images in a step
     * @param schedule rate and epochs
     * @param recipe loss and optimiser
     * @param reach pixels by which images are moved by chance
     * @param mirroring whether every other image is mirrored
     * @param seed of order and chance
     */
    public record Settings(
            int batch, Schedule schedule, Trainer.Recipe recipe, int reach, boolean mirroring, long seed) {}

    /**
     * Where a run is within an epoch.
     *
     * @param epoch from 1
     * @param step from 1
     * @param steps of the epoch
     * @param loss mean of the epoch so far
     * @param accuracy share of hits so far
     * @param imagesPerSecond so far
     * @param secondsLeft of the epoch, as it goes
     */
    public record Progress(
            int epoch, int step, int steps, double loss, double accuracy, double imagesPerSecond, double secondsLeft) {}

    /**
     * What an epoch made.
     *
     * @param epoch from 1
     * @param rate at its end
     * @param loss mean over its steps, each before its update
     * @param accuracy share of hits over its steps
     * @param seconds it took
     * @param imagesPerSecond it worked on
     */
    public record Epoch(int epoch, double rate, double loss, double accuracy, double seconds, double imagesPerSecond) {}

    /**
     * How good a network is on images.
     *
     * @param images how many
     * @param loss mean cross entropy
     * @param accuracy share of images whose likeliest class is theirs
     */
    public record Evaluation(int images, double loss, double accuracy) {}

    /** What a file says of a run, and where it ended. */
    public record Checkpoint(int epochs, State state, Map<String, String> metadata) {
        /** The network it holds; where an average was kept, that. */
        public Network network(NetworkConfig config, Size size) {
            return state.network(config, size, true);
        }

        /**
         * Reads a file that {@link Training#save} wrote.
         *
         * @throws IOException with a sentence if it is none
         */
        public static Checkpoint read(Path file) throws IOException {
            try (var tensors = SafetensorsFile.open(file)) {
                var weights = new LinkedHashMap<String, Weight>();
                for (var name : tensors.names()) {
                    weights.put(name, Weights.read(tensors, name));
                }
                var metadata = tensors.metadata();
                return new Checkpoint(
                        Math.toIntExact(number(file, metadata, EPOCHS)),
                        new State(number(file, metadata, STEPS), weights),
                        metadata);
            }
        }

        private static long number(Path file, Map<String, String> metadata, String key) throws IOException {
            try {
                long value = Long.parseLong(metadata.getOrDefault(key, ""));
                if (value < 0 || value > Integer.MAX_VALUE) {
                    throw new IOException(
                            file + " is no checkpoint of a training: it says that its " + key + " are " + value + ".");
                }
                return value;
            } catch (NumberFormatException e) {
                throw new IOException(file + " is no checkpoint of a training: it does not say its " + key + ".", e);
            }
        }
    }

    /**
     * Begins a run.
     *
     * @param network with the weights to begin with
     * @param images to train with
     * @param device where; null for the default one
     * @param options of the chains, such as the device's profile
     */
    public Training(
            Network network, LabelledImages images, Settings settings, TornadoDevice device, ChainOptions options) {
        this(network, images, settings, new Checkpoint(0, State.fresh(), Map.of()), device, options);
    }

    /** Goes on with a run: to the same bits as if it had not been interrupted. */
    public Training(
            Network network,
            LabelledImages images,
            Settings settings,
            Checkpoint from,
            TornadoDevice device,
            ChainOptions options) {
        this.settings = settings;
        this.statistics = images.statistics();
        this.batches = new Batches(
                images, settings.batch(), statistics, settings.reach(), settings.mirroring(), settings.seed());
        this.size = images.size();
        this.device = device;
        this.options = options;
        this.done = from.epochs();
        this.trainer = new Trainer(network, size, settings.batch(), settings.recipe(), from.state(), device, options);
    }

    /** Whether all epochs of the schedule are done. */
    public boolean isDone() {
        return done >= settings.schedule().epochs();
    }

    /** Epochs done. */
    public int epochs() {
        return done;
    }

    /** By which images are normalised. */
    public Statistics statistics() {
        return statistics;
    }

    public Trainer trainer() {
        return trainer;
    }

    /**
     * An epoch.
     *
     * @param watcher is told each step
     * @throws TrainingException if a loss is not finite
     */
    public Epoch epoch(Consumer<Progress> watcher) {
        long start = System.nanoTime();
        int steps = batches.count();
        double sum = 0;
        long hits = 0;
        double rate = 0;
        int epoch = done;
        var next = CompletableFuture.supplyAsync(() -> batches.of(epoch, 0));
        for (int i = 0; i < steps; i++) {
            var batch = next.join();
            int following = i + 1;
            if (following < steps) {
                next = CompletableFuture.supplyAsync(() -> batches.of(epoch, following));
            }
            rate = settings.schedule().at(epoch + (i + 0.5) / steps);
            var result = trainer.step(batch.images(), batch.labels(), rate);
            if (!Double.isFinite(result.loss())) {
                throw new TrainingException("The loss of epoch " + (epoch + 1) + ", step " + (i + 1) + " is "
                        + result.loss() + " (" + firstNonFinite()
                        + "); lower the rate, warm up longer or clip the gradients.");
            }
            sum += result.loss();
            hits += result.hits();
            double seconds = (System.nanoTime() - start) / 1e9;
            long images = (long) following * settings.batch();
            watcher.accept(new Progress(
                    epoch + 1,
                    following,
                    steps,
                    sum / following,
                    (double) hits / images,
                    images / seconds,
                    seconds / following * (steps - following)));
        }
        done++;
        double seconds = (System.nanoTime() - start) / 1e9;
        long images = (long) steps * settings.batch();
        return new Epoch(done, rate, sum / steps, (double) hits / images, seconds, images / seconds);
    }

    private String firstNonFinite() {
        for (var entry : trainer.state().weights().entrySet()) {
            for (float value : entry.getValue().values().toHeapArray()) {
                if (!Float.isFinite(value)) {
                    return "'" + entry.getKey() + "' is the first tensor with " + value + " after it";
                }
            }
        }
        return "all parameters are finite still";
    }

    /** The network as it is now; where the recipe keeps an average, that. */
    public Network network() {
        return trainer.averaged();
    }

    /** How good the network is now on images, in evaluation mode. */
    public Evaluation evaluate(LabelledImages images) {
        return evaluate(network(), images, statistics, device, options, done -> {});
    }

    /**
     * How good a network is on images.
     *
     * @param statistics by which they are normalised
     * @param device where; null for the default one
     * @param progress is told how many images are done
     */
    public static Evaluation evaluate(
            Network network,
            LabelledImages images,
            Statistics statistics,
            TornadoDevice device,
            ChainOptions options,
            IntConsumer progress) {
        int batch = Math.min(JUDGED, images.count());
        double loss = 0;
        long hits = 0;
        try (var runner = new NetworkRunner(network, images.size(), batch, List.of(), device, options)) {
            for (int from = 0; from < images.count(); from += batch) {
                int count = Math.min(batch, images.count() - from);
                var prepared = Batches.plain(images, statistics, from, count);
                var each = new ArrayList<float[]>();
                int length = prepared.images().length / count;
                for (int i = 0; i < count; i++) {
                    each.add(Arrays.copyOfRange(prepared.images(), i * length, (i + 1) * length));
                }
                var logits = runner.run(each).get(NetworkRunner.OUTPUT).values();
                for (int i = 0; i < count; i++) {
                    int label = images.label(from + i);
                    loss -= logProbability(logits.get(i), label);
                    hits += likeliest(logits.get(i)) == label ? 1 : 0;
                }
                progress.accept(from + count);
            }
        }
        return new Evaluation(images.count(), loss / images.count(), (double) hits / images.count());
    }

    private static double logProbability(float[] logits, int label) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return logits[label] - largest - Math.log(sum);
    }

    private static int likeliest(float[] logits) {
        int best = 0;
        for (int k = 1; k < logits.length; k++) {
            best = logits[k] > logits[best] ? k : best;
        }
        return best;
    }

    /**
     * Writes everything that a run needs to go on: at once or not at all.
     *
     * @param metadata what else is to be said in the file
     */
    public void save(Path file, Map<String, String> metadata) throws IOException {
        var state = trainer.state();
        var writer = new SafetensorsWriter();
        metadata.forEach(writer::metadata);
        writer.metadata(EPOCHS, Integer.toString(done));
        writer.metadata(STEPS, Long.toString(state.steps()));
        state.weights()
                .forEach((name, weight) -> writer.add(
                        name,
                        Arrays.stream(weight.shape().dims()).asLongStream().toArray(),
                        weight.values().toHeapArray()));
        writer.write(file);
    }

    @Override
    public void close() {
        trainer.close();
    }
}
