package tornado.attention.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {
    private static Row row(List<Row> rows, String key) {
        return rows.stream()
                .filter(r -> r.contender().key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private static List<Row> rows(List<SampleSet> samples) {
        return Rows.of(Fixture.environment("r"), "", samples);
    }

    @Test
    void ratiosAreTheBaselinesMedianOverOurs() {
        var rows = rows(Fixture.lines("r", "SEAttention", "1x64x14x14"));
        var ours = row(rows, "embedded:0:0");
        var sequential = ours.ratios().get(Contender.SEQUENTIAL);
        assertThat(sequential.value())
                .isEqualTo(row(rows, Contender.SEQUENTIAL).summary().median()
                        / ours.summary().median())
                .isCloseTo(8, within(0.3));
        assertThat(sequential.interval().contains(sequential.value())).isTrue();
        assertThat(sequential.pValue()).isLessThan(0.05);
        assertThat(sequential.slower()).isFalse();
        var theirs = row(rows, Contender.SEQUENTIAL).ratios().get(Contender.PYTORCH);
        assertThat(theirs.value()).isLessThan(1);
        assertThat(theirs.slower()).isTrue();
        assertThat(ours.ratios()).doesNotContainKey(Contender.PYTORCH_COMPILE);
    }

    @Test
    void ratesComeFromCostAndMedian() {
        var row = row(rows(Fixture.lines("r", "SEAttention", "1x64x14x14")), "embedded:0:0");
        double seconds = row.summary().median() / 1e9;
        assertThat(row.imagesPerSecond()).isCloseTo(1 / seconds, within(1e-6));
        assertThat(row.gmacsPerSecond()).isCloseTo(64 * 196 / seconds / 1e9, within(1e-9));
        assertThat(row.gbytesPerSecond()).isCloseTo(512 * 196 / seconds / 1e9, within(1e-9));
        assertThat(row.ceiling()).isEqualTo(new Ceiling(20, 100, "copied & multiplied"));
    }

    @Test
    void theWorstForkDecidesAndAFailedCheckHasNoTime() {
        var lines = new ArrayList<>(Fixture.lines("r", "SEAttention", "1x64x14x14"));
        var good = lines.getFirst();
        lines.add(new SampleSet(
                good.run(),
                0,
                0,
                good.info(),
                good.contender(),
                1,
                Verdict.FAIL,
                "wrong",
                new Check(1, 1, 1e-5, "", 1),
                good.cost(),
                null,
                null,
                null));
        var row = row(rows(lines), "embedded:0:0");
        assertThat(row.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(row.timed()).isFalse();
        assertThat(row.ratios()).isEmpty();
        assertThat(row.check().maxRel()).isEqualTo(1);
        // And nobody is compared with a baseline that failed.
        var baseline = new ArrayList<>(Fixture.lines("r", "SEAttention", "1x64x14x14"));
        var slow = baseline.get(2);
        baseline.set(
                2,
                new SampleSet(
                        slow.run(),
                        0,
                        0,
                        slow.info(),
                        slow.contender(),
                        0,
                        Verdict.FAIL,
                        "wrong",
                        null,
                        null,
                        null,
                        null,
                        null));
        assertThat(row(rows(baseline), "embedded:0:0").ratios()).doesNotContainKey(Contender.SEQUENTIAL);
    }

    @Test
    void theSeriesOfSeveralJvmsAreSummarisedTogether() {
        var lines = new ArrayList<SampleSet>();
        for (int fork = 0; fork < 3; fork++) {
            lines.addAll(Fixture.lines("r", "SEAttention", "1x64x14x14", fork));
        }
        var row = row(rows(lines), "embedded:0:0");
        assertThat(row.summary().forks()).isEqualTo(3);
        assertThat(row.summary().runs()).isEqualTo(300);
        assertThat(row.sets()).extracting(SampleSet::fork).containsExactly(0, 1, 2);
        var ratio = row.ratios().get(Contender.SEQUENTIAL);
        assertThat(ratio.interval().contains(ratio.value())).isTrue();
        assertThat(row.summary().interval().contains(row.summary().median())).isTrue();
    }

    @Test
    void ceilingsAreTheBestOfSeveralMeasurements() {
        var better = new Ceiling(10, 5, "a").better(new Ceiling(8, 7, "b"));
        assertThat(better).isEqualTo(new Ceiling(10, 7, "b"));
    }

    @Test
    void forksArePooled() {
        var lines = new ArrayList<>(Fixture.lines("r", "SEAttention", "1x64x14x14"));
        var first = lines.getFirst();
        lines.add(new SampleSet(
                first.run(),
                0,
                0,
                first.info(),
                first.contender(),
                1,
                Verdict.PASS,
                "",
                first.check(),
                first.cost(),
                first.phases(),
                first.series(),
                null));
        var row = row(rows(lines), "embedded:0:0");
        assertThat(row.summary().forks()).isEqualTo(2);
        assertThat(row.summary().runs()).isEqualTo(200);
    }
}
