package tornado.attention.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tornado.attention.report.Environment;
import tornado.attention.report.Fixture;
import tornado.attention.report.ResultsFolder;
import tornado.attention.report.Row;
import tornado.attention.report.Rows;
import tornado.attention.report.rendering.Rendering;

class ReportCommandTest {
    @TempDir
    private Path temporary;

    private static int run(StringWriter out, Object... arguments) {
        var line = new CommandLine(new ReportCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out));
        return line.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    }

    @Test
    void rendersAFolderAgain() throws IOException {
        var folder = Fixture.write(temporary.resolve("run"), "run-1");
        var out = new StringWriter();
        assertThat(run(out, folder.path())).isZero();
        assertThat(out.toString()).contains("24 rows of 1 run(s)", "report.html");
        assertThat(folder.path().resolve("report.html")).exists();
    }

    @Test
    void mergesRunsOfSeveralMachines() throws IOException {
        var one = Fixture.write(temporary.resolve("one"), "run-1");
        var two = Fixture.write(temporary.resolve("two"), "run-2");
        var target = temporary.resolve("both");
        assertThat(run(new StringWriter(), one.path(), two.path(), "--out", target))
                .isZero();
        var merged = ResultsFolder.open(target);
        assertThat(merged.environments()).extracting(Environment::run).containsExactly("run-1", "run-2");
        var rows = Rows.of(merged);
        assertThat(rows).hasSize(48);
        assertThat(rows).extracting(Row::machine).containsOnly("A <fast> CPU #1", "A <fast> CPU #2");
        assertThat(Files.readString(target.resolve("report.html")))
                .contains("embedded 0:0, 2 threads (A &lt;fast&gt; CPU #2)");
        // A merged folder renders again like any other.
        assertThat(run(new StringWriter(), target)).isZero();
    }

    @Test
    void takesEachRunOnce() throws IOException {
        var one = Fixture.write(temporary.resolve("one"), "run-1");
        var merged = Rendering.merge(List.of(one, ResultsFolder.open(one.path())), temporary.resolve("both"));
        assertThat(Rows.of(merged)).hasSize(24);
    }

    @Test
    void refusesWhatIsNoResult() {
        assertThatThrownBy(() -> ResultsFolder.open(temporary)).hasMessageContaining("environment.json");
        assertThat(run(new StringWriter())).isEqualTo(2);
    }
}
