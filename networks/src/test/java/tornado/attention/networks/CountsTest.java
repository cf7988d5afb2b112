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
import tornado.attention.networks.image.Size;

/** Each network has as many parameters, tensors and multiply-accumulates as timm's. */
class CountsTest {
    private static final String NONE = "-";

    private record Counts(String name, long parameters, int tensors, String side, String macs) {
        static Counts of(String line) {
            var parts = line.split(" ");
            return new Counts(parts[0], Long.parseLong(parts[1]), Integer.parseInt(parts[2]), parts[3], parts[4]);
        }

        Size image() {
            return Size.square(side.equals(NONE) ? 224 : Integer.parseInt(side));
        }
    }

    private static Stream<Counts> counted() throws IOException {
        try (var reader = new BufferedReader(
                new InputStreamReader(CountsTest.class.getResourceAsStream("counts.txt"), StandardCharsets.UTF_8))) {
            return reader.lines().filter(line -> !line.startsWith("#")).map(Counts::of).toList().stream();
        }
    }

    @TestFactory
    Stream<DynamicTest> parametersTensorsAndMacsAreTimms() throws IOException {
        return counted()
                .map(counts -> DynamicTest.dynamicTest(counts.name(), () -> {
                    var config = Networks.named(counts.name());
                    var weights = Network.weights(config, counts.image());
                    long parameters = weights.stream()
                            .filter(w -> w.kind() == WeightSpec.Kind.PARAMETER)
                            .mapToLong(w -> w.shape().elements())
                            .sum();
                    var macs = counts.macs().equals(NONE) ? NONE : "" + Network.macs(config, counts.image());
                    assertThat(new Counts(counts.name(), parameters, weights.size(), counts.side(), macs))
                            .isEqualTo(counts);
                }));
    }

    @Test
    void everyNetworkIsCounted() throws IOException {
        assertThat(counted().map(Counts::name).toList()).isEqualTo(new ArrayList<>(Networks.names()));
    }
}
