package tornado.attention.report.internal.html;

import java.util.ArrayList;
import java.util.List;

/** A table of plain text; columns whose name begins with {@code >} hold numbers and are aligned to the right. */
final class Table {
    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();
    private boolean wraps;

    Table(String... head) {
        this.head = List.of(head);
    }

    /** Adds a row; as many cells as columns. */
    Table row(String... cells) {
        return row(List.of(cells));
    }

    /** Adds a row; as many cells as columns. */
    Table row(List<String> cells) {
        if (cells.size() != head.size()) {
            throw new IllegalArgumentException(
                    "A row of this table has " + head.size() + " cells, not " + cells.size() + ".");
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    /** Lets long text run over several lines instead of widening the table. */
    Table wrapping() {
        wraps = true;
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The markup; it scrolls by itself where it is wider than the page. */
    String html() {
        var html = new Html()
                .raw(wraps ? "<div class=\"scroll\"><table class=\"wraps\">" : "<div class=\"scroll\"><table>")
                .raw(head.stream().allMatch(String::isEmpty) ? "<thead hidden><tr>" : "<thead><tr>");
        for (var name : head) {
            html.raw(numeric(name) ? "<th class=\"n\" scope=\"col\">" : "<th scope=\"col\">")
                    .raw(Html.escape(name.startsWith(">") ? name.substring(1) : name))
                    .raw("</th>");
        }
        html.raw("</tr></thead><tbody>\n");
        for (var row : rows) {
            html.raw("<tr>");
            for (int i = 0; i < head.size(); i++) {
                html.raw(numeric(head.get(i)) ? "<td class=\"n\">" : "<td>")
                        .raw(Html.escape(row.get(i)))
                        .raw("</td>");
            }
            html.raw("</tr>\n");
        }
        return html.raw("</tbody></table></div>\n").toString();
    }

    private static boolean numeric(String name) {
        return name.startsWith(">");
    }
}
