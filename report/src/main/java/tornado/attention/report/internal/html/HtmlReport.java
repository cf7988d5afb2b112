package tornado.attention.report.internal.html;

import java.util.List;
import java.util.stream.Collectors;
import tornado.attention.report.Environment;
import tornado.attention.report.Row;

/** The report: one file, readable on a phone and in print, light and dark. */
public final class HtmlReport {
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
        var html = Page.begin("Attention modules compared", lead(environments), PARTS);
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
        return Page.end(html);
    }

    private static String lead(List<Environment> environments) {
        return environments.stream()
                .map(e -> e.machine().cpu() + ", " + e.machine().os() + ", "
                        + (e.engine().equals("tornadovm") ? "TornadoVM " + e.tornadovm() : "embedded engine") + ", "
                        + e.started().substring(0, Math.min(10, e.started().length())))
                .collect(Collectors.joining("; "));
    }
}
