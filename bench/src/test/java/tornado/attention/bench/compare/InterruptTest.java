package tornado.attention.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.Attn;
import tornado.attention.bench.Outcome;
import tornado.attention.report.ResultsFolder;

/** A run that is ended from outside, as by Ctrl-C. */
class InterruptTest {
    @TempDir
    private Path temporary;

    @Test
    void leavesAReportAndNoProcessesAndCanGoOn() throws IOException, InterruptedException {
        assumeTrue(ProcessHandle.current().supportsNormalTermination(), "Processes cannot be asked to end here.");
        var out = temporary.resolve("out");
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> !a.startsWith("-javaagent"))
                .toList());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Attn.class.getName()));
        command.addAll(List.of("compare", "--quick", "--budget", "6s", "--modules", "ECA", "--devices", "0:1"));
        command.addAll(List.of("--shapes", "1x16x6x6,1x16x7x7,1x16x8x8", "--out", out.toString()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = process.inputReader();
        for (String line; (line = said.readLine()) != null && !line.startsWith("[1/"); ) {
            assertThat(line).doesNotContain("attn:");
        }
        var children = process.descendants().toList();
        assertThat(children).hasSize(3);
        process.toHandle().destroy(); // the process itself would close what it said
        process.waitFor();
        assertThat(said.lines()).anyMatch(l -> l.startsWith("Interrupted"));
        children.forEach(child -> child.onExit().join());
        assertThat(out.resolve("report.html")).isNotEmptyFile();
        assertThat(ResultsFolder.open(out).samples()).isNotEmpty().hasSizeLessThan(18);
        var again = Outcome.of("compare", "--resume", out, "--budget", "3s");
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(ResultsFolder.open(out).samples()).hasSize(18);
    }
}
