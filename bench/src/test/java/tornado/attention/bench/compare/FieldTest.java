package tornado.attention.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.bench.machine.EnergyMeter;
import tornado.attention.report.RunConfiguration;
import tornado.attention.report.SampleSet;
import tornado.attention.report.Verdict;

/** Contenders in JVMs that last. */
class FieldTest {
    private static final Effort BRIEF =
            new Effort("test", 2, true, 2, 10_000_000, 10, 5_000_000, 0, Long.MAX_VALUE, false);

    private static final RunConfiguration CONFIGURATION =
            new RunConfiguration("test", List.of(), List.of(), List.of("0:0"), 0, List.of(), "", "auto", 1);

    @TempDir
    private Path temporary;

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current().children().collect(Collectors.toSet());
    }

    private List<SampleSet> measure(Field field, int fork) throws IOException {
        var session = new Session("run", EnergyMeter.in(temporary), CaseList.find("ECA@1x16x6x6"));
        return field.use(fork, runners -> session.measure(runners, fork, BRIEF, Long.MAX_VALUE));
    }

    @Test
    void jvmsLastAreReplacedWhereTheyEndAndEndWithTheRun() throws IOException {
        var others = children();
        Set<ProcessHandle> last;
        try (var field = Field.of(CONFIGURATION, BRIEF, Peer.nobodyAsked())) {
            var first = children();
            first.removeAll(others);
            assertThat(first).hasSize(2);
            for (int fork : new int[] {0, 1, 0}) {
                assertThat(measure(field, fork))
                        .hasSize(2)
                        .allSatisfy(l -> assertThat(l.verdict()).isEqualTo(Verdict.PASS));
            }
            assertThat(children()).containsAll(first);
            for (var process : first) {
                process.destroyForcibly();
                process.onExit().join();
            }
            assertThat(measure(field, 1))
                    .hasSize(2)
                    .allSatisfy(l -> assertThat(l.verdict()).isEqualTo(Verdict.PASS));
            last = children();
            last.removeAll(others);
            assertThat(last).hasSize(1);
        }
        assertThat(last).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void jvmsUseTheKernelsThatAreChosenHere() throws IOException {
        var configuration =
                new RunConfiguration("test", List.of(), List.of(), List.of("0:0"), 0, List.of(), "", "workgroup", 1);
        try (var field = Field.of(configuration, BRIEF, Peer.nobodyAsked())) {
            var line = measure(field, 0).getFirst();
            assertThat(line.reason()).isEmpty();
            assertThat(line.contender().variant()).contains("work");
        }
    }
}
