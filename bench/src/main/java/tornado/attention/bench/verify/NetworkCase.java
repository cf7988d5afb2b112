package tornado.attention.bench.verify;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.bench.verify.ReferenceCase.Expected;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.modules.Names;
import tornado.attention.modules.Weights;
import tornado.attention.networks.GeneratedWeights;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkConfig;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.Weight;

/**
 * One result of PyTorch for a whole network: images, weights (stored, or a rule to make them), what each part of the network makes, and
 * the answer in float64. Close it after use.
 */
public final class NetworkCase implements AutoCloseable {
    private static final String PARAMETER = "param.";
    private static final String FEATURE = "feature.";
    private static final String PROBE = "probe.";

    /** A multiple of PyTorch's own float32 error that a result may be off. */
    private static final double SLACK = 8;

    /** What a whole case of photographs names: how they were made, and which. */
    private record InputReference(String file, List<String> photos, List<Integer> shape) {}

    /** How photographs were preprocessed. */
    private record Preprocessing(float[] mean, float[] std) {}

    /** A tensor that is made and not stored. */
    private record Rule(String name, List<Integer> shape, double low, double high) {}

    private final CaseTensors file;
    private final NetworkConfig config;
    private final Shape shape;

    private NetworkCase(CaseTensors file) throws IOException {
        this.file = file;
        this.config = NetworkConfig.of(
                "network of case " + file.text("case"),
                file.json("config", new TypeReference<LinkedHashMap<String, Object>>() {}));
        this.shape = file.names().contains("input")
                ? file.shape("input")
                : Shape.of(
                        reference().shape().stream().mapToInt(Integer::intValue).toArray());
        file.require("output64");
    }

    /** Whether a file is the case of a network. */
    static boolean isOne(Path path) throws IOException {
        try (var file = SafetensorsFile.open(path)) {
            return file.metadata().containsKey("network");
        }
    }

