package tornado.attention.report.internal.html;

import java.util.List;
import java.util.stream.Collectors;

/** A chart as it stands on the page: title, what it shows, drawing, and the numbers behind it. */
final class Card {
    private Card() {}

    /**
     * The markup.
     *
     * @param title short
     * @param note a sentence; may be empty
     * @param legend key to the marks; may be empty
     * @param drawing the chart
     * @param table the numbers it shows
     */
    static String of(String title, String note, String legend, Svg drawing, Table table) {
        return of(title, note, legend, List.of(drawing), table);
    }

    /** The same with several drawings of one scale, side by side over the whole width. */
    static String of(String title, String note, String legend, List<Svg> drawings, Table table) {
        boolean wide = drawings.size() > 1;
        var html = new Html()
                .raw(wide ? "<figure class=\"card wide\"><figcaption>" : "<figure class=\"card\"><figcaption>")
                .element("h3", title);
        if (!note.isEmpty()) {
            html.paragraph(note);
        }
        return html.raw("</figcaption>\n")
                .raw(legend)
                .raw(wide ? "<div class=\"panels\">" : "")
                .raw(drawings.stream().map(Svg::toString).collect(Collectors.joining()))
                .raw(wide ? "</div>" : "")
                .raw("<details><summary>Table</summary>")
                .raw(table.html())
                .raw("</details></figure>\n")
                .toString();
    }
}
