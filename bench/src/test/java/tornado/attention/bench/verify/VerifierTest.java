package tornado.attention.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tornado.attention.bench.engine.Devices;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.ModuleType;
import tornado.attention.report.Verdict;
import tornado.attention.tasks.ChainOptions;

/**
 * Every bundled reference case, and every case of the folders that the system properties {@value #FOLDER} and {@value #NETWORKS} name,
 * on the default device.
 */
class VerifierTest {
    private static final String FOLDER = "tornado.attention.reference";

    private static final String NETWORKS = "tornado.attention.networks";

    @TestFactory
    Stream<DynamicNode> bundledCases() throws IOException {
        try (var cases = CaseFiles.bundled()) {
            return tests(cases, UnaryOperator.identity()).stream();
        }
    }

    @TestFactory
    Stream<DynamicNode> bundledCasesTaskByTask() throws IOException {
        try (var cases = CaseFiles.bundled()) {
            return tests(cases, ChainOptions::withoutFusion).stream();
        }
    }

    @TestFactory
    Stream<DynamicNode> bundledCasesInGraphsOfThreeTasks() throws IOException {
        try (var cases = CaseFiles.bundled()) {
            return tests(cases, options -> options.withTasksAGraph(3)).stream();
        }
    }

    @TestFactory
    Stream<DynamicNode> casesOfTheFolder() throws IOException {
        return casesOf(FOLDER);
    }

    @TestFactory
    Stream<DynamicNode> smallNetworks() throws IOException, URISyntaxException {
        return networks(UnaryOperator.identity());
    }

    @TestFactory
    Stream<DynamicNode> smallNetworksTaskByTask() throws IOException, URISyntaxException {
        return networks(ChainOptions::withoutFusion);
    }

    @TestFactory
    Stream<DynamicNode> smallNetworksInSeveralGraphs() throws IOException, URISyntaxException {
        return networks(options -> options.withTasksAGraph(20));
    }

    /** Small networks, one or more a family, beside the tests. */
    private static Stream<DynamicNode> networks(UnaryOperator<ChainOptions> how)
            throws IOException, URISyntaxException {
        var folder = Path.of(
                VerifierTest.class.getResource("/tornado/attention/networks").toURI());
        try (var cases = CaseFiles.in(List.of(folder))) {
            return tests(cases, how).stream();
        }
    }

    @TestFactory
    Stream<DynamicNode> networksOfTheFolder() throws IOException {
        return casesOf(NETWORKS);
    }

    private static Stream<DynamicNode> casesOf(String property) throws IOException {
        var folder = System.getProperty(property, "");
        if (folder.isBlank()) {
            abort("no further reference cases: give their folder by -D" + property + "=FOLDER");
        }
        try (var cases = CaseFiles.in(List.of(Path.of(folder)))) {
            return tests(cases, UnaryOperator.identity()).stream();
        }
    }

    private static List<DynamicNode> tests(CaseFiles cases, UnaryOperator<ChainOptions> how) {
        var containers = new ArrayList<DynamicNode>();
        cases.byModule(List.of())
                .forEach((module, files) -> containers.add(DynamicContainer.dynamicContainer(
                        module,
                        files.stream()
                                .map(file ->
                                        DynamicTest.dynamicTest(CaseFiles.nameOf(file), () -> check(file, how))))));
        return containers;
    }

    private static void check(Path file, UnaryOperator<ChainOptions> how) {
        var result = new Verifier(Devices.choose(null), null, how).verify(file);
        if (result.verdict() == Verdict.UNSUPPORTED) {
            abort(result.reason());
        }
        assertThat(result.verdict()).as(result.reason()).isEqualTo(Verdict.PASS);
        assertThat(result.maxRel()).isLessThanOrEqualTo(result.tolerance());
    }

    @Test
    void everyModuleHasABundledCase() throws IOException {
        try (var cases = CaseFiles.bundled()) {
            assertThat(cases.byModule(List.of()).keySet())
                    .containsAll(
                            Catalogue.types().stream().map(ModuleType::name).toList());
        }
    }

    /** A wrong result would otherwise pass unseen: the same case fails where no error is allowed. */
    @Test
    void aCaseFailsWhereItsErrorIsNotAllowed() throws IOException {
        try (var cases = CaseFiles.bundled()) {
            var file = cases.files().stream()
                    .filter(f -> CaseFiles.nameOf(f).equals("ECA__k7"))
                    .findFirst()
                    .orElseThrow();
            var result = new Verifier(Devices.choose(null), Double.MIN_VALUE).verify(file);
            assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(result.reason()).contains("output64: element");
            assertThat(result.maxAbs()).isPositive();
        }
    }
}
