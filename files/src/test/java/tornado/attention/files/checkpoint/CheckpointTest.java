package tornado.attention.files.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.files.safetensors.DType;
import tornado.attention.files.safetensors.SafetensorsFile;
import tornado.attention.files.safetensors.SafetensorsWriter;

/** Genuine files of PyTorch's and hostile ones, each beside what it holds. */
class CheckpointTest {
    private static final String EXPECTED = ".expected.safetensors";

    private static Path folder() throws URISyntaxException {
        return Path.of(CheckpointTest.class.getResource("zip_plain.pth").toURI())
                .getParent();
    }

    private static List<Path> files(String end) throws IOException, URISyntaxException {
        try (var files = Files.list(folder())) {
            return files.filter(f -> f.toString().endsWith(end)).sorted().toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> genuineFilesHoldWhatPyTorchReads() throws IOException, URISyntaxException {
        return files(EXPECTED).stream()
                .map(expected -> DynamicTest.dynamicTest(expected.getFileName().toString(), () -> compare(expected)));
    }

    private static void compare(Path expected) throws IOException {
        try (var wanted = SafetensorsFile.open(expected);
                var read = WeightFiles.open(
                        expected.resolveSibling(wanted.metadata().get("file")), Selection.USUAL)) {
            assertThat(read.names()).containsExactlyInAnyOrderElementsOf(wanted.names());
            for (var name : wanted.names()) {
                var info = wanted.info(name);
                // A number is stored as a vector of one in the expected files.
                long[] shape = read.info(name).shape().length == 0
                        ? new long[] {1}
                        : read.info(name).shape();
                assertThat(shape).as(name).isEqualTo(info.shape());
                switch (info.dtype()) {
                    case BOOL -> assertThat(read.booleans(name)).as(name).isEqualTo(wanted.booleans(name));
                    case I64, I32, U8 -> assertThat(read.longs(name)).as(name).isEqualTo(wanted.longs(name));
                    default -> assertThat(read.doubles(name)).as(name).isEqualTo(wanted.doubles(name));
                }
                boolean widened = read.info(name).dtype() == DType.BF16 && info.dtype() == DType.F32;
                assertThat(widened || read.info(name).dtype() == info.dtype())
                        .as(name)
                        .isTrue();
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> hostileFilesAreRefusedWithASentence() throws IOException, URISyntaxException {
        var refused = new java.util.ArrayList<Path>(files(".pth"));
        refused.removeIf(f -> !f.getFileName().toString().startsWith("hostile")
                && !f.getFileName().toString().equals("zip_whole_module.pth"));
        assertThat(refused).hasSize(20);
        return refused.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> refuse(file)));
    }

    private static void refuse(Path file) throws IOException {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        var content = new HashSet<>(List.of(Files.list(file.getParent()).toArray()));
        assertThatThrownBy(() -> WeightFiles.open(file, Selection.USUAL).close())
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageMatching("(?s)[^\\n]*[a-z0-9)']\\.");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("bytes allocated to refuse it")
                .isLessThan(Files.size(file) + (64L << 20));
        // One of them would write a file if it were executed.
        assertThat(new HashSet<>(List.of(Files.list(file.getParent()).toArray())))
                .isEqualTo(content);
    }

    @Test
    void sentencesSayWhatIsWrong() throws URISyntaxException {
        assertThatThrownBy(() -> WeightFiles.open(folder().resolve("hostile_os_system.pth"), Selection.USUAL))
                .hasMessageEndingWith("it asks for 'posix.system', which acts on the machine that reads it and which"
                        + " weights have no use for; do not open this file with anything that executes it.");
        assertThatThrownBy(() -> WeightFiles.open(folder().resolve("zip_whole_module.pth"), Selection.USUAL))
                .hasMessageEndingWith("this file holds a whole module, 'torch.nn.modules.linear.Linear', which only a"
                        + " program that has the class can read; save its state_dict.");
        assertThatThrownBy(() -> WeightFiles.open(folder().resolve("hostile_zip_bomb.pth"), Selection.USUAL))
                .hasMessageContaining("compressed");
        assertThatThrownBy(
                        () -> WeightFiles.open(folder().resolve("zip_model_ema.pth"), new Selection("weights", null)))
                .hasMessageContaining("it has no map of tensors under 'weights'; there is 'model'");
    }

    @Test
    void aFileWithSeveralSetsOfWeightsIsAskedByKeyAndSaysWhatItTook() throws IOException, URISyntaxException {
        var file = folder().resolve("zip_model_ema.pth");
        try (var usual = WeightFiles.open(file, Selection.USUAL);
                var other = WeightFiles.open(file, new Selection("model_ema", "ema."))) {
            assertThat(usual.metadata()).containsEntry("key", "model").containsKey("other keys");
            assertThat(other.metadata()).containsEntry("key", "model_ema").containsEntry("prefix", "ema.");
            assertThat(other.names()).isEqualTo(usual.names());
        }
        try (var parallel = WeightFiles.open(folder().resolve("legacy_module_prefix.pth"), Selection.USUAL)) {
            assertThat(parallel.metadata()).containsEntry("prefix", "module.").containsEntry("key", "state_dict");
        }
    }

    @Test
    void aFileCutAnywhereIsRefusedOrReadRight(@TempDir Path temporary) throws IOException, URISyntaxException {
        for (var name : List.of("zip_plain.pth", "legacy_plain.pth")) {
            var whole = Files.readAllBytes(folder().resolve(name));
            for (int length = 0; length < whole.length; length += 7) {
                var cut = temporary.resolve("cut.pth");
                Files.write(cut, java.util.Arrays.copyOf(whole, length));
                assertThatThrownBy(() -> WeightFiles.open(cut, Selection.USUAL).close())
                        .as(name + " of " + length)
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aChangedByteIsRefusedOrRead(@TempDir Path temporary) throws IOException, URISyntaxException {
        for (var name : List.of("zip_views.pth", "legacy_views.pth", "zip_nested_args.pth")) {
            var whole = Files.readAllBytes(folder().resolve(name));
            for (int at = 0; at < whole.length; at++) {
                var changed = whole.clone();
                changed[at] ^= (byte) (at % 3 == 0 ? 0x01 : at % 3 == 1 ? 0x80 : 0xff);
                var file = temporary.resolve("changed.pth");
                Files.write(file, changed);
                try (var read = WeightFiles.open(file, Selection.USUAL)) {
                    read.names().forEach(read::bytes);
                } catch (IOException e) {
                    assertThat(e.getMessage()).startsWith(file + ": ");
                }
            }
        }
    }

    @Test
    void severalFilesAreOneByTheirIndex(@TempDir Path temporary) throws IOException {
        new SafetensorsWriter()
                .add("a", new long[] {2}, new float[] {1, 2})
                .write(temporary.resolve("model-00001-of-00002.safetensors"));
        new SafetensorsWriter()
                .add("b", new long[] {1}, new float[] {3})
                .write(temporary.resolve("model-00002-of-00002.safetensors"));
        var index = temporary.resolve("model.safetensors.index.json");
        Files.writeString(index, """
                {"metadata": {}, "weight_map": {"a": "model-00001-of-00002.safetensors",
                 "b": "model-00002-of-00002.safetensors"}}""");
        try (var file = WeightFiles.open(index, Selection.USUAL)) {
            assertThat(file.names()).containsExactly("a", "b");
            assertThat(file.floats("b")).containsExactly(3f);
        }
        Files.writeString(index, "{\"weight_map\": {\"c\": \"../secret.safetensors\"}}");
        assertThatThrownBy(() -> WeightFiles.open(index, Selection.USUAL))
                .hasMessageContaining("which does not lie beside it");
        Files.writeString(index, "{\"weight_map\": {\"c\": \"model-00001-of-00002.safetensors\"}}");
        assertThatThrownBy(() -> WeightFiles.open(index, Selection.USUAL)).hasMessageContaining("has no such tensor");
    }
}
