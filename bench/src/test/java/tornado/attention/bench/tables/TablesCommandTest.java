package tornado.attention.bench.tables;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import tornado.attention.bench.Outcome;

class TablesCommandTest {
    @Test
    void printsPublishedAndCountedSideBySide() {
        var outcome = Outcome.of("tables");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .containsPattern("ResNet-50 +parameters +24\\.37 Mi +25,557,032 +24\\.373 Mi +exact +ECA-Net")
                .containsPattern("EPSANet-50 large +parameters +27\\.90 M +30,100,094 +30\\.100 M +differs")
                .containsPattern("GCT-ResNet-50 +parameters +- +25,624,625 +- +-")
                .contains("not reproduced: its code is not published")
                .contains("2^20", "2^30", "figure from memory")
                .containsPattern("(?m)^\\d+ numbers: \\d+ exact, ");
        assertThat(outcome.out().lines().filter(l -> !l.contains("MACs") && !l.contains("parameters")))
                .allSatisfy(l -> assertThat(l.length()).isLessThanOrEqualTo(140));
    }

    @Test
    void jsonHasEveryRow() throws IOException {
        var outcome = Outcome.of("tables", "--json");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        var tables = JsonMapper.builder().build().readTree(outcome.out());
        int rows = 0;
        for (var table : tables) {
            assertThat(table.get("title").asText()).isNotEmpty();
            assertThat(table.get("convention").asText()).isNotEmpty();
            for (var row : table.get("rows")) {
                rows++;
                assertThat(row.get("counted").asLong()).isPositive();
                assertThat(row.get("published").isNull())
                        .isEqualTo(row.get("verdict").isNull());
            }
        }
        var first = tables.get(0).get("rows").get(0);
        assertThat(first.get("network").asText()).isEqualTo("ResNet-50");
        assertThat(first.get("published").asText()).isEqualTo("24.37");
        assertThat(first.get("unitSize").asLong()).isEqualTo(1L << 20);
        assertThat(first.get("counted").asLong()).isEqualTo(25_557_032);
        assertThat(first.get("verdict").asText()).isEqualTo("exact");
        assertThat(rows)
                .isEqualTo(TablesCommand.tables().stream()
                        .mapToInt(t -> t.rows().size())
                        .sum());
    }
}
