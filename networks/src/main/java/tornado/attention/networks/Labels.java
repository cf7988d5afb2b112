package tornado.attention.networks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the classes of a data set are called. */
public enum Labels {
    /** The 1000 classes of ILSVRC 2012, by the words of their WordNet synsets. */
    IMAGENET(null),
    /** The ten classes of CIFAR-10. */
    CIFAR10(List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")),
    /** The ten classes of Fashion-MNIST: white on black. */
    FASHION_MNIST(List.of(
            "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")),
    /** Whether a line of text stands upright. */
    TEXT_DIRECTION(List.of("upright", "rotated by 180 degrees"));

    private static final String FILE = "imagenet.txt";

    private List<String> names;

    Labels(List<String> names) {
        this.names = names;
    }

    private synchronized List<String> names() {
        if (names == null) {
            try (var reader = new BufferedReader(
                    new InputStreamReader(Labels.class.getResourceAsStream(FILE), StandardCharsets.UTF_8))) {
                names = reader.lines().toList();
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "The bundled names of classes cannot be read; build the project again.", e);
            }
        }
        return names;
    }

    /** How many classes there are. */
    public int count() {
        return names().size();
    }

    /** The name of a class. */
    public String of(int index) {
        return names().get(index);
    }
}
