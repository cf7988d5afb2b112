package tornado.attention.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.Outcome;
import tornado.attention.bench.machine.EnergyMeter;
import tornado.attention.report.ResultsFolder;
import tornado.attention.report.RunConfiguration;
import tornado.attention.tasks.Shape;

/** Real runs of {@code attn compare}, as small as they can be. */
class CompareCommandTest {
    @TempDir
    private Path temporary;

    @Test
    void checksAndTimesAModuleOnEveryDevice() throws IOException {
        var out = temporary.resolve("out");
        var run = Outcome.of(
                "compare", "--quick", "--budget", "4s", "--modules", "ECA", "--shapes", "1x16x6x6", "--out", out);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("ECA", "1x16x6x6", "sequential Java", "report.html");
        var rows = new JsonMapper().readTree(out.resolve("results.json").toFile());
        assertThat(rows).hasSize(3).allSatisfy(row -> {
            assertThat(row.path("verdict").asText()).isEqualTo("pass");
            assertThat(row.path("median_ms").asDouble()).isPositive();
            assertThat(row.path("max_rel_error").asDouble()).isLessThan(1e-5);
            assertThat(row.path("ratio_to_sequential").asDouble()).isPositive();
            assertThat(row.path("forks").asInt()).isEqualTo(3);
        });
        var first = rows.get(0);
        assertThat(first.path("engine").asText()).isEqualTo("embedded");
        assertThat(first.path("bytes_up").asLong()).isEqualTo(16 * 36 * 4);
        assertThat(first.path("bytes_down").asLong()).isEqualTo(16 * 36 * 4);
        assertThat(first.path("copy_gbytes_per_s").asDouble()).isPositive();
        assertThat(first.path("peak_gmacs_per_s").asDouble()).isPositive();
        assertThat(first.path("program_cache").asText()).isEqualTo("cold");
        for (var file : List.of(
                "report.html", "results.csv", "results.jsonl", "tables.tex", "environment.json", "SHA256SUMS")) {
            assertThat(out.resolve(file)).isNotEmptyFile();
        }
        assertThat(ResultsFolder.open(out).samples())
                .extracting(s -> s.fork() + " " + s.contender().key())
                .doesNotHaveDuplicates()
                .hasSize(9);
        // Who reads results need not know how the folders of this machine are called.
        assertThat(out.resolve("environment.json")).content().doesNotContainPattern("[=:,\\s\"]/\\w");
        assertThat(out.resolve("report.html"))
                .content()
                .doesNotContain(System.getProperty("java.home"), System.getProperty("user.dir"), temporary.toString());
    }

    @Test
    void wholeNetworksAreCheckedAndTimedWithoutPlainJava() throws IOException {
        var brief = new Effort("test", 0, false, 2, 20_000_000, 10, 5_000_000, 0, Long.MAX_VALUE, false);
        var configuration = new RunConfiguration(
                "standard",
                List.of(RunConfiguration.NETWORKS, "test_resnet"),
                List.of(),
                List.of("0:0"),
                0,
                List.of(),
                "",
                "auto",
                1);
        var cases = CaseList.networks(List.of("test_resnet"), List.of(Shape.of(2, 3, 32, 32)));
        try (var field = Field.of(configuration, brief, Peer.nobodyAsked())) {
            assertThat(field.contenders()).extracting(c -> c.key()).containsExactly("embedded:0:0");
            var lines = field.use(
                    0,
                    runners -> new Session("run", EnergyMeter.in(temporary), cases.getFirst())
                            .measure(runners, 0, brief, Long.MAX_VALUE));
            assertThat(lines).hasSize(1).allSatisfy(l -> {
                assertThat(l.reason()).isEmpty();
                assertThat(l.check().passed()).isTrue();
                assertThat(l.check().maxRel()).isLessThan(1e-4);
                assertThat(l.series().rounds()).isNotEmpty();
            });
        }
        assertThat(CaseList.networks(List.of(), List.of()))
                .hasSize(19)
                .first()
                .extracting(Case::id)
                .isEqualTo("seresnet50@1x3x224x224");
    }

