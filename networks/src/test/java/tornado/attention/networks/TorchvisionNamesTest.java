package tornado.attention.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tornado.attention.modules.Names;
import tornado.attention.modules.WeightSpec;
import tornado.attention.networks.image.Size;

/** Names and shapes as torchvision's {@code state_dict} has them. */
class TorchvisionNamesTest {
    private static final Size IMAGE = Size.square(224);

    private static final Map<String, Map<String, String>> THEIRS = read();

    private static Map<String, Map<String, String>> read() {
        var networks = new LinkedHashMap<String, Map<String, String>>();
        Map<String, String> latest = Map.of();
        try (var reader = new BufferedReader(new InputStreamReader(
                TorchvisionNamesTest.class.getResourceAsStream("torchvision.txt"), StandardCharsets.UTF_8))) {
            for (var line : reader.lines().filter(l -> !l.startsWith("#")).toList()) {
                var words = line.split(" ");
                if (words[0].equals("network")) {
                    latest = new TreeMap<>();
                    networks.put(words[1], latest);
                } else {
                    latest.put(words[0], shape(words[1]));
                }
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return networks;
    }

    /** Without trailing ones: a 1x1 convolution's weight is a linear layer's. */
    private static String shape(String text) {
        return text.replaceAll("(x1)+$", "");
    }

    static Set<String> networks() {
        return THEIRS.keySet();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everyParameterIsFoundUnderItsName(String network) {
        var config = Networks.named(network);
        var theirs = THEIRS.get(network);
        var names = Names.renamed(
                TorchvisionNames.renaming(config, IMAGE, theirs.keySet()).orElseThrow());
        var ours = new TreeMap<String, String>();
        for (var spec : Network.weights(config, IMAGE)) {
            if (spec.kind() == WeightSpec.Kind.PARAMETER) {
                var dims = Arrays.stream(spec.shape().dims())
                        .mapToObj(String::valueOf)
                        .toList();
                ours.put(names.stored(spec.name()), shape(String.join("x", dims)));
            }
        }
        assertThat(ours).isEqualTo(theirs);
    }

    @Test
    void otherFilesKeepTheirNames() {
        for (var network : networks()) {
            var own = Network.weights(Networks.named(network), IMAGE).stream()
                    .map(WeightSpec::name)
                    .collect(java.util.stream.Collectors.toSet());
            assertThat(TorchvisionNames.renaming(Networks.named(network), IMAGE, own))
                    .isEmpty();
        }
        assertThat(TorchvisionNames.renaming(
                        Networks.named("resnet50"),
                        IMAGE,
                        THEIRS.get("mobilenetv2_100").keySet()))
                .isEmpty();
    }
}
