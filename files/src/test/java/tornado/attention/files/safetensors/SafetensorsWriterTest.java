package tornado.attention.files.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.files.AtomicFile;
import tornado.attention.files.safetensors.SafetensorsException.Rule;

class SafetensorsWriterTest {
    @TempDir
    Path folder;

    @Test
    void refusesWhatCannotBeWritten() {
        var writer = new SafetensorsWriter().metadata("k", "v").add("x", new long[] {2}, new float[2]);
        assertThatThrownBy(() -> writer.add("x", new long[] {1}, new long[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Tensor 'x' is added already; use another name.");
        assertThatThrownBy(() -> writer.metadata("k", "w")).hasMessageContaining("'k' is set already");
        assertThatThrownBy(() -> writer.add("y", new long[] {2, 3}, new float[5]))
                .hasMessage("Tensor 'y' has 5 values, which do not fill the shape [2,3].");
        assertThatThrownBy(() -> writer.add("y", new long[] {-1, -5}, new float[5]))
                .hasMessageContaining("negative dimension in [-1,-5]");
        assertThatThrownBy(() -> writer.add("y", new long[] {1L << 33, 1L << 33}, new float[0]))
                .hasMessageContaining("do not fill the shape");
        assertThatThrownBy(() -> writer.add("__metadata__", new long[] {1}, new float[1]))
                .hasMessageContaining("cannot be called __metadata__");
        assertThatThrownBy(() -> writer.add("\ud800", new long[] {1}, new float[1]))
                .hasMessageContaining("half of a surrogate pair");
        assertThatThrownBy(() -> writer.add("y", DType.I64, new long[] {1}, new float[1]))
                .hasMessageContaining("cannot be written from floats as I64");
    }

    @Test
    void aTargetInNoFolder() {
        var target = folder.resolve("missing").resolve("x.safetensors");
        assertThatThrownBy(() -> new SafetensorsWriter().write(target))
                .isInstanceOfSatisfying(
                        SafetensorsException.class, e -> assertThat(e.rule()).isEqualTo(Rule.TARGET))
                .hasMessage(target + ": cannot be written: its folder does not exist; create it first.");
    }

    @Test
    void aTargetThatIsAFolder() throws IOException {
        assertThatThrownBy(() -> new SafetensorsWriter().write(folder))
                .isInstanceOfSatisfying(
                        SafetensorsException.class, e -> assertThat(e.rule()).isEqualTo(Rule.TARGET));
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aTargetUnderAFile() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> new SafetensorsWriter().write(file.resolve("x.safetensors")))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("cannot be written");
    }

    @Test
    void aReadOnlyTarget() throws IOException {
        var target = Files.writeString(folder.resolve("x.safetensors"), "old");
        Assumptions.assumeTrue(
                target.toFile().setWritable(false) && !Files.isWritable(target), "this user can write read-only files");
        assertThatThrownBy(() -> new SafetensorsWriter().write(target))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("not a file that can be replaced");
        assertThat(target).hasContent("old");
    }

    @Test
    void replacesAFileAndLeavesNothingBeside() throws IOException {
        var target = Files.writeString(folder.resolve("x.safetensors"), "old");
        new SafetensorsWriter().add("x", new long[] {1}, new float[] {3}).write(target);
        try (var file = SafetensorsFile.open(target);
                var left = Files.list(folder)) {
            assertThat(file.floats("x")).containsExactly(3);
            assertThat(left).containsExactly(target);
        }
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingBeside() throws IOException {
        var target = Files.writeString(folder.resolve("x.safetensors"), "old");
        assertThatThrownBy(() -> AtomicFile.write(target, channel -> {
                    throw new IOException("disk full");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage(target + ": cannot be written: disk full.");
        assertThatThrownBy(() -> AtomicFile.write(target, channel -> {
                    throw new IllegalStateException("bug");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(target).hasContent("old");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(target);
        }
    }

    @Test
    void writesThroughASymbolicLink() throws IOException {
        var target = folder.resolve("real.safetensors");
        new SafetensorsWriter().write(target);
        var link = Files.createSymbolicLink(folder.resolve("link.safetensors"), target);
        new SafetensorsWriter().add("x", new long[] {}, new double[] {5}).write(link);
        assertThat(link).isSymbolicLink();
        try (var file = SafetensorsFile.open(target)) {
            assertThat(file.doubles("x")).containsExactly(5);
        }
    }

    @Test
    void aRelativeTargetWithoutFolder() throws IOException {
        var target =
                Path.of("safetensors-writer-test-" + ProcessHandle.current().pid() + ".safetensors");
        try {
            new SafetensorsWriter().add("x", new long[] {1}, new boolean[1]).write(target);
            try (var file = SafetensorsFile.open(target)) {
                assertThat(file.booleans("x")).containsExactly(false);
            }
        } finally {
            Files.deleteIfExists(target);
        }
    }

    @Test
    void tensorsLongerThanTheBuffer() throws IOException {
        var values = new float[100_003];
        var flags = new boolean[70_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        flags[70_000] = true;
        var target = folder.resolve("x.safetensors");
        new SafetensorsWriter()
                .add("flags", new long[] {flags.length}, flags)
                .add("values", new long[] {values.length}, values)
                .write(target);
        try (var file = SafetensorsFile.open(target)) {
            assertThat(file.floats("values")).containsExactly(values);
            assertThat(file.booleans("flags")).containsExactly(flags);
        }
    }
}
