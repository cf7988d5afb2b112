package tornado.attention.bench.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.Outcome;
import tornado.attention.files.safetensors.SafetensorsFile;

class NetworkCommandsTest {
    private static final Path PHOTOS = Path.of("..", "docs", "photos");

    private static Path weights() {
        return Path.of("..", "networks", "src", "main", "resources", "tornado", "attention", "networks", "weights");
    }

    @Test
    void photographsAreClassifiedAndWrittenDown(@TempDir Path folder) throws IOException {
        var csv = folder.resolve("out.csv");
        var json = folder.resolve("out.json");
        var outcome = Outcome.of(
                "classify", "srm_resnet32", PHOTOS.resolve("chelsea.png"), "--top", 2, "--csv", csv, "--json", json);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).contains("network    srm_resnet32.cifar10; 469,146 parameters", "chelsea.png  cat ");
        assertThat(Files.readAllLines(csv)).hasSize(3);
        var records = JsonMapper.builder().build().readTree(json.toFile());
        assertThat(records.get(0).get("classes").get(0).get("label").asText()).isEqualTo("cat");
    }

    @Test
    void anImageThatCannotBeReadDoesNotStopTheOthers(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("a.png"), "no image");
        Files.copy(PHOTOS.resolve("chelsea.png"), folder.resolve("b.png"));
        var outcome = Outcome.of("classify", "srm_resnet32", folder, "--batch", 2);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).contains("a.png  ", "convert it to one of them.", "b.png  cat ");
    }

    @Test
    void whatCannotBeDoneIsOneSentence(@TempDir Path folder) throws IOException {
        var photo = PHOTOS.resolve("chelsea.png");
        assertThat(Outcome.of("classify", "resnet5", photo).err())
                .contains("There is no network 'resnet5'; did you mean 'resnet50'");
        assertThat(Outcome.of("classify", "resnet50", photo).err())
                .contains("The weights of resnet50.", "do not come along; fetch https://");
        assertThat(Outcome.of("classify", "srm_resnet32", photo, "--key", "x").err())
                .contains("give the file by --weights");
        assertThat(Outcome.of("classify", "srm_resnet32", photo, "--top", 0).status())
                .isEqualTo(2);
        assertThat(Outcome.of("classify", "srm_resnet32", folder).err())
                .contains("There is no PNG, JPEG, WebP, BMP or GIF file in");
        var copy = folder.resolve("copy.png");
        Files.copy(photo, copy);
        assertThat(Outcome.of("classify", "srm_resnet32", copy, "--csv", copy).status())
                .isEqualTo(2);
        assertThat(Files.size(copy)).isEqualTo(Files.size(photo));
        Files.delete(copy);
        assertThat(Outcome.of("weights", folder.resolve("none.pth")).err()).contains("there is no such file");
        Files.writeString(folder.resolve("text.pth"), "no weights");
        var refused = Outcome.of("convert", folder.resolve("text.pth"), "--output", folder.resolve("x.safetensors"));
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.errorLines()).hasSize(1);
        assertThat(folder.resolve("x.safetensors")).doesNotExist();
    }

    @Test
    void aFileIsListedWithTheNetworksItFits() {
        var outcome = Outcome.of("weights", weights().resolve("srm_resnet32.safetensors"));
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains("F32[16,3,3,3]", "290 tensors, 472,778 numbers.", "fits    srm_resnet32 with 10 classes");
    }

    @Test
    void aFileIsConvertedWithItsValues(@TempDir Path folder) throws IOException {
        var from = weights().resolve("ppocr_cls.safetensors");
        var to = folder.resolve("to.safetensors");
        assertThat(Outcome.of("convert", from, "--output", to).status()).isZero();
        try (var one = SafetensorsFile.open(from);
                var other = SafetensorsFile.open(to)) {
            assertThat(other.names()).isEqualTo(one.names());
            for (var name : one.names()) {
                assertThat(other.bytes(name).mismatch(one.bytes(name))).as(name).isEqualTo(-1);
            }
        }
        assertThat(Outcome.of("convert", to, "--output", to).status()).isEqualTo(2);
    }

    @Test
    void networksAreListedWithWhatTheyCost() {
        var one = Outcome.of("networks", "seresnet50");
        assertThat(one.status()).isZero();
        assertThat(one.out())
                .contains(
                        "28,088,024",
                        "4,091,699,200",
                        "224x224",
                        "a1_in1k a2_in1k a3_in1k ra2_in1k",
                        "apache-2.0; top-1 80.26 %");
        assertThat(Outcome.of("networks", "--json").out()).contains("\"name\" : \"gcresnet33ts\"");
    }

    @Test
    void numbersOfPhotographsAreWrittenForOtherPrograms(@TempDir Path folder) throws IOException {
        var tensors = folder.resolve("e.safetensors");
        var outcome = Outcome.of("embed", "srm_resnet32", PHOTOS, "--output", tensors, "--batch", 2);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("pooled of 3 images, 64 each, by srm_resnet32.cifar10.");
        float[] cat;
        try (var file = SafetensorsFile.open(tensors)) {
            assertThat(file.names()).containsExactly("astronaut.png", "chelsea.png", "coffee.png");
            cat = file.floats("chelsea.png");
            assertThat(cat).hasSize(64);
        }
        var npy = folder.resolve("e.npy");
        assertThat(Outcome.of("embed", "srm_resnet32", PHOTOS.resolve("chelsea.png"), "--output", npy)
                        .status())
                .isZero();
        var bytes = java.nio.ByteBuffer.wrap(Files.readAllBytes(npy)).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getShort(8)).isEqualTo((short) 118);
        assertThat(new String(bytes.array(), 10, 60, java.nio.charset.StandardCharsets.US_ASCII))
                .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 64), }");
        assertThat(bytes.getFloat(128)).isEqualTo(cat[0]);
        var csv = folder.resolve("e.csv");
        var map =
                Outcome.of("embed", "srm_resnet32", PHOTOS.resolve("chelsea.png"), "--node", "layer3", "--output", csv);
        assertThat(map.out()).contains("layer3 of 1 image, 64x8x8 each");
        assertThat(Files.readString(csv).split(",")).hasSize(64 * 64 + 1);
        assertThat(Outcome.of("embed", "srm_resnet32", PHOTOS, "--node", "layer9", "--output", csv)
                        .err())
                .contains("has no part 'layer9'; it has layer1, layer2, layer3, avgpool.");
        assertThat(Outcome.of("embed", "srm_resnet32", PHOTOS, "--output", "e.txt")
                        .status())
                .isEqualTo(2);
    }

    @Test
    void aPhotographIsMadeLarger(@TempDir Path folder) throws IOException {
        var photo = folder.resolve("small.png");
        var small = new java.awt.image.BufferedImage(12, 9, java.awt.image.BufferedImage.TYPE_INT_RGB);
        tornado.attention.networks.image.ImageFiles.write(small, photo);
        var config = tornado.attention.networks.Networks.named("rcan_x2");
        var size = new tornado.attention.networks.image.Size(9, 12);
        var file = folder.resolve("rcan.safetensors");
        tornado.attention.networks.Network.initial(config, size, 1).weights().save(file);
        var large = folder.resolve("large.png");
        var outcome = Outcome.of("upscale", "rcan_x2", photo, "--weights", file, "--output", large);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("24x18 pixels of 12x9.");
        assertThat(tornado.attention.networks.image.ImageFiles.read(large).getWidth())
                .isEqualTo(24);
    }
}
