package tornado.attention.networks;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tornado.attention.modules.Names;
import tornado.attention.modules.checkpoint.Selection;
import tornado.attention.modules.checkpoint.WeightFiles;
import tornado.attention.modules.safetensors.TensorFile;
import tornado.attention.networks.image.ImageFiles;
import tornado.attention.networks.image.Preprocessing;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

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
    private final int batch;
    private final FloatArray images;
    private final Plan plan;
    private final Tensor logits;

    /**
     * A class and how sure the network is of it.
     *
     * @param index of the class
     * @param label its name; {@code class 17} where the network has other classes than the data set it is known by
     * @param probability softmax of the logits
     * @param logit the network's own number
     */
    public record Guess(int index, String label, double probability, float logit) {
        @Override
        public String toString() {
            return String.format(java.util.Locale.ROOT, "%s %.3f", label, probability);
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
        if (batch < 1) {
            throw new IllegalArgumentException("A classifier takes at least 1 image at once, not " + batch + ".");
        }
        this.network = network;
        this.preprocessing = preprocessing;
        this.labels = labels;
        this.batch = batch;
        var size = preprocessing.size();
        var shape = Shape.of(batch, 3, size.height(), size.width());
        this.images = new FloatArray(shape.elementsOf("images"));
        var chain = TaskChain.named("classify", options);
        var input = chain.input("images", shape, images);
        this.logits = network.attach(chain, input);
        if (logits.shape().rank() != 2) {
            throw new IllegalArgumentException("The " + network.config().owner() + " answers with " + logits.shape()
                    + " and not with classes; use a network that classifies.");
        }
        chain.output(logits);
        this.plan = chain.plan(device);
    }

    /**
     * A classifier with weights that come along.
     *
     * @param name {@code srm_resnet32} or {@code ppocr_cls}
     * @throws IllegalArgumentException if there is no such network, or its weights have to be fetched
     */
    public static Classifier open(String name) throws IOException {
        var pretrained = require(name);
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
        var pretrained = require(name);
        try (var file = WeightFiles.open(weights, Selection.USUAL)) {
            return of(pretrained, load(pretrained, file));
        }
    }

    private static Classifier of(Pretrained pretrained, Network network) {
        return new Classifier(
                network, pretrained.preprocessing(), pretrained.labels(), 1, null, ChainOptions.evaluation());
    }

    private static Pretrained require(String name) {
        return Pretrained.named(name)
                .orElseThrow(() -> new IllegalArgumentException("Network " + name
                        + " has no published weights, so it is not known how its images are prepared; make the"
                        + " classifier with a Preprocessing."));
    }

    /** The network of weights in a file; it has as many classes as the file's classifier. */
    public static Network load(Pretrained pretrained, TensorFile file) throws IOException {
        var config = Fitting.withClasses(Networks.named(pretrained.network()), file);
        return Network.load(config, pretrained.preprocessing().size(), file, Names.OWN);
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

    /** The network. */
    public Network network() {
        return network;
    }

    /** How images are prepared. */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /** How many images are worked on at once. */
    public int batch() {
        return batch;
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
        if (prepared.size() > batch) {
            throw new IllegalArgumentException(
                    "The classifier was made for " + batch + " images at once, not " + prepared.size() + ".");
        }
        int length = images.getSize() / batch;
        for (int i = 0; i < prepared.size(); i++) {
            var image = prepared.get(i);
            if (image.length != length) {
                throw new IllegalArgumentException(
                        "An image has " + image.length + " numbers instead of " + length + ".");
            }
            for (int j = 0; j < length; j++) {
                images.set(i * length + j, image[j]);
            }
        }
        plan.run();
        var values = plan.read(logits);
        var guesses = new ArrayList<List<Guess>>();
        for (int i = 0; i < prepared.size(); i++) {
            guesses.add(top(values, i * logits.shape().dim(1), top));
        }
        return guesses;
    }

    private List<Guess> top(float[] values, int from, int top) {
        int classes = logits.shape().dim(1);
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            largest = Math.max(largest, values[from + c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(values[from + c] - largest);
        }
        double most = largest;
        double total = sum;
        return IntStream.range(0, classes)
                .boxed()
                .sorted((a, b) -> Float.compare(values[from + b], values[from + a]))
                .limit(top)
                .map(c -> new Guess(
                        c,
                        classes == labels.count() ? labels.of(c) : "class " + c,
                        Math.exp(values[from + c] - most) / total,
                        values[from + c]))
                .toList();
    }

    @Override
    public void close() {
        plan.close();
    }
}
