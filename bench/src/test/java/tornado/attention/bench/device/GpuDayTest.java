package tornado.attention.bench.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench/gpu-day} with an attn that only writes down how it was called. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the script asks for GNU timeout")
class GpuDayTest {
    @TempDir
    Path folder;

    private record Outcome(int status, String output) {}

    @BeforeEach
    void copyTheScript() throws IOException {
        Files.copy(
                Path.of("gpu-day"),
                Files.createDirectories(folder.resolve("bench")).resolve("gpu-day"));
        var photos = Files.createDirectories(folder.resolve("docs/photos"));
        for (var name : List.of("chelsea", "coffee", "astronaut")) {
            Files.createFile(photos.resolve(name + ".png"));
        }
        attn("");
    }

    /** An attn that makes the folder of --out, and then does this. */
    private void attn(String more) throws IOException {
        Files.writeString(folder.resolve("attn"), """
                [ "$1" = --version ] && exit 0
                echo "$@" >>%s
                while [ $# -gt 0 ]; do
                    [ "$1" = --out ] && mkdir -p "$2" && touch "$2/environment.json" "$2/results.jsonl"
                    shift
                done
                %s
                echo its last line
                """.formatted(folder.resolve("calls"), more));
    }

    private Outcome run(String... arguments) throws Exception {
        var command =
                new ArrayList<>(List.of("bash", folder.resolve("bench/gpu-day").toString()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("the script ends").isTrue();
        return new Outcome(process.exitValue(), output);
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(folder.resolve("calls"));
    }

    @Test
    void asksForTheMostInformativeFirstAndGoesOnWhereItWas() throws Exception {
        var outcome = run("--out", "day", "--device", "0:1");
        assertThat(outcome.status()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains("memory: done in", "its last line", "results in day");
        var calls = calls();
        assertThat(calls.stream().map(c -> c.substring(0, c.indexOf(' '))))
                .containsExactly(
                        "devices", "doctor", "verify", "verify", "compare", "compare", "compare", "train", "report");
        assertThat(calls.get(4))
                .contains("--devices 0:1", "--budget 57s", "--shapes 8x256x56x56", "--out day/memory")
                .doesNotContain("--peer");
        assertThat(calls.getLast()).isEqualTo("report day/memory day/arithmetic day/networks --out day/report");
        var earlier = Files.createFile(folder.resolve("day/report/report.html"));
        Files.delete(folder.resolve("day/arithmetic.done"));
        Files.delete(folder.resolve("calls"));
        Files.delete(folder.resolve("day/networks.done"));
        Files.delete(folder.resolve("day/networks/results.jsonl"));
        assertThat(run("--out", "day", "--python", "python").output()).contains("memory: done before");
        var again = calls();
        assertThat(again).hasSize(4);
        assertThat(again.get(1)).isEqualTo("compare --engine tornadovm --resume day/arithmetic --python python");
        // A run that had not begun to write results begins anew.
        assertThat(again.get(2)).contains("--out day/networks", "--peer pytorch --python python");
        assertThat(again.getLast()).startsWith("report ");
        assertThat(earlier).as("the report of the run that had less").doesNotExist();
    }

    @Test
    void asksForLibrariesAndRecordedLaunchesOnCuda() throws Exception {
        attn("echo '0:0 GPU CUDA a card'; echo \"$ATTN_JAVA_OPTS\" >>options");
        var outcome = run("--out", "day");
        assertThat(outcome.status()).as(outcome.output()).isZero();
        assertThat(calls())
                .filteredOn(call -> call.contains("library") || call.contains("cudagraph"))
                .hasSize(3)
                .last()
                .asString()
                .contains("--networks resnet18 --out day/cudagraph");
        assertThat(Files.readAllLines(folder.resolve("options")))
                .filteredOn(options -> options.contains("-Dtornado.attention.cudagraph=true"))
                .hasSize(1);
    }

    @Test
    void aPartThatFailsIsSaidAndTheOthersAreDone() throws Exception {
        attn("[ \"$(tail -n 1 calls | cut -d ' ' -f 1)\" != train ] || exit 3");
        var outcome = run("--out", "day");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output()).contains("training: failed with status 3", "report: done");
        assertThat(folder.resolve("day/training.done")).doesNotExist();
    }

    @Test
    void nothingRunsWithoutAnEngineOrWithWrongWords() throws Exception {
        attn("echo no driver; exit 1");
        var outcome = run("--out", "day");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output()).contains("devices: failed", "no driver").doesNotContain("memory");
        assertThat(run("--nonsense").status()).isEqualTo(2);
        assertThat(run("--minutes", "few").status()).isEqualTo(2);
        assertThat(run("--help").output()).contains("usage: bench/gpu-day");
    }
}