    @Test
    void resumesWithoutLosingOrRepeatingRows() throws IOException {
        var out = temporary.resolve("out");
        var run = Outcome.of(
                "compare",
                "--quick",
                "--budget",
                "3s",
                "--modules",
                "ECA,SEAttention",
                "--shapes",
                "1x16x6x6,1x32x4x4",
                "--devices",
                "0:1",
                "--out",
                out);
        assertThat(run.status()).as(run.err()).isZero();
        var log = out.resolve("results.jsonl");
        var lines = Files.readAllLines(log);
        assertThat(lines).as("4 cases, 2 contenders, 3 JVMs").hasSize(24);
        // As if it had been stopped within the third case: two cases done, half of one.
        Files.writeString(
                log,
                String.join("\n", lines.subList(0, 15)) + "\n" + lines.get(15).substring(0, 50));
        var again = Outcome.of("compare", "--resume", out, "--budget", "2s");
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.err()).contains("2 of 4 cases are done already");
        var after = Files.readAllLines(log);
        assertThat(after).hasSize(24);
        assertThat(after.subList(0, 12)).isEqualTo(lines.subList(0, 12));
        assertThat(ResultsFolder.open(out).samples())
                .extracting(s -> s.info().id() + " " + s.contender().key() + " " + s.fork())
                .doesNotHaveDuplicates()
                .hasSize(24);
        assertThat(Files.readAllLines(out.resolve("results.csv"))).hasSize(9);
    }

    @Test
    void whatDoesNotFitIsUnsupportedWithItsReason() throws IOException {
        var out = temporary.resolve("out");
        var run = Outcome.of(
                "compare",
                "--quick",
                "--budget",
                "3s",
                "--modules",
                "PSAModule",
                "--shapes",
                "1x8x6x6",
                "--devices",
                "0:1",
                "--out",
                out);
        assertThat(run.status()).as(run.err()).isZero();
        var rows = new JsonMapper().readTree(out.resolve("results.json").toFile());
        assertThat(rows).isNotEmpty().allSatisfy(row -> {
            assertThat(row.path("verdict").asText()).isEqualTo("unsupported");
            assertThat(row.path("reason").asText()).contains("PSAModule").endsWith(".");
            assertThat(row.path("median_ms").isNull()).isTrue();
        });
    }

    @Test
    void rigorousMeasuresInForksOfTheirOwn() throws IOException {
        var out = temporary.resolve("out");
        var subject = CaseList.find("ECA@1x16x6x6");
        var brief = new Effort("test", 2, false, 2, 200_000_000, 10, 5_000_000, 0, Long.MAX_VALUE, false);
        var configuration = new RunConfiguration(
                "rigorous", List.of("ECA"), List.of("1x16x6x6"), List.of("0:0"), 0, List.of(), "", "auto", 1);
        try (var field = Field.of(configuration, brief, Peer.nobodyAsked())) {
            var keys = field.contenders().stream().map(c -> c.key()).toList();
            assertThat(keys).containsExactly("embedded:0:0", "sequential");
            for (int fork = 0; fork < 2; fork++) {
                int number = fork;
                var lines = field.use(
                        fork,
                        runners -> new Session("run", EnergyMeter.in(out), subject)
                                .measure(runners, number, brief, Long.MAX_VALUE));
                assertThat(lines).hasSize(2).allSatisfy(l -> {
                    assertThat(l.reason()).isEmpty();
                    assertThat(l.check().passed()).isTrue();
                    assertThat(l.series().rounds()).hasSize(2);
                    assertThat(l.fork()).isEqualTo(number);
                });
                assertThat(lines.getFirst().phases().cache()).isEqualTo("cold");
            }
        }
    }

    @Test
    void mistakesOnTheCommandLineEndWithOneSentence() {
        usage("is no time; write 90s, 8m or 1h", "compare", "--budget", "soon");
        usage("contradict", "compare", "--quick", "--rigorous");
        usage("no module 'Nobody'", "compare", "--modules", "Nobody");
        usage("no feature map", "compare", "--shapes", "2x3");
        usage("no feature map", "compare", "--shapes", "many");
        usage("no peer 'tensorflow'", "compare", "--peer", "tensorflow");
        usage("no network 'senet'", "compare", "--networks", "senet");
        usage("exclude each other", "compare", "--networks", "--operations");
        usage("no device 7:7", "compare", "--devices", "7:7", "--out", temporary.resolve("x"));
        usage("number of threads", "compare", "--threads", "-1");
        usage("give no other option", "compare", "--resume", temporary, "--quick");
        assertThat(temporary.resolve("x")).doesNotExist();
    }

    private static void usage(String part, Object... arguments) {
        var run = Outcome.of(arguments);
        assertThat(run.status()).as(run.err()).isEqualTo(2);
        assertThat(run.errorLines()).hasSize(1);
        assertThat(run.err()).contains(part);
    }

    @Test
    void resumingWhatIsNoRunFails() {
        var run = Outcome.of("compare", "--resume", temporary);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("no folder of results");
    }
}
