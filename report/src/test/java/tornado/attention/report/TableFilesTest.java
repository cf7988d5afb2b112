package tornado.attention.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.report.rendering.Rendering;

class TableFilesTest {
    @TempDir
    private Path temporary;

    private List<CSVRecord> records(String csv) throws IOException {
        var format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (var parser = CSVParser.parse(new StringReader(csv), format)) {
            return parser.getRecords();
        }
    }

    @Test
    void headersThatOthersReadStayWhatTheyAre() throws IOException {
        var folder = Fixture.write(temporary.resolve("run"), "run-1");
        var header = TableFiles.csv(Rows.of(folder))
                .lines()
                .findFirst()
                .orElseThrow()
                .split(",", -1);
        assertThat(header)
                .contains(
                        "module",
                        "shape",
                        "engine",
                        "device",
                        "verdict",
                        "median_ms",
                        "p95_ms",
                        "gmacs_per_s",
                        "gbytes_per_s",
                        "ratio_to_pytorch",
                        "ratio_to_pytorch_compile",
                        "ratio_to_sequential",
                        "threads",
                        "runs",
                        "bytes_up",
                        "bytes_down",
                        "copy_gbytes_per_s",
                        "peak_gmacs_per_s",
                        "jdk",
                        "commit",
                        "dirty",
                        "governor")
                .startsWith("module", "shape", "engine", "device")
                .doesNotHaveDuplicates();
        assertThat(Columns.all()).allSatisfy(c -> assertThat(c.meaning()).isNotBlank());
    }

    @Test
    void theDocumentationListsEveryColumn() throws IOException {
        var lines = Files.readAllLines(Path.of("..", "docs", "results.md"));
        assertThat(lines)
                .containsSubsequence(Columns.all().stream()
                        .map(c -> "| `" + c.name() + "` | " + c.meaning() + " |")
                        .toList());
    }

    @Test
    void csvHasARowForEachModuleShapeAndDevice() throws IOException {
        var folder = Fixture.write(temporary.resolve("run"), "run-1");
        var records = records(TableFiles.csv(Rows.of(folder)));
        assertThat(records).hasSize(24);
        var first = records.getFirst();
        assertThat(first.get("module")).isEqualTo("SEAttention");
        assertThat(first.get("device_name")).isEqualTo("A <fast> CPU");
        assertThat(Double.parseDouble(first.get("median_ms"))).isBetween(0.019, 0.021);
        assertThat(Double.parseDouble(first.get("ratio_to_sequential"))).isBetween(7.5, 8.5);
        assertThat(first.get("ratio_to_pytorch_compile")).isEmpty();
        var refused = records.stream()
                .filter(r -> r.get("verdict").equals("unsupported"))
                .toList();
        assertThat(refused).hasSize(2).allSatisfy(r -> {
            assertThat(r.get("reason")).isEqualTo("It needs <more> memory.");
            assertThat(r.get("median_ms")).isEmpty();
        });
    }

    @Test
    void jsonIsOneArrayWithTheSameColumns() throws IOException {
        var folder = Fixture.write(temporary.resolve("run"), "run-1");
        var array = new JsonMapper().readTree(TableFiles.json(Rows.of(folder)));
        assertThat(array.isArray()).isTrue();
        assertThat(array).hasSize(24);
        var names = new ArrayList<String>();
        array.get(0).fieldNames().forEachRemaining(names::add);
        assertThat(names).isEqualTo(Columns.names());
        assertThat(array.get(0).get("median_ms").isNumber()).isTrue();
        assertThat(array.get(0).get("ratio_to_pytorch_compile").isNull()).isTrue();
    }

    @Test
    void renderingWritesEverythingWithChecksums() throws IOException {
        var folder = Fixture.write(temporary.resolve("run"), "run-1");
        Rendering.of(folder);
        var sums = Files.readAllLines(folder.path().resolve("SHA256SUMS"));
        assertThat(sums)
                .extracting(l -> l.substring(66))
                .containsExactly(
                        "environment.json",
                        "report.html",
                        "results.csv",
                        "results.json",
                        "results.jsonl",
                        "tables.tex");
        assertThat(sums).allMatch(l -> l.matches("[0-9a-f]{64}  .*"));
        var environment = new JsonMapper()
                .readTree(folder.path().resolve("environment.json").toFile());
        assertThat(environment.path("machine").path("governor").asText()).isEqualTo("performance");
    }

    @Test
    void latexIsEscapedAndComplete() throws IOException {
        assertThat(LatexTables.escape("a_b & 50 % of {x} $ # ~ ^ \\"))
                .isEqualTo(
                        "a\\_b \\& 50 \\% of \\{x\\} \\$ \\# \\textasciitilde{} \\textasciicircum{} \\textbackslash{}");
        var tex = LatexTables.of(Rows.of(Fixture.write(temporary.resolve("run"), "run-1")));
        assertThat(tex).contains("\\toprule", "1$\\times$64$\\times$56$\\times$56", "SEAttention & ", " & -- & ");
        assertThat(tex.split("\\\\begin\\{tabular\\}", -1)).hasSize(4);
        assertThat(tex.split("\\\\end\\{tabular\\}", -1)).hasSize(4);
    }
}
