package example;

import java.io.IOException;
import java.nio.file.Path;
import tornado.attention.networks.Classifier;

/** What is on photographs. */
public final class Classify {
    private Classify() {}

    /** Prints the three likeliest classes of each photograph. */
    public static void main(String[] photos) throws IOException {
        try (var classifier = Classifier.open("srm_resnet32.cifar10")) {
            for (var photo : photos) {
                var guesses = classifier.classify(Path.of(photo), 3);
                System.out.println(photo + "  " + guesses);
            }
        }
    }
}
