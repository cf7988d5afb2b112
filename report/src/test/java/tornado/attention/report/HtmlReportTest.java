package tornado.attention.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tornado.attention.report.internal.html.HtmlReport;

class HtmlReportTest {
    @TempDir
    private Path temporary;

    private String html;

    @BeforeEach
    void render() throws IOException {
        var folder = Fixture.write(temporary.resolve("run"), "run-1");
        html = HtmlReport.of(folder.environments(), Rows.of(folder));
    }

    private static int count(String text, String regex) {
        return (int) Pattern.compile(regex).matcher(text).results().count();
    }

    @Test
    void hasAllItsParts() {
        for (var part : HtmlReport.parts()) {
            assertThat(html).contains("<section id=\"" + part + "\">", "href=\"#" + part + "\"");
        }
    }

    @Test
    void needsNothingFromAnywhere() {
        assertThat(html)
                .doesNotContain("http://", "https://", "<link", "<script", "@import", "url(", "<img", "<iframe");
        assertThat(count(html, "src=")).isZero();
    }

    @Test
    void everyChartHasTitleUnitsHoverAndTable() {
        var figures = html.split("<figure", -1);
        assertThat(figures.length).isGreaterThan(15);
        for (int i = 1; i < figures.length; i++) {
            var figure = figures[i].substring(0, figures[i].indexOf("</figure>"));
            assertThat(figure).contains("<h3>", "<svg viewBox", "<details><summary>Table</summary>", "<table");
            var drawing = figure.substring(figure.indexOf("<svg viewBox=\"0 0 400"));
            assertThat(count(drawing, "<title>")).as(figure).isGreaterThan(1);
            assertThat(drawing).contains("axis", "tick");
        }
    }

    @Test
    void textIsEscaped() {
        assertThat(html).contains("A &lt;fast&gt; CPU", "It needs &lt;more&gt; memory.", "driver &amp; co");
        assertThat(html).doesNotContain("<fast>", "<more>");
    }

    @Test
    void tagsAreBalanced() {
        for (var tag : new String[] {
            "section", "figure", "table", "svg", "details", "div", "ul", "dl", "nav", "main", "tr", "td"
        }) {
            assertThat(count(html, "<" + tag + "[ >]")).as(tag).isEqualTo(count(html, "</" + tag + ">"));
        }
    }

    @Test
    void saysWhatIsMissingAndWhereItIsSlower() {
        assertThat(html)
                .contains(
                        "unsupported: It needs &lt;more&gt; memory.",
                        "incomplete (5/6)",
                        "lacks SKAttention@1x64x56x56");
        assertThat(html).contains("id=\"slower\"", "Nowhere: no interval lies wholly below 1");
    }

    @Test
    void drawsTheSeriesOfEveryJvm() {
        assertThat(html).contains("warm-up</text>").doesNotContain("JVM 1</text>");
        var environment = Fixture.environment("run-3");
        var sets = new ArrayList<SampleSet>();
        for (int fork = 0; fork < 3; fork++) {
            sets.addAll(Fixture.lines("run-3", "SEAttention", "1x64x14x14", fork));
        }
        var three = HtmlReport.of(List.of(environment), Rows.of(environment, "", sets));
        assertThat(three).contains("300 runs in 3 JVMs", "JVM 1</text>", "JVM 3</text>");
        assertThat(count(three, "class=\"warmup\"")).isEqualTo(3 * Fixture.CONTENDERS.size());
    }

    @Test
    void drawsNoNumberThatIsNone() {
        assertThat(html).doesNotContain("NaN", "Infinity");
    }
}
