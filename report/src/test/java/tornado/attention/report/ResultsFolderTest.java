package tornado.attention.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsFolderTest {
    @TempDir
    private Path temporary;

    @Test
    void readsWhatItWrote() throws IOException {
        var folder = Fixture.write(temporary.resolve("run"), "run-1");
        var again = ResultsFolder.open(folder.path());
        assertThat(again.environments()).containsExactly(Fixture.environment("run-1"));
        var samples = again.samples();
        assertThat(samples).hasSize(24);
        assertThat(samples.getFirst().contender()).isEqualTo(Fixture.CONTENDERS.getFirst());
        assertThat(samples.getFirst().series().rounds()).hasSize(5);
        assertThat(samples.getFirst().info())
                .isEqualTo(Fixture.lines("run-1", "SEAttention", "1x64x14x14")
                        .getFirst()
                        .info());
    }

    @Test
    void ignoresAndRemovesWhatAnInterruptionLeft() throws IOException {
        var folder = Fixture.write(temporary.resolve("run"), "run-1");
        var log = folder.path().resolve("results.jsonl");
        var halfCase = JsonRecords.line(
                Fixture.lines("run-1", "ECA", "1x64x14x14").getFirst().numbered(0, 4));
        Files.writeString(log, halfCase + "\n" + halfCase.substring(0, 40), StandardOpenOption.APPEND);
        assertThat(folder.samples()).hasSize(24);
        assertThat(ResultsFolder.open(folder.path()).repair()).hasSize(24);
        assertThat(Files.readAllLines(log)).hasSize(24).noneMatch(l -> l.contains("\"ECA\""));
        folder.append(Fixture.lines("run-1", "ECA", "1x64x14x14"));
        assertThat(folder.samples()).hasSize(28);
    }

    @Test
    void halfACharacterAtTheEndCostsOneLine() throws IOException {
        var folder = Fixture.write(temporary.resolve("run"), "run-1");
        var log = folder.path().resolve("results.jsonl");
        Files.write(log, new byte[] {'{', '"', 'r', '"', ':', '"', (byte) 0xc3}, StandardOpenOption.APPEND);
        assertThat(folder.samples()).hasSize(24);
        assertThat(folder.repair()).hasSize(24);
        assertThat(Files.readAllLines(log)).hasSize(24);
    }

    @Test
    void oneRunAtATimeHasAFolder() throws IOException {
        try (var _ = FolderLock.of(temporary.resolve("taken"))) {
            assertThatThrownBy(() -> FolderLock.of(temporary.resolve("taken")))
                    .hasMessageContaining("Another run writes into");
        }
        FolderLock.of(temporary.resolve("taken")).close();
    }

    @Test
    void takesNothingMoreOnceItIsClosed() throws IOException {
        var folder = Fixture.write(temporary.resolve("run"), "run-1");
        folder.close();
        folder.append(Fixture.lines("run-1", "ECA", "1x64x14x14"));
        assertThat(folder.samples()).hasSize(24);
    }

    @Test
    void refusesToOverwriteAndToReadWhatIsNoRun() throws IOException {
        Fixture.write(temporary.resolve("run"), "run-1");
        assertThatThrownBy(() -> Fixture.write(temporary.resolve("run"), "run-2"))
                .hasMessageContaining("--resume");
        assertThatThrownBy(() -> ResultsFolder.open(temporary)).hasMessageContaining("no folder of results");
        Files.writeString(temporary.resolve("run/results.jsonl"), "nonsense\n{}\n");
        assertThatThrownBy(() -> ResultsFolder.open(temporary.resolve("run")).samples())
                .hasMessageContaining("line 1")
                .hasMessageContaining("not what attn compare writes");
    }

    @Test
    void filesAreWholeAndForEverybody() throws IOException {
        var folder = Fixture.write(temporary.resolve("run"), "run-1");
        folder.write("results.csv", "a");
        folder.write("results.csv", "b");
        assertThat(folder.path().resolve("results.csv")).hasContent("b");
        try (var files = Files.list(folder.path())) {
            assertThat(files.map(f -> f.getFileName().toString())).noneMatch(n -> n.endsWith(".part"));
        }
    }
}
