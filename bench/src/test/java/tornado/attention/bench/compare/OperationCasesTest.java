package tornado.attention.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tornado.attention.bench.Outcome;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.bench.operation.Operations;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.ModuleType;
import tornado.attention.modules.float64.Reference64;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Shape;

class OperationCasesTest {
    static List<Case> small() {
        return List.of(
                small("GlobalAveragePool", Map.of()),
                small("ChannelScale", Map.of()),
                small("Softmax", Map.of()),
                small("AttentionPool", Map.of()),
                small("Mlp", Map.of("hidden", 5)),
                small("LayerNorm", Map.of()),
                small("Conv2d", Map.of("out_channels", 24)),
                small("Conv2d", Map.of("out_channels", 8, "kernel_size", 3)),
                small("Conv2d", Map.of("out_channels", 16, "kernel_size", 5, "groups", 4)),
                small("Conv2d", Map.of("out_channels", 16, "kernel_size", 7, "groups", 16)),
                small("QueryKeyProduct", Map.of()),
                small("AttentionValueProduct", Map.of()));
    }

    private static Case small(String name, Map<String, Object> given) {
        return new Case(CaseList.type(name), given, Shape.of(3, 16, 7, 5), List.of("test"), Case.SEED);
    }

    /** Gradients of the same, and a training step of a network that has a module in its blocks. */
    static List<Case> passes() {
        var all = new ArrayList<>(small().stream()
                .map(c -> new Case(
                        CaseList.type(Pass.GRADIENT.named(c.type().name())), c.given(), c.map(), c.sources(), c.seed()))
                .toList());
        all.add(new Case(CaseList.type("SKAttention.gradient"), Map.of(), Shape.of(2, 32, 6, 5), List.of(), Case.SEED));
        all.add(new Case(
                CaseList.type("resnet20_cifar+SEAttention.training"),
                Map.of(),
                Shape.of(4, 3, 16, 16),
                List.of(),
                Case.SEED));
        return all;
    }

    @ParameterizedTest
    @MethodSource({"small", "passes"})
    void theTasksGiveTheFloat64Result(Case subject) {
        var data = CaseData.of(subject);
        var attachment = Attachment.of(data, ChainOptions.evaluation());
        try (var plan = attachment.chain().plan()) {
            plan.run();
            var check = Oracle.of(data, Long.MAX_VALUE).check(attachment.read());
            assertThat(check.passed()).as(subject.id() + " " + check).isTrue();
        }
    }

    @Test
    void aWrongGradientIsFound() {
        var subject = passes().getFirst();
        var data = CaseData.of(subject);
        var attachment = Attachment.of(data, ChainOptions.evaluation());
        try (var plan = attachment.chain().plan()) {
            plan.run();
            var outputs = attachment.read();
            outputs.get(1)[3] *= 1.01f;
            assertThat(Oracle.of(data, Long.MAX_VALUE).check(outputs).passed()).isFalse();
        }
    }

    @Test
    void aTrainingStepUpdatesOnTheDevice() {
        var data = CaseData.of(passes().getLast());
        var attachment = Attachment.of(data, ChainOptions.evaluation());
        try (var plan = attachment.chain().plan()) {
            plan.run();
            float first = attachment.read().getFirst()[0];
            for (int i = 0; i < 20; i++) {
                plan.run();
            }
            assertThat(attachment.read().getFirst()[0]).isLessThan(first);
        }
    }

    @Test
    void everyOperationIsMeasuredAndTested() {
        assertThat(small().stream().map(c -> c.type().name()).distinct()).containsExactlyInAnyOrderElementsOf(names());
        assertThat(CaseList.operations().stream().map(c -> c.type().name())).containsAll(names());
        assertThat(CaseList.operations().stream().map(c -> c.type().name()))
                .containsAll(names().stream().map(Pass.GRADIENT::named).toList());
        assertThat(CaseList.operations()).extracting(Case::id).doesNotHaveDuplicates();
        assertThat(CaseList.operations())
                .allSatisfy(c -> assertThat(c.settings()).isNotNull());
    }

    @Test
    void namesAreTheSameInJavaFloat64AndPyTorch() throws IOException {
        assertThat(Reference64.operations()).containsExactlyInAnyOrderElementsOf(names());
        assertThat(names())
                .doesNotContainAnyElementsOf(
                        Catalogue.types().stream().map(ModuleType::name).toList());
        var python = Files.readString(Path.of("../reference/modules/operations.py"));
        var classes =
                Pattern.compile("(?m)^class (\\w+)").matcher(python).results().map((MatchResult m) -> m.group(1));
        assertThat(classes).containsExactlyInAnyOrderElementsOf(names());
    }

    @Test
    void theListStandsAlone() {
        var run = Outcome.of("compare", "--operations", "--modules", "ECA");
        assertThat(run.status()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("leave out --modules and --shapes");
    }

    private static List<String> names() {
        return Operations.types().stream().map(ModuleType::name).toList();
    }
}
