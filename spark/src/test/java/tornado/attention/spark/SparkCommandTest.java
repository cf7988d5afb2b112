package tornado.attention.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.Attn;

class SparkCommandTest {
    @TempDir
    private Path folder;

    private record Outcome(int status, String err) {}

    private static Outcome run(Object... words) {
        var err = new StringWriter();
        var line = Attn.commandLine();
        line.setErr(new PrintWriter(err, true));
        int status = line.execute(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
        return new Outcome(status, err.toString().strip());
    }

    @Test
    void theCommandsOfThePageAreOnesThatItTakes() throws IOException {
        var commands = Files.readAllLines(Path.of("..", "docs", "scale.md")).stream()
                .filter(l -> l.startsWith("./attn spark "))
                .map(l -> l.substring("./attn ".length()).replace("'", "").split("\\s+"))
                .toList();
        assertThat(commands).hasSize(2);
        for (var words : commands) {
            assertThat(Attn.commandLine()
                            .parseArgs(words)
                            .subcommand()
                            .subcommand()
                            .commandSpec()
                            .name())
                    .isEqualTo(words[1]);
        }
    }

    @Test
    void mistakesEndWithOneSentence() throws IOException {
        var in = Files.createDirectories(folder.resolve("in"));
        var out = folder.resolve("out");
        require(2, "A command is missing", "spark");
        require(2, "one too many", "spark", "embed", "srm_resnet32", in, out, "more");
        require(2, "at least 1", "spark", "embed", "srm_resnet32", in, out, "--batch", 0);
        require(2, "nonet", "spark", "classify", "nonet", in, out);
        require(1, "layer9", "spark", "embed", "srm_resnet32", in, out, "--node", "layer9");
        require(
                1,
                "nothing.safetensors",
                "spark",
                "embed",
                "srm_resnet32",
                in,
                out,
                "--weights",
                "nothing.safetensors");
        require(1, "There is no PNG", "spark", "classify", "srm_resnet32", in, out, "--master", "local[1]");
        require(
                1,
                "is no folder",
                "spark",
                "classify",
                "srm_resnet32",
                folder.resolve("no"),
                out,
                "--master",
                "local[1]");
        assertThat(out).doesNotExist();
    }

    private static void require(int status, String sentence, Object... words) {
        var outcome = run(words);
        assertThat(outcome.err()).contains(sentence);
        assertThat(outcome.status()).as(outcome.err()).isEqualTo(status);
    }
}
