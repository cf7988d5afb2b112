package tornado.attention.report.internal.html;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What all pages have around their sections: style, head, links. */
final class Page {
    private static final String STYLE = "/tornado/attention/report/report.css";

    private Page() {}

    /** Up to the first section. */
    static Html begin(String title, String lead, List<String> parts) {
        var html = new Html().raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
        html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n").element("title", title);
        html.raw("<style>\n").raw(style()).raw("</style></head>\n<body>\n<header>");
        html.element("p class=\"kicker\"", "tornado-attention");
        html.element("h1", title);
        html.element("p class=\"lead\"", lead);
        html.raw("<nav aria-label=\"Sections\">");
        parts.forEach(part -> html.element("a href=\"#" + part + "\"", part));
        return html.raw("</nav></header>\n<main>\n");
    }

    /** Behind the last section. */
    static String end(Html html) {
        return html.raw("</main>\n</body></html>\n").toString();
    }

    private static String style() {
        try (var stream = Page.class.getResourceAsStream(STYLE)) {
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
