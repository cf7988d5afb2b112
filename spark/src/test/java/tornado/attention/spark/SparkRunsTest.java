package tornado.attention.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.Attn;

/** An experiment whose runs Spark trains is the same experiment. */
class SparkRunsTest {
    private static final String FILE = """
            {
              "title": "By Spark",
              "networks": ["resnet8_cifar"],
              "attention": ["none", "eca"],
              "seeds": [1],
              "training": {"epochs": 2, "batch": 16},
              "quick": {"training": {"epochs": 1}}
            }
            """;

    @TempDir
    private Path folder;

    private String run(String out, String... more) {
        var said = new StringWriter();
        var line = Attn.commandLine();
        line.setOut(new PrintWriter(said, true));
        line.setErr(new PrintWriter(said, true));
        var words = Stream.concat(
                        Stream.of(
                                "experiment",
                                folder.resolve("e.json").toString(),
                                "--quick",
                                "--data",
                                folder.resolve("data").toString(),
                                "--out",
                                folder.resolve(out).toString()),
                        Stream.of(more))
                .toArray(String[]::new);
        assertThat(line.execute(words)).as(said.toString()).isZero();
        return said.toString();
    }

    @Test
    void runsEndInTheSameBitsAndAreNotDoneTwice() throws IOException {
        Files.writeString(folder.resolve("e.json"), FILE);
        Photos.writeSet(folder.resolve("data"), new Random(5));
        run("here");
        assertThat(run("there", "--spark", "local[2]")).contains("2/2 resnet8_cifar");
        for (var name : new String[] {"none", "eca"}) {
            var weights = "runs/resnet8_cifar-" + name + "-seed1/weights.safetensors";
            assertThat(folder.resolve("there").resolve(weights))
                    .hasSameBinaryContentAs(folder.resolve("here").resolve(weights));
        }
        var before =
                Files.getLastModifiedTime(folder.resolve("there/runs/resnet8_cifar-eca-seed1/weights.safetensors"));
        assertThat(run("there", "--spark", "local[2]")).doesNotContain("2/2 resnet8_cifar");
        assertThat(Files.getLastModifiedTime(folder.resolve("there/runs/resnet8_cifar-eca-seed1/weights.safetensors")))
                .isEqualTo(before);
    }
}
