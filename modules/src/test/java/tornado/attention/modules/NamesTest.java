package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.files.safetensors.SafetensorsWriter;

/** Weights out of files of other codes. */
class NamesTest {
    private static final Names TIMM = Names.renamed(Map.of("conv_du.0.", "fc1.", "conv_du.2.", "fc2."));

    @TempDir
    private Path folder;

    private Path file(long[] first) throws IOException {
        var writer = new SafetensorsWriter();
        writer.add("stem.weight", new long[] {1}, new float[] {7});
        writer.add("layer1.se.fc1.weight", first, new float[] {1, 2, 3, 4, 5, 6, 7, 8});
        writer.add("layer1.se.fc1.bias", new long[] {2}, new float[] {9, 10});
        writer.add("layer1.se.fc2.weight", new long[] {4, 2, 1, 1}, new float[] {1, 2, 3, 4, 5, 6, 7, 8});
        writer.add("layer1.se.fc2.bias", new long[] {4}, new float[] {1, 2, 3, 4});
        var path = folder.resolve("timm.safetensors");
        writer.write(path);
        return path;
    }

    private AttentionModule load(Path path, Names names) throws IOException {
        try (var file = SafetensorsFile.open(path)) {
            return CALayer.TYPE.load(CALayer.TYPE.settings(Map.of("channel", 4, "reduction", 2)), file, names);
        }
    }

    @Test
    void anotherCodesNamesBehindAPrefix() throws IOException {
        var module = load(file(new long[] {2, 4, 1, 1}), TIMM.behind("layer1.se."));
        assertThat(module.weights().get("conv_du.0.weight").values().toHeapArray())
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(module.weights().get("conv_du.2.bias").values().toHeapArray())
                .containsExactly(1, 2, 3, 4);
    }

    @Test
    void aLinearLayersWeightIsA1x1Convolutions() throws IOException {
        var module = load(file(new long[] {2, 4}), TIMM.behind("layer1.se."));
        assertThat(module.weights().get("conv_du.0.weight").shape().dims()).containsExactly(2, 4, 1, 1);
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() throws IOException {
        var path = file(new long[] {4, 2});
        assertThatThrownBy(() -> load(path, Names.prefixed("layer1.se.")))
                .isInstanceOfSatisfying(
                        WeightsException.class, e -> assertThat(e.problems()).hasSize(8))
                .hasMessageContaining("unknown 'layer1.se.fc1.weight'")
                .hasMessageContaining("missing 'layer1.se.conv_du.0.weight' of shape 2x4x1x1");
        assertThatThrownBy(() -> load(path, TIMM.behind("layer1.se.")))
                .hasMessageContaining("'layer1.se.fc1.weight' is")
                .hasMessageContaining("instead of 2x4x1x1");
    }
}
