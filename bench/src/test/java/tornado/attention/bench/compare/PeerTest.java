package tornado.attention.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.Outcome;
import tornado.attention.bench.cli.FailureException;
import tornado.attention.report.Contender;
import tornado.attention.report.ResultsFolder;

class PeerTest {
    @TempDir
    private Path temporary;

    @Test
    void comparesWithPyTorchWhereItIs() throws IOException, Unsupported {
        var search = Peer.find("");
        assumeTrue(search instanceof Peer.Search.Found, search.toString());
        var runners = ((Peer.Search.Found) search).peer().start(List.of(Contender.PYTORCH), 1, false, false);
        try {
            var torch = runners.getFirst();
            assertThat(torch.contender().key()).isEqualTo(Contender.PYTORCH);
            assertThat(torch.contender().threads()).isEqualTo(1);
            for (var id : List.of("SEAttention@2x32x6x6", "GlobalContext@1x16x5x4", "SKAttention@1x16x6x6")) {
                var data = CaseData.of(CaseList.find(id));
                var check = Oracle.of(data, Long.MAX_VALUE)
                        .check(torch.prepare(data).outputs());
                assertThat(check.passed()).as(id + ": " + check).isTrue();
                assertThat(torch.slice(1_000_000, 3)).isNotEmpty().hasSizeLessThanOrEqualTo(3);
                torch.release();
            }
        } finally {
            runners.forEach(Runner::close);
        }
    }

    @Test
    void networksRunInOnnxRuntimeAsWellWhereItIs() throws IOException, Unsupported {
        var search = Peer.find("");
        assumeTrue(search instanceof Peer.Search.Found, search.toString());
        var found = ((Peer.Search.Found) search).peer();
        List<Runner> runners;
        try {
            runners = found.start(Peer.NAMES, 1, false, false);
        } catch (FailureException e) {
            assertThat(e).hasMessageContaining("pip install onnxruntime");
            assumeTrue(false, e.getMessage());
            return;
        }
        try {
            assertThat(runners)
                    .extracting(r -> r.contender().key())
                    .containsExactly(Contender.PYTORCH, Contender.ONNX_RUNTIME);
            for (var id : List.of("SEAttention@2x32x6x6", "test_resnet@1x3x64x64")) {
                var data = CaseData.of(CaseList.find(id));
                var oracle = Oracle.of(data, Long.MAX_VALUE);
                for (var runner : runners) {
                    var check = oracle.check(runner.prepare(data).outputs());
                    assertThat(check.passed()).as(id + ": " + check).isTrue();
                    assertThat(runner.slice(1_000_000, 3)).isNotEmpty();
                }
            }
        } finally {
            runners.forEach(Runner::close);
        }
    }

    @Test
    void aRunHoldsNoPathOfPythonAndGoesOnAllTheSame() throws IOException {
        assumeTrue(Peer.find("") instanceof Peer.Search.Found, "no Python with torch");
        var peer = ((Peer.Search.Found) Peer.find("")).peer();
        var python = Path.of(peer.python()).toAbsolutePath();
        var out = temporary.resolve("out");
        var run = Outcome.of(
                "compare",
                "--quick",
                "--modules",
                "ECA",
                "--shapes",
                "1x16x6x6,1x16x5x5",
                "--devices",
                "0:1",
                "--peer",
                "pytorch",
                "--python",
                python,
                "--out",
                out);
        assertThat(run.status()).as(run.err()).isZero();
        var environment = ResultsFolder.open(out).environments().getFirst();
        assertThat(environment.configuration().python())
                .isEqualTo(python.getFileName().toString());
        assertThat(environment.peer()).startsWith(peer.versions());
        assertThat(out.resolve("environment.json")).content().doesNotContain(python.toString());
        var log = out.resolve("results.jsonl");
        var lines = Files.readAllLines(log);
        assertThat(lines).as("2 cases, 3 contenders, 3 JVMs").hasSize(18);
        Files.write(log, lines.subList(0, 12));
        var nowhere = Outcome.of("compare", "--resume", out, "--python", "/nowhere/python3");
        assertThat(nowhere.err()).contains("no Python with torch");
        var again = Outcome.of("compare", "--resume", out, "--python", python);
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.err()).contains("1 of 2 cases are done already");
        assertThat(Files.readAllLines(log)).hasSize(18);
        var file = out.resolve("environment.json");
        Files.writeString(file, Files.readString(file).replace(peer.versions(), "PyTorch 0.1, Python 2.7"));
        var other = Outcome.of("compare", "--resume", out);
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.err()).contains("PyTorch 0.1", "--python");
    }

    @Test
    void aPythonWithoutTorchIsRefusedUnlessItIsOnlyRemembered() {
        assertThatThrownBy(() -> Peer.find("/nowhere/python3")).hasMessageContaining("no Python with torch");
        assertThatThrownBy(() -> Peer.findAgain("/nowhere/python3", "")).hasMessageContaining("no Python with torch");
        assertThat(Peer.findAgain("", "no-such-python")).isEqualTo(Peer.find(""));
    }
}
