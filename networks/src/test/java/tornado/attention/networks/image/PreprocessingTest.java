package tornado.attention.networks.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tornado.attention.networks.image.Preprocessing.Interpolation;

/** Photographs beside what Pillow 12.3 and timm 1.0.29 make of them. */
class PreprocessingTest {
    @TestFactory
    Stream<DynamicTest> photographsAreTimmsToTheBit() throws IOException {
        var cases = JsonMapper.builder().build().readTree(PreprocessingTest.class.getResource("preprocess.json"));
        return StreamSupport.stream(cases.spliterator(), false)
                .flatMap(each -> each.get("photos").properties().stream()
                        .map(photo -> DynamicTest.dynamicTest(
                                photo.getKey() + " " + each.get("config"),
                                () -> compare(each.get("config"), photo.getKey(), photo.getValue()))));
    }

    private static void compare(JsonNode config, String photo, JsonNode expected)
            throws IOException, URISyntaxException, NoSuchAlgorithmException {
        var preprocessing = new Preprocessing(
                Size.square(config.get("size").asInt()),
                config.get("crop_pct").asDouble(),
                Interpolation.named(config.get("interpolation").asText()),
                floats(config.get("mean")),
                floats(config.get("std")));
        var image = ImageFiles.read(
                Path.of(PreprocessingTest.class.getResource(photo + ".png").toURI()));
        var crop = preprocessing.crop(image.getHeight(), image.getWidth());
        assertThat(new int[] {crop.width(), crop.height(), crop.top(), crop.left()})
                .containsExactly(
                        expected.get("resized").get(0).asInt(),
                        expected.get("resized").get(1).asInt(),
                        expected.get("top").asInt(),
                        expected.get("left").asInt());
        assertThat(digest(preprocessing.bytes(image)))
                .isEqualTo(expected.get("crop_sha256").asText());
        var values = preprocessing.apply(image);
        var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        assertThat(digest(bytes.array()))
                .isEqualTo(expected.get("tensor_sha256").asText());
    }

    private static float[] floats(JsonNode list) {
        var floats = new float[list.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) list.get(i).asDouble();
        }
        return floats;
    }

    private static String digest(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void anImageThatIsTooLongIsRefused() {
        var preprocessing = Preprocessing.imageNet(224, 0.875, Interpolation.BICUBIC);
        assertThatThrownBy(() -> preprocessing.crop(8, 100_000_000)).hasMessageContaining("less long");
        assertThatThrownBy(() -> preprocessing.crop(8, 100_000))
                .hasMessage(
                        "An image of 100000x8 pixels would become one of 3200000x256 before its middle is taken; cut it"
                                + " to a shape that is less long.");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Preprocessing.imageNet(224, 0, Interpolation.BICUBIC))
                .hasMessageContaining("a crop_pct above 0 and at most 1");
        assertThatThrownBy(() -> Interpolation.named("lanczos"))
                .hasMessage("There is no interpolation 'lanczos'; use bilinear or bicubic.");
    }
}
