package tornado.attention.networks;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tornado.attention.files.safetensors.TensorFile;
import tornado.attention.modules.Names;
import tornado.attention.modules.WeightSpec;
import tornado.attention.networks.image.Size;

/** Finds out which networks a file of weights belongs to. */
public final class Fitting {
    /** What timm and torchvision call the layer that answers. */
    private static final List<String> CLASSIFIERS = List.of(
            "fc.weight",
            "head.fc.weight",
            "classifier.weight",
            "head.weight",
            "heads.head.weight",
            "classifier.3.weight",
            "classifier.1.weight");

    private static final Size ANY = Size.square(224);

    private Fitting() {}

    /**
     * A network with the weights of a file, under timm's names or torchvision's, and with as many classes as the file's classifier has.
     *
     * @param image the size of images that it is made for
     * @throws tornado.attention.modules.WeightsException if they do not fit
     */
    public static Network load(NetworkConfig config, Size image, TensorFile file) throws IOException {
        var own = withClasses(config, file);
        var found = TorchvisionNames.of(own, image, file).orElse(new TorchvisionNames.Found(own, Names.OWN));
        return Network.load(found.config(), image, file, found.names());
    }

    /**
     * A network that a file fits.
     *
     * @param network timm's name
     * @param classes how many classes the file's classifier has; 0 for a network without one
     */
    public record Fit(String network, int classes) {}

    /** All known networks whose names and shapes are exactly those of a file, but for the number of classes. */
    public static List<Fit> of(TensorFile file) {
        var shapes = shapes(file);
        int classes = classes(file).orElse(0);
        return Networks.names().parallelStream()
                .filter(name -> fits(withClasses(Networks.named(name), file), file, shapes))
                .map(name -> new Fit(name, classes))
                .toList();
    }

    private static Map<String, String> shapes(TensorFile file) {
        return file.names().stream()
                .collect(Collectors.toMap(n -> n, n -> shape(file.info(n).shape())));
    }

    /** Extents without trailing ones: a 1x1 convolution's weight is a linear layer's. */
    private static String shape(long[] extents) {
        int rank = extents.length;
        while (rank > 0 && extents[rank - 1] == 1) {
            rank--;
        }
        return Arrays.toString(Arrays.copyOf(extents, rank));
    }

    private static boolean fits(NetworkConfig config, TensorFile file, Map<String, String> shapes) {
        List<WeightSpec> specs;
        Names names;
        try {
            specs = Network.weights(config, ANY);
            names = TorchvisionNames.of(config, ANY, file)
                    .map(TorchvisionNames.Found::names)
                    .orElse(Names.OWN);
        } catch (IllegalArgumentException e) {
            return false; // with so many classes there is no such network
        }
        var left = new HashMap<>(shapes);
        for (var spec : specs) {
            var found = left.remove(names.stored(spec.name()));
            boolean absent = found == null && spec.kind() == WeightSpec.Kind.COUNTER;
            var wanted = Arrays.stream(spec.shape().dims()).asLongStream().toArray();
            if (!absent && !shape(wanted).equals(found)) {
                return false;
            }
        }
        return left.isEmpty();
    }

    private static Optional<Integer> classes(TensorFile file) {
        return CLASSIFIERS.stream()
                .filter(file.names()::contains)
                .map(name -> file.info(name).shape())
                .filter(shape -> shape.length >= 2 && shape[0] < Integer.MAX_VALUE)
                .map(shape -> (int) shape[0])
                .findFirst();
    }

    /** A network's config with as many classes as a file's classifier has. */
    static NetworkConfig withClasses(NetworkConfig config, TensorFile file) {
        return classes(file)
                .filter(classes -> config.values().containsKey("num_classes"))
                .map(classes -> config.with(Map.of("num_classes", classes)))
                .orElse(config);
    }
}
