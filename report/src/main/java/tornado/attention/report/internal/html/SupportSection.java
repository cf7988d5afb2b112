package tornado.attention.report.internal.html;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tornado.attention.report.Row;
import tornado.attention.report.Verdict;

/** Which module runs where, and why not. */
final class SupportSection {
    private SupportSection() {}

    static String of(Content content) {
        var html = new Html().raw("<section id=\"support\">").element("h2", "Support");
        html.paragraph("Cases that are right of those tried. A result is compared with the float64 reference"
                + " before it is timed.");
        html.raw("<div class=\"scroll\"><table class=\"matrix\"><thead><tr><th scope=\"col\">module</th>");
        content.palette().contenders().forEach(who -> html.element("th scope=\"col\"", who));
        html.raw("</tr></thead><tbody>\n");
        Content.by(content.rows(), r -> r.info().module()).forEach((module, rows) -> {
            html.raw("<tr>").element("th scope=\"row\"", module);
            var byWho = Content.by(rows, Row::who);
            content.palette().contenders().forEach(who -> html.raw(cell(byWho.getOrDefault(who, List.of()))));
            html.raw("</tr>\n");
        });
        html.raw("</tbody></table></div>\n");
        reasons(html, content.rows());
        return html.raw("</section>\n").toString();
    }

    private static String cell(List<Row> rows) {
        if (rows.isEmpty()) {
            return "<td></td>";
        }
        long right = rows.stream().filter(r -> r.verdict() == Verdict.PASS).count();
        boolean wrong = rows.stream().anyMatch(r -> r.verdict() == Verdict.FAIL);
        var look = wrong ? "bad" : right == rows.size() ? "good" : "part";
        var sign = wrong ? "\u2717 " : right == rows.size() ? "\u2713 " : right == 0 ? "\u2013 " : "\u25d1 ";
        return "<td class=\"" + look + "\">" + sign + right + "/" + rows.size() + "</td>";
    }

    private static void reasons(Html html, List<Row> rows) {
        Map<String, Set<String>> byReason = new LinkedHashMap<>();
        rows.stream()
                .filter(r -> r.verdict() != Verdict.PASS)
                .forEach(r -> byReason.computeIfAbsent(
                                r.verdict().word() + ": " + r.reason(), k -> new LinkedHashSet<>())
                        .add(r.info().id() + " on " + r.who()));
        if (byReason.isEmpty()) {
            return;
        }
        html.element("h3", "Reasons");
        html.raw("<ul class=\"reasons\">");
        byReason.forEach((reason, where) -> html.raw("<li>")
                .element("strong", reason)
                .element("span", String.join("; ", where))
                .raw("</li>\n"));
        html.raw("</ul>\n");
    }
}
