package tornado.attention.bench.report.html;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import tornado.attention.bench.report.Environment;
import tornado.attention.bench.report.Row;

/** The report: one file, readable on a phone and in print, light and dark. */
public final class HtmlReport {
    private static final String STYLE = "/tornado/attention/bench/report/report.css";

    private static final List<String> PARTS = List.of(
            "summary",
            "support",
            "latency",
            "throughput",
            "baselines",
            "roofline",
            "scaling",
            "accuracy",
            "cost",
            "phases",
            "iterations",
            "identity");

    private HtmlReport() {}

    /** The ids of its sections, in order. */
    public static List<String> parts() {
        return PARTS;
    }

    /** The file's text. */
    public static String of(List<Environment> environments, List<Row> rows) {
        var content = new Content(environments, rows);
        var html = new Html().raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
        html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
                .element("title", "Attention modules compared");
        html.raw("<style>\n").raw(style()).raw("</style></head>\n<body>\n<header>");
        html.element("p class=\"kicker\"", "tornado-attention");
        html.element("h1", "Attention modules compared");
        html.element("p class=\"lead\"", lead(environments));
        html.raw("<nav aria-label=\"Sections\">");
        PARTS.forEach(part -> html.element("a href=\"#" + part + "\"", part));
        html.raw("</nav></header>\n<main>\n");
        html.raw(SummarySection.of(content));
        html.raw(SupportSection.of(content));
        html.raw(TimeSections.latency(content));
        html.raw(TimeSections.throughput(content));
        html.raw(TimeSections.baselines(content));
        html.raw(DetailSections.roofline(content));
        html.raw(ScalingSection.of(content));
        html.raw(DetailSections.accuracy(content));
        html.raw(DetailSections.cost(content));
        html.raw(DetailSections.phases(content));
        html.raw(DetailSections.iterations(content));
        html.raw(IdentitySection.of(content));
        return html.raw("</main>\n</body></html>\n").toString();
    }

    private static String lead(List<Environment> environments) {
        return environments.stream()
                .map(e -> e.machine().cpu() + ", " + e.machine().os() + ", "
                        + (e.engine().equals("tornadovm") ? "TornadoVM " + e.tornadovm() : "embedded engine") + ", "
                        + e.started().substring(0, Math.min(10, e.started().length())))
                .collect(Collectors.joining("; "));
    }

    private static String style() {
        try (var stream = HtmlReport.class.getResourceAsStream(STYLE)) {
            if (stream == null) {
                throw new IllegalStateException(
                        "The style sheet " + STYLE + " is not on the class path; build the project anew.");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
