package tornado.attention.bench.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.Outcome;
import tornado.attention.bench.train.TestImages;

/** {@code attn experiment} on a data set that the test makes. */
class ExperimentCommandTest {
    private static final String FILE = """
            {
              "title": "Dark & bright",
              "networks": ["resnet8_cifar"],
              "attention": ["none", "eca"],
              "seeds": [1, 2],
              "training": {"epochs": 9, "batch": 16, "rate": 0.05, "per_class": 24},
              "quick": {"training": {"epochs": 2}}
            }
            """;

    @TempDir
    private Path temporary;

    private Outcome run(String file, Object... more) throws IOException {
        var images = TestImages.write(temporary.resolve("data"), 96, 30);
        var written = Files.writeString(temporary.resolve("experiment.json"), file);
        var arguments = new Object[7 + more.length];
        var usual =
                new Object[] {"experiment", written, "--data", images, "--quick", "--out", temporary.resolve("out")};
        System.arraycopy(usual, 0, arguments, 0, usual.length);
        System.arraycopy(more, 0, arguments, usual.length, more.length);
        return Outcome.of(arguments);
    }

    @Test
    void comparesAndGoesOn() throws IOException {
        var first = run(FILE);
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out())
                .contains("48 images to train with, 30 to judge by", "4/4 resnet8_cifar with eca, seed 2: accuracy ")
                .contains("against none", " ± ", "measuring on ");
        var out = temporary.resolve("out");
        assertThat(Files.readAllLines(out.resolve("results.csv")))
                .hasSize(3)
                .first()
                .asString()
                .startsWith("network,attention,seeds,accuracy,accuracy_low");
        assertThat(Files.readAllLines(out.resolve("runs.csv"))).hasSize(1 + 2 * 2 * 2);
        assertThat(Files.readString(out.resolve("tables.tex")))
                .contains("Dark \\& bright", "resnet8\\_cifar with eca & $", "\\pm");
        assertThat(Files.readString(out.resolve("report.html")))
                .contains(
                        "<h1>Dark &amp; bright</h1>",
                        "4 of 4",
                        "id=\"curves\"",
                        "Of 1 network with attention",
                        "ms an image on");

        // What is done is not done again; what is missing is, to the same bits.
        var runs = Files.readString(out.resolve("runs.csv"));
        var gone = out.resolve("runs/resnet8_cifar-eca-seed2");
        Files.delete(gone.resolve("weights.safetensors"));
        Files.delete(gone.resolve("checkpoint.safetensors"));
        Files.delete(gone.resolve("log.jsonl"));
        var second = run(FILE);
        assertThat(second.status()).as(second.err()).isZero();
        assertThat(second.out()).contains("4/4 ").doesNotContain("1/4", "2/4", "3/4", "measuring");
        assertThat(withoutTimes(Files.readString(out.resolve("runs.csv")))).isEqualTo(withoutTimes(runs));

        var page = Files.readString(out.resolve("report.html"));
        Files.delete(out.resolve("report.html"));
        var drawn = Outcome.of("report", out);
        assertThat(drawn.status()).as(drawn.err()).isZero();
        assertThat(Files.readString(out.resolve("report.html"))).isEqualTo(page);

        fails(1, "cannot go on here: training was", run(FILE.replace("0.05", "0.06")));
    }

    private static String withoutTimes(String csv) {
        return csv.replaceAll("(?m),[^,]*,[^,]*$", "");
    }

    @Test
    void mistakesInTheFileAreSentences() throws IOException {
        fails(1, "is no JSON object", run("[1"));
        fails(1, "says 'seed', which is not known", run(FILE.replace("seeds", "seed")));
        fails(1, "There is no module 'ekka'", run(FILE.replace("eca", "ekka")));
        fails(1, "There is no network", run(FILE.replace("resnet8", "resnet9")));
        fails(1, "names something twice in 'seeds'", run(FILE.replace("[1, 2]", "[1, 1]")));
        fails(1, "needs a list of at least one number as 'seeds'", run(FILE.replace("[1, 2]", "[]")));
        fails(1, "no setting 'ratte' of a training; did you mean rate?", run(FILE.replace("rate", "ratte")));
        fails(1, "The setting 'rate' of a training cannot be fast", run(FILE.replace("0.05", "\"fast\"")));
        fails(1, "sets 'seed' for the training", run(FILE.replace("\"rate\": 0.05", "\"seed\": 3")));
        fails(1, "Duplicate", run(FILE.replace("\"seeds\"", "\"title\": 1, \"seeds\"")));
        fails(1, "resnet8_cifar with SqrtmLayer is no network", run(FILE.replace("eca", "SqrtmLayer")));
        fails(2, "There is no device", run(FILE, "--devices", "7:7"));
    }

    private static void fails(int status, String part, Outcome run) {
        assertThat(run.status()).as(run.err()).isEqualTo(status);
        assertThat(run.errorLines()).hasSize(1);
        assertThat(run.err()).contains(part);
    }

    @Test
    void withoutSparkItSaysWhereItIs() throws IOException {
        var outcome = run(FILE, "--spark", "local[2]");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("Spark is not on the class path; call ./attn in a checkout");
    }
}
