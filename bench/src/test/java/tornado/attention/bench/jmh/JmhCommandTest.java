package tornado.attention.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tornado.attention.bench.Outcome;

class JmhCommandTest {
    @Test
    void fillsInTheCaseListUnlessCasesAreNamed() {
        assertThat(JmhCommand.withCases(List.of("-f", "1")))
                .startsWith("-f", "1", "-p")
                .last()
                .asString()
                .startsWith("subject=")
                .contains("SEAttention@1x64x56x56");
        var named = List.of("-p", "subject=ECA@1x8x4x4");
        assertThat(JmhCommand.withCases(named)).isEqualTo(named);
    }

    @Test
    void optionsThatTheEngineNeedsStay() {
        var outcome = Outcome.of("jmh", "ModuleBenchmark", "-jvmArgs", "-Xmx2g");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("add to them by -jvmArgsAppend");
    }

    @Test
    void benchmarksRunOnce() {
        var module = new ModuleBenchmark();
        module.subject = "SEAttention@1x32x5x5";
        module.device = "default";
        module.compile();
        assertThat(module.run()).isFinite().isNotZero();
        module.close();
        for (var name : List.of("average", "gate", "softmax", "linear", "convolution1x1", "layerNorm")) {
            var task = new TaskBenchmark();
            task.task = name;
            task.shape = "1x8x4x4";
            task.device = "0:1";
            task.compile();
            assertThat(task.run()).as(name).isFinite();
            task.close();
        }
    }
}
