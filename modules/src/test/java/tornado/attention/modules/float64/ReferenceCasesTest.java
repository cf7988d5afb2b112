package tornado.attention.modules.float64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every case of the folder named by the system property {@value #FOLDER}, against the float64 outputs of PyTorch. */
class ReferenceCasesTest {
    static final String FOLDER = "tornado.attention.reference";
    /**
     * Both sides sum the same doubles in another order; 1e-14 is usual, an ill-conditioned softmax or root takes more.
     */
    private static final double TOLERANCE = 1e-12;
    /** Statistics after a pass are stored in float32: half a unit in the last place, and one float32 addition. */
    private static final double FLOAT_TOLERANCE = 2e-7;

    @TestFactory
    Stream<DynamicTest> everyCase() throws IOException {
        return files().map(path -> DynamicTest.dynamicTest(path.getFileName().toString(), () -> check(path)));
    }

    private static Stream<Path> files() throws IOException {
        var folder = System.getProperty(FOLDER);
        assumeTrue(
                folder != null && !folder.isBlank(), // blank is what the build passes where none is given
                "no reference cases: give their folder by -D" + FOLDER + "=FOLDER (see reference/README.md)");
        try (var entries = Files.list(Path.of(folder))) {
            var files = entries.filter(path -> path.toString().endsWith(".safetensors"))
                    .sorted()
                    .toList();
            assertThat(files).as("cases in " + folder).isNotEmpty();
            return files.stream();
        }
    }

    private static void check(Path path) throws IOException {
        var reference = ReferenceCase.read(path);
        var result = Reference64.forward(
                reference.module(), reference.config(), reference.parameters(), reference.inputs(), reference.train());
        assertThat(result.outputs()).hasSameSizeAs(reference.outputs());
        for (var i = 0; i < reference.outputs().size(); i++) {
            close(result.outputs().get(i), reference.outputs().get(i), TOLERANCE, "output " + i);
        }
        var hasNan = Arrays.stream(result.output().values()).anyMatch(Double::isNaN);
        assertThat(hasNan).as("NaN in the output").isEqualTo(!reference.finite());
        assertThat(result.after().keySet()).isEqualTo(reference.after().keySet());
        reference.after().forEach((name, expected) -> close(result.after().get(name), expected, FLOAT_TOLERANCE, name));
    }

    @TestFactory
    Stream<DynamicTest> storedCosineFilters() throws IOException {
        return files().filter(path -> path.getFileName().toString().startsWith("MultiSpectral"))
                .map(path -> DynamicTest.dynamicTest(path.getFileName().toString(), () -> {
                    var reference = ReferenceCase.read(path);
                    var stored = reference.parameters().get("dct_layer.weight");
                    var method = (String) reference.config().get("freq_sel_method");
                    var filters = FrequencyReference.filters(method, stored.dim(0), stored.dim(1), stored.dim(2));
                    close(filters, stored, FLOAT_TOLERANCE, "filters");
                }));
    }

    /** Equal shapes and NaN positions, and everything else within a fraction of the largest expected magnitude. */
    static void close(Array64 actual, Array64 expected, double tolerance, String what) {
        assertThat(actual.shape()).as("shape of " + what).isEqualTo(expected.shape());
        double bound = tolerance * expected.maxAbs();
        double worst = 0;
        for (var i = 0; i < expected.size(); i++) {
            double difference = Math.abs(actual.values()[i] - expected.values()[i]);
            boolean bothNan = Double.isNaN(actual.values()[i]) && Double.isNaN(expected.values()[i]);
            worst = bothNan ? worst : Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
        }
        assertThat(worst)
                .as("largest error of " + what + ", largest value " + expected.maxAbs())
                .isLessThanOrEqualTo(bound);
    }
}
