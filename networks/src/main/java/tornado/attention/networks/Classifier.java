package tornado.attention.networks;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import tornado.attention.files.checkpoint.Selection;
import tornado.attention.files.checkpoint.WeightFiles;
import tornado.attention.files.safetensors.TensorFile;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.networks.image.Preprocessing;
import tornado.attention.tasks.ChainOptions;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/**
 * Says what is on photographs. Weights go to the device once; images are prepared as the network's weights were trained.
 *
 * <pre>{@code
 * try (var classifier = Classifier.open("srm_resnet32.cifar10")) {
 *     classifier.classify(Path.of("cat.png"), 3).forEach(System.out::println);
 * }
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class Classifier implements AutoCloseable {
    private final Network network;
    private final Preprocessing preprocessing;
    private final Labels labels;
    private final NetworkRunner runner;

    /**
     * A class and how sure the network is of it.
     *
     * @param index of the class
     * @param label its name; {@code class 17} where the network has other classes than the data set it is known by
     * @param probability softmax of the logits
     * @param logit the network's own number
     */
    public record Guess(int index, String label, double probability, float logit) {
        /**
         * The likeliest classes by an image's logits.
         *
         * @param labels of the data set the network is known by; null where there is none
         * @param top how many at most
         */
        public static List<Guess> of(float[] logits, Labels labels, int top) {
            double largest = Double.NEGATIVE_INFINITY;
            for (float logit : logits) {
                largest = Math.max(largest, logit);
            }
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit - largest);
            }
            double most = largest;
            double total = sum;
            return IntStream.range(0, logits.length)
                    .boxed()
                    .sorted((a, b) -> Float.compare(logits[b], logits[a]))
                    .limit(top)
                    .map(c -> new Guess(
                            c,
                            labels != null && logits.length == labels.count() ? labels.of(c) : "class " + c,
                            Math.exp(logits[c] - most) / total,
                            logits[c]))
                    .toList();
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s %.3f", label, probability);
        }
    }

    /**
     * A classifier.
     *
     * @param network a network with logits
     * @param preprocessing of its images
     * @param labels of its classes
     * @param batch how many images are worked on at once
     * @param device where; null for the default one
     * @param options of the chain, such as the device's profile
     * @throws IllegalArgumentException if the network answers with an image, or does not take images of this size
     */
    public Classifier(
            Network network,
            Preprocessing preprocessing,
            Labels labels,
            int batch,
            TornadoDevice device,
            ChainOptions options) {
        this.network = network;
        this.preprocessing = preprocessing;
        this.labels = labels;
        this.runner = new NetworkRunner(network, preprocessing.size(), batch, List.of(), device, options);
        var shape = runner.shape(NetworkRunner.OUTPUT);
        if (shape.rank() != 1) {
            runner.close();
            throw new IllegalArgumentException("The " + network.config().owner() + " answers with " + shape
                    + " for an image and not with classes; use a network that classifies.");
        }
    }

    /**
     * A classifier with weights that come along.
     *
     * @param name {@code srm_resnet32} or {@code ppocr_cls}
     * @throws IllegalArgumentException if there is no such network, or its weights have to be fetched
     */
    public static Classifier open(String name) throws IOException {
        var pretrained = require(Pretrained.named(name), name);
        if (!pretrained.isBundled()) {
            throw new IllegalArgumentException("The weights of " + pretrained.name()
                    + " do not come along; fetch them from " + pretrained.address() + " and name the file.");
        }
        return of(pretrained, bundled(pretrained));
    }

    /**
     * A classifier with the weights of a file.
     *
     * @param name of the network, with or without the weights' tag, which the preprocessing follows
     * @param weights safetensors or PyTorch's {@code .pth}
     * @throws IOException if the file cannot be read
     * @throws tornado.attention.modules.WeightsException if it does not hold the network's weights
     */
    public static Classifier open(String name, Path weights) throws IOException {
        var pretrained = require(Pretrained.ofFile(name), name);
        try (var file = WeightFiles.open(weights, Selection.USUAL)) {
            return of(pretrained, load(pretrained, file));
        }
    }

    private static Classifier of(Pretrained pretrained, Network network) {
        return new Classifier(
                network, pretrained.preprocessing(), pretrained.labels(), 1, null, ChainOptions.evaluation());
    }

    private static Pretrained require(Optional<Pretrained> found, String name) {
        return found.orElseThrow(() -> new IllegalArgumentException("Network " + name
                + " has no published weights, so it is not known how its images are prepared; make the"
                + " classifier with a Preprocessing."));
    }

    /** The network of weights in a file; it has as many classes as the file's classifier. */
    public static Network load(Pretrained pretrained, TensorFile file) throws IOException {
        return Fitting.load(
                Networks.named(pretrained.network()), pretrained.preprocessing().size(), file);
    }

    /** The network of weights that come along. */
    public static Network bundled(Pretrained pretrained) throws IOException {
        var name = "weights/" + pretrained.network() + ".safetensors";
        try (var stream = Classifier.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException(
                        "The bundled weights " + name + " are not on the class path; build the project" + " again.");
            }
            // A file can be mapped; a resource may lie inside a jar.
            var copy = Files.createTempFile("attn-weights", ".safetensors");
            try {
                Files.copy(stream, copy, StandardCopyOption.REPLACE_EXISTING);
                try (var file = WeightFiles.open(copy, Selection.USUAL)) {
                    return load(pretrained, file);
                }
            } finally {
                Files.deleteIfExists(copy);
            }
        }
    }

    public Network network() {
        return network;
    }

    /** How images are prepared. */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /** How many images are worked on at once. */
    public int batch() {
        return runner.batch();
    }

    /**
     * The likeliest classes of a photograph.
     *
     * @param top how many at most
     * @throws IOException if the file is no image that can be read
     */
    public List<Guess> classify(Path photo, int top) throws IOException {
        return classify(List.of(ImageFiles.read(photo)), top).getFirst();
    }

    /**
     * The likeliest classes of each of some photographs.
     *
     * @param photos at most {@link #batch}
     * @param top how many classes at most
     */
    public List<List<Guess>> classify(List<BufferedImage> photos, int top) {
        var prepared = photos.stream().map(preprocessing::apply).toList();
        return classifyPrepared(prepared, top);
    }

    /**
     * The same for images that have been prepared, {@code [3, height, width]} each.
     *
     * @param prepared at most {@link #batch}
     */
    public List<List<Guess>> classifyPrepared(List<float[]> prepared, int top) {
        return runner.run(prepared).get(NetworkRunner.OUTPUT).values().stream()
                .map(logits -> Guess.of(logits, labels, top))
                .toList();
    }

    @Override
    public void close() {
        runner.close();
    }
}