    /**
     * Opens a case; nothing of the tensors is read yet.
     *
     * @throws IOException if the file is no safetensors file or no network case
     */
    static NetworkCase open(Path path) throws IOException {
        var file = new CaseTensors(SafetensorsFile.open(path));
        try {
            return new NetworkCase(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private InputReference reference() throws CaseException {
        return file.json("input_reference", new TypeReference<InputReference>() {});
    }

    /** What the file holds. */
    CaseTensors tensors() {
        return file;
    }

    String name() throws CaseException {
        return file.text("case");
    }

    /** The family of networks. */
    String family() throws CaseException {
        return file.text("network");
    }

    boolean train() throws CaseException {
        return file.text("mode").equals("train");
    }

    /** Largest error relative to the largest value of a tensor. */
    double tolerance() throws CaseException {
        var error = file.text("f32_max_rel_err");
        try {
            return Math.max(Tolerance.USUAL, SLACK * Double.parseDouble(error));
        } catch (NumberFormatException e) {
            throw new CaseException(file.path() + ": PyTorch's own error is said to be '" + error + "'.", e);
        }
    }

    /** Extents of the images. */
    Shape inputShape() {
        return shape;
    }

    float[] input() throws IOException {
        return file.names().contains("input") ? file.floats("input") : photographs(reference());
    }

    /** The photographs after the preprocessing that the case names: a file beside it holds the bytes. */
    private float[] photographs(InputReference reference) throws IOException {
        var path = file.path().resolveSibling(reference.file());
        var images = new float[shape.elementsOf("images")];
        try (var crops = new CaseTensors(SafetensorsFile.open(path))) {
            var config = crops.json("config", new TypeReference<Map<String, Object>>() {});
            var made = new Preprocessing(numbers(config.get("mean")), numbers(config.get("std")));
            int at = 0;
            for (var photo : reference.photos()) {
                at = append(images, at, crops.floats("crop." + photo), made);
            }
        }
        return images;
    }

    private static float[] numbers(Object list) {
        var all = (List<?>) list;
        var numbers = new float[all.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = ((Number) all.get(i)).floatValue();
        }
        return numbers;
    }

    /** Bytes {@code [height, width, 3]} as numbers {@code [3, height, width]}, each operation rounded. */
    private static int append(float[] images, int from, float[] crop, Preprocessing made) {
        int pixels = crop.length / 3;
        for (int c = 0; c < 3; c++) {
            for (int p = 0; p < pixels; p++) {
                images[from + c * pixels + p] = (crop[3 * p + c] / 255f - made.mean()[c]) / made.std()[c];
            }
        }
        return from + crop.length;
    }

    /** The network with the case's weights. */
    Network network() throws IOException {
        var image = new Size(shape.height(), shape.width());
        if (!file.file().metadata().containsKey("generated")) {
            return Network.load(config, image, file.file(), Names.prefixed(PARAMETER));
        }
        long seed = Long.parseLong(file.text("rng_seed"));
        var weights = new LinkedHashMap<String, Weight>();
        for (var rule : file.json("generated", new TypeReference<List<Rule>>() {})) {
            var extents = rule.shape().stream().mapToInt(Integer::intValue).toArray();
            weights.put(
                    rule.name(),
                    GeneratedWeights.uniform(rule.name(), Shape.of(extents), seed, rule.low(), rule.high()));
        }
        for (var name : file.names()) {
            if (name.startsWith(PARAMETER)) {
                weights.put(name.substring(PARAMETER.length()), Weights.read(file.file(), name));
            }
        }
        return Network.create(config, image, weights);
    }

    /** Names of the parts whose values the case holds. */
    List<String> nodes() throws CaseException {
        return file.json("nodes", new TypeReference<List<String>>() {});
    }

    Expected output() throws CaseException {
        return file.expected("output64");
    }

    /**
     * What the case holds of a part, beside what was made: all of it, or means and samples.
     *
     * @param made the part's shape
     * @param values its elements
     */
    List<Compared> compared(String node, Shape made, float[] values) throws CaseException {
        var compared = new ArrayList<Compared>();
        if (file.names().contains(FEATURE + node)) {
            var expected = file.expected(FEATURE + node);
            // PyTorch keeps the pixel of what is pooled.
            boolean same = expected.shape().elements() == made.elements()
                    && expected.shape().dim(0) == made.dim(0)
                    && expected.shape().dim(1) == made.dim(1);
            compared.add(
                    same
                            ? new Compared(new Expected(expected.name(), made, expected.values()), made, values)
                            : new Compared(expected, made, values));
            return compared;
        }
        var means = file.expected(PROBE + node + ".mean");
        compared.add(new Compared(means, means.shape(), means(made, values)));
        var samples = file.expected(PROBE + node + ".sample");
        compared.add(new Compared(
                samples, samples.shape(), samples(made, values, samples.shape().dim(1))));
        return compared;
    }

    /** A tensor beside what it should be. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Compared(Expected expected, Shape shape, float[] values) {}

    /** Means over the positions of a map, or over tokens. */
    private static float[] means(Shape shape, float[] values) {
        int batch = shape.dim(0);
        boolean tokens = shape.rank() == 3;
        int features = shape.dim(tokens ? 2 : 1);
        int positions = values.length / (batch * features);
        var means = new float[batch * features];
        for (int i = 0; i < means.length; i++) {
            double sum = 0;
            for (int p = 0; p < positions; p++) {
                sum += tokens
                        ? values[(i / features * positions + p) * features + i % features]
                        : values[i * positions + p];
            }
            means[i] = (float) (sum / positions);
        }
        return means;
    }

    /** Elements at even distances of each image. */
    private static float[] samples(Shape shape, float[] values, int count) {
        int batch = shape.dim(0);
        long length = values.length / batch;
        var samples = new float[batch * count];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = values[Math.toIntExact(i / count * length + i % count * length / count)];
        }
        return samples;
    }

    @Override
    public void close() {
        file.close();
    }
}
