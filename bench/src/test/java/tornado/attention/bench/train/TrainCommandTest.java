package tornado.attention.bench.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.Outcome;
import tornado.attention.files.safetensors.SafetensorsFile;

/** {@code attn train} and {@code attn evaluate} on a data set that the test makes: dark and bright images. */
class TrainCommandTest {
    @TempDir
    private Path temporary;

    private Path data;

    @BeforeEach
    void makeData() throws IOException {
        data = TestImages.write(temporary.resolve("data"), 96, 30);
    }

    private Outcome train(Object... more) {
        var arguments = new Object[11 + more.length];
        var usual = new Object[] {
            "train", "resnet8_cifar", "--data", data, "--batch", 16, "--rate", 0.05, "--slot", "eca", "--out"
        };
        System.arraycopy(usual, 0, arguments, 0, usual.length);
        System.arraycopy(more, 0, arguments, usual.length, more.length);
        return Outcome.of(arguments);
    }

    @Test
    void trainsJudgesAndGoesOn() throws IOException {
        var whole = temporary.resolve("whole");
        var run = train(whole, "--epochs", 3);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("resnet8_cifar with eca; ", "96 images to train with, 30 to judge by", "epoch 3/3")
                .contains("random from seed 1");
        assertThat(Files.readAllLines(whole.resolve("log.jsonl"))).hasSize(3);
        assertThat(Files.readAllLines(whole.resolve("log.csv")))
                .hasSize(4)
                .first()
                .asString()
                .contains("test_accuracy");

        var judged = Outcome.of("evaluate", whole);
        assertThat(judged.status()).as(judged.err()).isZero();
        var last = run.out()
                .lines()
                .filter(l -> l.startsWith("epoch 3/3"))
                .findFirst()
                .orElseThrow();
        var accuracy = judged.out()
                .lines()
                .filter(l -> l.startsWith("accuracy"))
                .findFirst()
                .orElseThrow();
        assertThat(last)
                .contains("test loss " + accuracy.substring(accuracy.indexOf("loss ") + 5) + ", accuracy "
                        + accuracy.substring("accuracy   ".length(), accuracy.indexOf(',')));

        var drawn = Outcome.of("report", whole);
        assertThat(drawn.status()).as(drawn.err()).isZero();
        assertThat(Files.readString(whole.resolve("report.html"))).contains("id=\"accuracy\"", "id=\"loss\"", "<svg");

        var again = Outcome.of("train", "--resume", whole);
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.out()).contains("resumed    after epoch 3").doesNotContain("epoch 4");
    }

    /** Maps of a non-local block: 64 pixels looking at 64 in the first stage, before training and after. */
    @Test
    void distancesOfMapsAreSaid() throws IOException {
        var out = temporary.resolve("maps");
        var trained = Outcome.of(
                "train",
                "resnet8_cifar",
                "--slot",
                "NonLocal",
                "--stages",
                1,
                "--data",
                data,
                "--batch",
                16,
                "--epochs",
                1,
                "--out",
                out);
        assertThat(trained.status()).as(trained.err()).isZero();
        var judged = Outcome.of("evaluate", out, "--maps", 3, "--image", "../docs/photos/coffee.png");
        assertThat(judged.status()).as(judged.err()).isZero();
        assertThat(judged.out())
                .contains("maps       mean cosine distances on 3 images to judge by", "on 1 photograph")
                .containsPattern("(?m)^  1 +64x64 +\\d.* +\\d.* +\\d.* +\\d");
        fails(2, "looks at 1 or more images", Outcome.of("evaluate", out, "--maps", 0));
        var plain = temporary.resolve("plain");
        assertThat(train(plain, "--epochs", 1).status()).isZero();
        fails(1, "has no maps in which pixels look at pixels", Outcome.of("evaluate", plain, "--maps", 1));
    }

    @Test
    void theAverageIsWhatIsJudgedAndWritten() throws IOException {
        var out = temporary.resolve("average");
        var run = train(
                out,
                "--epochs",
                2,
                "--bce-loss",
                "--smoothing",
                0.1,
                "--model-ema-decay",
                0.9,
                "--model-ema-warmup",
                "--recompute");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("average    0.9 of it stays in a step, less at first");
        var judged = Outcome.of("evaluate", out);
        assertThat(judged.status()).as(judged.err()).isZero();
        var loss = judged.out().substring(judged.out().lastIndexOf("loss ") + 5).strip();
        assertThat(run.out()).contains("test loss " + loss);
        try (var weights = SafetensorsFile.open(out.resolve("weights.safetensors"));
                var checkpoint = SafetensorsFile.open(out.resolve("checkpoint.safetensors"))) {
            assertThat(weights.floats("conv1.weight"))
                    .isEqualTo(checkpoint.floats("average.conv1.weight"))
                    .isNotEqualTo(checkpoint.floats("conv1.weight"));
        }
        var other = temporary.resolve("other");
        fails(2, "no average whose decay could rise", train(other, "--model-ema-warmup"));
        fails(2, "at least 0 and below 1", train(other, "--model-ema-decay", 1));
    }

    @Test
    void mistakesAreSentencesAndNothingIsOverwritten() throws IOException {
        var out = temporary.resolve("out");
        assertThat(train(out, "--epochs", 1).status()).isZero();
        var bytes = Files.readAllBytes(out.resolve("checkpoint.safetensors"));
        fails(2, "holds a run already", train(out, "--epochs", 1));
        assertThat(Files.readAllBytes(out.resolve("checkpoint.safetensors"))).isEqualTo(bytes);
        var other = temporary.resolve("other");
        fails(2, "use sgd or adamw", train(other, "--optimizer", "adam"));
        fails(2, "leave it out with adamw", train(other, "--optimizer", "adamw", "--momentum", 0.5));
        fails(
                1,
                "batch of 500 images",
                Outcome.of("train", "resnet8_cifar", "--data", data, "--batch", 500, "--out", other));
        fails(2, "norm above 0", train(other, "--clip", -1));
        fails(2, "at least 1 epoch", train(other, "--epochs", 0));
        fails(2, "At least 1 image of each class", train(other, "--per-class", -1));
        fails(2, "momentum is at least 0", train(other, "--momentum", 1.5));
        fails(1, "data set that is known", Outcome.of("train", "resnet8_cifar", "--data", temporary, "--out", other));
        fails(2, "no network 'resnet9'", Outcome.of("train", "resnet9", "--data", data));
        fails(2, "Say what is trained", Outcome.of("train", "resnet8_cifar"));
        fails(2, "give nothing else", Outcome.of("train", "--resume", out, "--epochs", 3));
        fails(1, "holds no run", Outcome.of("train", "--resume", temporary));
        Files.createDirectories(other);
        Files.writeString(other.resolve("log.csv"), "mine");
        fails(2, "would be overwritten", train(other));
        TestImages.write(data, 64, 30);
        fails(1, "was trained with other images", Outcome.of("train", "--resume", out));
        fails(1, "was trained with other images", Outcome.of("evaluate", out));
        fails(1, "does not exist", Outcome.of("evaluate", temporary));
        fails(1, "no checkpoint of a training", Outcome.of("evaluate", out.resolve("weights.safetensors")));
    }

    private static void fails(int status, String part, Outcome run) {
        assertThat(run.status()).as(run.err()).isEqualTo(status);
        assertThat(run.errorLines()).hasSize(1);
        assertThat(run.err()).contains(part);
    }
}
