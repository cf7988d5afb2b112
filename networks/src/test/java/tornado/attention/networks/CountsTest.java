package tornado.attention.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tornado.attention.modules.WeightSpec;

/** Each network has as many parameters and tensors as timm's. */
class CountsTest {
    private static final Size IMAGE = Size.square(224);

    private record Counts(String name, long parameters, int tensors) {
        static Counts of(String line) {
            var parts = line.split(" ");
            return new Counts(parts[0], Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
        }
    }

    private static Stream<Counts> counted() throws IOException {
        try (var reader = new BufferedReader(
                new InputStreamReader(CountsTest.class.getResourceAsStream("counts.txt"), StandardCharsets.UTF_8))) {
            return reader.lines().filter(line -> !line.startsWith("#")).map(Counts::of).toList().stream();
        }
    }

    @TestFactory
    Stream<DynamicTest> parametersAndTensorsAreTimms() throws IOException {
        return counted()
                .map(counts -> DynamicTest.dynamicTest(counts.name(), () -> {
                    var weights = Network.weights(Networks.named(counts.name()), IMAGE);
                    long parameters = weights.stream()
                            .filter(w -> w.kind() == WeightSpec.Kind.PARAMETER)
                            .mapToLong(w -> w.shape().elements())
                            .sum();
                    assertThat(new Counts(counts.name(), parameters, weights.size()))
                            .isEqualTo(counts);
                }));
    }

    @Test
    void everyNetworkIsCounted() throws IOException {
        assertThat(counted().map(Counts::name).toList()).isEqualTo(new ArrayList<>(Networks.names()));
    }
}
