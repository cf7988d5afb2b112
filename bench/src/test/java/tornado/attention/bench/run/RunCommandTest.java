package tornado.attention.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.CorruptFiles;
import tornado.attention.bench.Outcome;
import tornado.attention.bench.cli.OutputFiles;
import tornado.attention.bench.verify.CaseFiles;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.files.safetensors.SafetensorsWriter;
import tornado.attention.modules.AttentionModule;
import tornado.attention.modules.Catalogue;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.Shape;

class RunCommandTest {
    private static final long[] SHAPE = {2, 16, 5, 7};

    @TempDir
    Path folder;

    private Path input;
    private float[] values;

    @BeforeEach
    void writeInput() throws IOException {
        values = new float[2 * 16 * 5 * 7];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * 0.37);
        }
        input = folder.resolve("x.safetensors");
        new SafetensorsWriter().add("input", SHAPE, values).write(input);
    }

    private static Path bundled(String name) throws IOException {
        try (var cases = CaseFiles.bundled()) {
            return cases.files().stream()
                    .filter(f -> f.endsWith(name + ".safetensors"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void anOutputThatIsAnInputIsRefused() throws IOException {
        var weights = folder.resolve("w.safetensors");
        Catalogue.named("ECA")
                .initial(Catalogue.named("ECA").settings(Map.of("channel", 16)), 1)
                .weights()
                .save(weights);
        var photo = photo();
        var link = Files.createSymbolicLink(folder.resolve("link.safetensors"), weights);
        for (var file : List.of(weights, input, link, folder.resolve("./w.safetensors"))) {
            var before = Files.readAllBytes(file);
            var outcome = Outcome.of(
                    "run",
                    "ECA",
                    "--input",
                    input.toString(),
                    "--weights",
                    weights.toString(),
                    "--output",
                    file.toString());
            assertThat(outcome.status()).isEqualTo(2);
            assertThat(outcome.err()).contains("--output " + file + " is the file of --", "nothing was written");
            assertThat(Files.readAllBytes(file)).isEqualTo(before);
        }
        var before = Files.readAllBytes(photo);
        for (var command : List.of(
                List.of("run", "NonLocal", "--image", photo.toString(), "--attention", photo.toString()),
                List.of("show", "NonLocal", "--image", photo.toString(), "--output", photo.toString()))) {
            assertThat(Outcome.of(command.toArray(String[]::new)).status()).isEqualTo(2);
            assertThat(Files.readAllBytes(photo)).isEqualTo(before);
        }
        var index = folder.resolve("model.safetensors.index.json");
        Files.writeString(index, "{\"weight_map\": {\"conv.weight\": \"" + weights.getFileName() + "\"}}");
        for (var command : List.of(
                List.of("run", "ECA", "--input", input.toString(), "--weights", index.toString()),
                List.of("convert", index.toString()))) {
            var words = new ArrayList<String>(command);
            words.addAll(List.of("--output", weights.toString()));
            before = Files.readAllBytes(weights);
            var outcome = Outcome.of(words.toArray());
            assertThat(outcome.status()).isEqualTo(2);
            assertThat(outcome.err()).contains("part " + weights.getFileName(), "nothing was written");
            assertThat(Files.readAllBytes(weights)).isEqualTo(before);
        }
        var nowhere = folder.resolve("nowhere/y.safetensors");
        assertThat(Outcome.of("run", "ECA", "--input", input, "--output", nowhere)
                        .err())
                .contains("lies in a folder that is not there");
        assertThat(Outcome.of("run", "ECA", "--input", photo).err()).contains("--image takes those");
        var both = folder.resolve("both.safetensors").toString();
        var outcome = Outcome.of("run", "ECA", "--input", input.toString(), "--output", both, "--attention", both);
        assertThat(outcome.err()).contains("--attention " + both + " is the file of --output");
    }

    private Path photo() throws IOException {
        var image = new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 40; y++) {
            for (int x = 0; x < 60; x++) {
                image.setRGB(x, y, Color.HSBtoRGB(x / 60f, 1, y / 40f));
            }
        }
        var file = folder.resolve("photo.png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void itPrintsWhatItRan() {
        var outcome = Outcome.of("run", "seattention", "--input", input, "--seed", 7);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .contains("SEAttention channel=16 reduction=16")
                .contains("random (seed 7)")
                .contains("input 2x16x5x7")
                .contains("device     0:0", "engine embedded")
                .containsPattern("compiled in [\\d.]+ ms, first run [\\d.]+ ms, steady [\\d.]+ ms")
                .containsPattern("output 2x16x5x7  min -\\d.*max \\d");
    }

    /** The result of PyTorch, through files and the command line alone. */
    @Test
    void aReferenceCaseGivesPyTorchsResult() throws IOException {
        var reference = bundled("SEAttention__r4_b1_odd");
        var output = folder.resolve("y.safetensors");
        var outcome = Outcome.of(
                "run",
                "SEAttention",
                "--input",
                reference,
                "--weights",
                reference,
                "--set",
                "reduction=4",
                "--output",
                output);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        try (var expected = SafetensorsFile.open(reference);
                var actual = SafetensorsFile.open(output)) {
            var truth = expected.doubles("output64");
            var result = actual.floats("output");
            assertThat(actual.info("output").shape())
                    .isEqualTo(expected.info("output").shape());
            for (int i = 0; i < truth.length; i++) {
                assertThat((double) result[i]).isEqualTo(truth[i], within(1e-5));
            }
            assertThat(actual.metadata())
                    .containsEntry("module", "SEAttention")
                    .containsKeys("settings", "engine", "device");
        }
    }

    @Test
    void savedWeightsGiveTheResultOfTheirSeed() throws IOException {
        var type = Catalogue.named("ECA");
        var module = type.initial(type.settingsFor(Shape.of(2, 16, 5, 7), Map.of()), 5);
        var weights = folder.resolve("w.safetensors");
        module.weights().save(weights);
        var seeded = folder.resolve("seeded.safetensors");
        var loaded = folder.resolve("loaded.safetensors");
        assertThat(Outcome.of("run", "ECA", "--input", input, "--seed", 5, "--output", seeded)
                        .status())
                .isZero();
        assertThat(Outcome.of("run", "ECA", "--input", input, "--weights", weights, "--output", loaded)
                        .status())
                .isZero();
        try (var a = SafetensorsFile.open(seeded);
                var b = SafetensorsFile.open(loaded)) {
            assertThat(a.floats("output")).isEqualTo(b.floats("output")).isNotEqualTo(values);
        }
    }

    /** One layer's weights out of a whole network's, or behind what a wrapper has put in front. */
    @Test
    void weightsBehindAPrefixAreFound() throws IOException {
        var type = Catalogue.named("SEAttention");
        var module = type.initial(type.settings(Map.of("channel", 16, "reduction", 4)), 5);
        var plain = folder.resolve("plain.safetensors");
        module.weights().save(plain);
        var expected = run(plain);
        for (var prefix : List.of("module.", "_orig_mod.module.", "layer1.0.se.")) {
            var file = folder.resolve("prefixed.safetensors");
            var writer = new SafetensorsWriter();
            add(writer, module, prefix);
            if (prefix.startsWith("layer")) {
                writer.add("layer1.0.conv1.weight", new long[] {1}, new float[1]);
            }
            writer.write(file);
            assertThat(run(file)).as(prefix).isEqualTo(expected);
        }
        var twice = folder.resolve("twice.safetensors");
        var writer = new SafetensorsWriter();
        add(writer, module, "layer1.0.se.");
        add(writer, module, "layer1.1.se.");
        writer.write(twice);
        var outcome = Outcome.of("run", "SEAttention", "--input", input, "--set", "reduction=4", "--weights", twice);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).contains("'layer1.0.se.', 'layer1.1.se.'", "choose one by --prefix");
        assertThat(run(twice, "--prefix", "layer1.1.se.")).isEqualTo(expected);
        assertThat(run(folder.resolve("prefixed.safetensors"), "--prefix", "layer1.0.se."))
                .isEqualTo(expected);
        var unused = Outcome.of("run", "SEAttention", "--input", input, "--set", "reduction=4", "--prefix", "a.");
        assertThat(unused.status()).isEqualTo(2);
        assertThat(unused.err()).contains("name it by --weights");
    }

    private static void add(SafetensorsWriter writer, AttentionModule module, String prefix) {
        for (var name : module.weights().names()) {
            var weight = module.weights().get(name);
            writer.add(
                    prefix + name,
                    Arrays.stream(weight.shape().dims()).asLongStream().toArray(),
                    weight.values().toHeapArray());
        }
    }

    private float[] run(Path weights, Object... more) throws IOException {
        var output = folder.resolve("y.safetensors");
        var arguments = new Object[10 + more.length];
        var usual = new Object[] {
            "run", "SEAttention", "--input", input, "--set", "reduction=4", "--weights", weights, "--output", output
        };
        System.arraycopy(usual, 0, arguments, 0, usual.length);
        System.arraycopy(more, 0, arguments, usual.length, more.length);
        var outcome = Outcome.of(arguments);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        try (var file = SafetensorsFile.open(output)) {
            return file.floats("output");
        }
    }

    @Test
    void theFormatFollowsTheName() throws IOException {
        var array = folder.resolve("y.npy");
        var table = folder.resolve("y.csv");
        assertThat(Outcome.of("run", "ECA", "--input", input, "--output", array).status())
                .isZero();
        assertThat(Outcome.of("run", "ECA", "--input", input, "--output", table).status())
                .isZero();
        var bytes = Files.readAllBytes(array);
        var header = new String(bytes, 1, 127, StandardCharsets.ISO_8859_1);
        assertThat(header).startsWith("NUMPY").contains("'descr': '<f4'", "'shape': (2, 16, 5, 7)");
        assertThat(bytes).hasSize(128 + 4 * values.length);
        var lines = Files.readAllLines(table);
        assertThat(lines).hasSize(2 * 16 * 5);
        assertThat(Float.parseFloat(lines.getFirst().split(",")[1]))
                .isEqualTo(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat(128 + 4));
        var outcome = Outcome.of("run", "ECA", "--input", input, "--output", folder.resolve("y.jpg"));
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("end it with .safetensors, .npy or .csv");
        var picture = Outcome.of("run", "ECA", "--input", input, "--attention", folder.resolve("a.jpg"));
        assertThat(picture.status()).isEqualTo(2);
        assertThat(picture.err()).contains("end it with .png, .safetensors");
        assertThat(folder.resolve("y.jpg")).doesNotExist();
    }

    @Test
    void aMapWithoutABatchIsToldSo() throws IOException {
        var file = folder.resolve("chw.safetensors");
        new SafetensorsWriter()
                .add("input", new long[] {64, 7, 7}, new float[64 * 49])
                .write(file);
        var outcome = Outcome.of("run", "SEAttention", "--input", file);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).contains("four dimensions", "has shape 64x7x7; add the batch in front: 1x64x7x7");
    }

    @Test
    void theOnlyTensorOfAFileIsTheInput() throws IOException {
        var file = folder.resolve("other.safetensors");
        new SafetensorsWriter().add("features", SHAPE, values).write(file);
        assertThat(Outcome.of("run", "ECA", "--input", file).status()).isZero();
        new SafetensorsWriter()
                .add("features", SHAPE, values)
                .add("more", SHAPE, values)
                .write(file);
        var outcome = Outcome.of("run", "ECA", "--input", file);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("it has no tensor 'input'").contains("features, more");
    }

    @Test
    void wrongChannelsAreNamed() {
        var outcome = Outcome.of("run", "SEAttention", "--input", input, "--set", "channel=32");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).contains("32 channels", "2x16x5x7");
    }

    @Test
    void wrongSettingsAreUsageErrors() {
        var unknown = Outcome.of("run", "SEAttention", "--input", input, "--set", "ratio=4");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err()).contains("no setting 'ratio'", "channel, reduction");
        var value = Outcome.of("run", "SEAttention", "--input", input, "--set", "reduction=four");
        assertThat(value.status()).isEqualTo(2);
        assertThat(value.err()).contains("'reduction' takes an integer, not 'four'");
        var stem = Outcome.of("run", "SEAttention", "--input", input, "--stem", "filters");
        assertThat(stem.status()).isEqualTo(2);
        assertThat(stem.err()).contains("leave them out with --input");
    }

    @Test
    void everyCorruptInputIsOneSentence() throws IOException {
        for (var entry : CorruptFiles.all(folder).entrySet()) {
            for (var option : List.of("--input", "--weights")) {
                var outcome = option.equals("--input")
                        ? Outcome.of("run", "ECA", option, entry.getKey())
                        : Outcome.of("run", "ECA", "--input", input, option, entry.getKey());
                assertThat(outcome.status()).as(outcome.err()).isEqualTo(1);
                assertThat(outcome.errorLines()).hasSize(1);
                assertThat(outcome.err()).contains(entry.getKey().toString()).contains(entry.getValue());
            }
        }
    }

    @Test
    void everythingWrongWithTheWeightsIsListedAtOnce() throws IOException {
        var weights = folder.resolve("w.safetensors");
        new SafetensorsWriter()
                .add("fc.2.weight", new long[] {4, 4}, new float[16])
                .add("fc.9.weight", new long[] {1}, new float[1])
                .write(weights);
        var outcome = Outcome.of("run", "SEAttention", "--input", input, "--weights", weights);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).contains("missing 'fc.0.weight'", "'fc.2.weight'", "unknown 'fc.9.weight'");
    }

    @Test
    void weightsThatAreNotFiniteAreNamed() throws IOException {
        var weights = folder.resolve("w.safetensors");
        new SafetensorsWriter()
                .add("fc.0.weight", new long[] {1, 16}, nan(16))
                .add("fc.2.weight", new long[] {16, 1}, nan(16))
                .write(weights);
        var outcome = Outcome.of("run", "SEAttention", "--input", input, "--set", "reduction=16", "--weights", weights);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).contains("'fc.0.weight' holds NaN at index 3", "'fc.2.weight' holds NaN at index 3");
    }

    private static float[] nan(int length) {
        var values = new float[length];
        values[3] = Float.NaN;
        return values;
    }

    @Test
    void anImageAloneHasTooFewChannelsForSome() throws IOException {
        var outcome = Outcome.of("run", "SEAttention", "--image", photo(), "--set", "reduction=16");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).contains("hidden width of 0", "--stem filters");
    }

    @Test
    void attentionOverAnImageIsDrawn() throws IOException {
        var map = folder.resolve("map.png");
        var outcome = Outcome.of(
                "run", "GlobalContext", "--image", photo(), "--stem", "filters", "--size", "32x48", "--attention", map);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("1x3x32x48 -> 64 filters 1x64x16x24", "map.png (pixel map 1x1x16x24");
        var gate = folder.resolve("map-channel-gate.png");
        assertThat(outcome.out()).contains(gate + " (channel gate 1x64");
        assertThat(ImageIO.read(map.toFile()).getWidth()).isGreaterThan(400);
        assertThat(ImageIO.read(gate.toFile()).getWidth()).isGreaterThan(400);
    }

    @Test
    void attentionCanBeKeptAsItIs() throws IOException {
        var file = folder.resolve("attention.safetensors");
        assertThat(Outcome.of("run", "GlobalContext", "--input", input, "--attention", file)
                        .status())
                .isZero();
        try (var tensors = SafetensorsFile.open(file)) {
            assertThat(tensors.metadata()).containsValue("pixel map").containsValue("channel gate");
            var map = tensors.names().stream()
                    .filter(n -> tensors.metadata().get(n).equals("pixel map"))
                    .findFirst()
                    .orElseThrow();
            assertThat(tensors.info(map).shape()).containsExactly(2, 1, 5, 7);
            double sum = 0;
            var weights = tensors.doubles(map);
            for (int i = 0; i < 35; i++) {
                sum += weights[i];
            }
            assertThat(sum).isEqualTo(1, within(1e-5));
        }
    }

    @Test
    void aModuleWithoutAttentionSaysSo() {
        var outcome = Outcome.of(
                "run",
                "GlobalContext",
                "--input",
                input,
                "--set",
                "use_attn=false",
                "--set",
                "fuse_scale=false",
                "--set",
                "fuse_add=true",
                "--attention",
                folder.resolve("map.png"));
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("no attention that could be drawn");
        assertThat(folder.resolve("map.png")).doesNotExist();
    }

    @Test
    void aPhotographMustBeOne() throws IOException {
        var file = Files.writeString(folder.resolve("photo.jpg"), "no image");
        var outcome = Outcome.of("run", "ECA", "--image", file);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("photo.jpg", "neither PNG, JPEG, WebP, BMP nor GIF");
        assertThat(Outcome.of("run", "ECA", "--image", photo(), "--size", "0x3").status())
                .isEqualTo(2);
        assertThat(Outcome.of("run", "ECA", "--image", photo(), "--stem", "conv")
                        .err())
                .contains("There is no stem 'conv'");
    }

    @Test
    void queryMapsAreDrawnOverTheirFeatureMap() throws IOException {
        var featureMap = Shape.of(1, 2, 4, 6);
        var pictures = new AttentionPictures("NonLocal", null, featureMap);
        var weights = new float[24 * 6];
        weights[5] = 1;
        var exposed = new ModuleRun.Exposed(
                AttentionKind.QUERY_KEY_MAP, new NamedTensor("map", Shape.of(1, 1, 24, 6), weights));
        var branches = new ModuleRun.Exposed(
                AttentionKind.BRANCH_WEIGHTS,
                new NamedTensor("branches", Shape.of(1, 2, 3), new float[] {1, 2, 3, 4, 5, 6}));
        var file = folder.resolve("q.png");
        assertThat(pictures.write(file, List.of(branches, exposed, exposed), new OutputFiles()))
                .hasSize(3);
        assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThan(900);
        assertThat(folder.resolve("q-query-key-map.png")).exists();
        assertThat(folder.resolve("q-branch-weights.png")).exists();
    }

    @Test
    void statisticsLeaveOutWhatIsNotFinite() {
        var statistics = Statistics.of(new float[] {1, 3, Float.NaN, Float.POSITIVE_INFINITY});
        assertThat(statistics).isEqualTo(new Statistics(1, 3, 2, 1, 2));
        assertThat(statistics.describe()).contains("2 values that are not finite");
        assertThat(Statistics.of(new float[] {Float.NaN}).nonFinite()).isEqualTo(1);
    }

    @Test
    void aNetworkRunsOnAPhotograph(@TempDir Path folder) throws IOException {
        var photo = Path.of("..", "docs", "photos", "chelsea.png");
        var gates = folder.resolve("gates.safetensors");
        var trained = Outcome.of("run", "srm_resnet32", "--image", photo, "--attention", gates);
        assertThat(trained.err()).isEmpty();
        assertThat(trained.out())
                .contains("weights    srm_resnet32.cifar10; 469,146 parameters", "classes    cat ", "15 tensors");
        var output = folder.resolve("logits.safetensors");
        var slotted = Outcome.of(
                "run", "test_resnet", "--image", photo, "--slot", "ECA", "--stages", "3,4", "--output", output);
        assertThat(slotted.err()).isEmpty();
        assertThat(slotted.out())
                .contains("random (seed 1), so its answers mean nothing")
                .doesNotContain("classes");
        try (var file = SafetensorsFile.open(output)) {
            assertThat(file.floats("output")).hasSize(1000);
        }
        assertThat(Outcome.of("run", "test_resnet", "--image", photo, "--slot", "Encoding")
                        .err())
                .contains("cannot stand in a network's block");
        assertThat(Outcome.of("run", "test_resnet", "--image", photo, "--size", "8x8")
                        .status())
                .isEqualTo(2);
        assertThat(Outcome.of("run", "ECA", "--image", photo, "--slot", "SRM").status())
                .isEqualTo(2);
    }
}
