package tornado.attention.report.internal.html;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.report.Row;

/** Which mark stands for which contender, the same in all charts of a report. */
final class Palette {
    /** Colours that the style sheet has. */
    static final int COLOURS = 8;

    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    /** Numbers the contenders: devices first, baselines behind them. */
    Palette(List<Row> rows) {
        var names = new ArrayList<String>();
        rows.stream().filter(r -> !r.contender().baseline()).map(Row::who).forEach(names::add);
        rows.stream().filter(r -> r.contender().baseline()).map(Row::who).forEach(names::add);
        names.forEach(name -> numbers.putIfAbsent(name, numbers.size()));
    }

    /** Number of a contender. */
    int of(String who) {
        return numbers.get(who);
    }

    /** All contenders in order. */
    List<String> contenders() {
        return List.copyOf(numbers.keySet());
    }

    /** The key to the marks of these contenders. */
    String legend(List<String> shown) {
        var html = new Html().raw("<ul class=\"legend\">");
        for (var who : contenders()) {
            if (shown.contains(who)) {
                html.raw("<li><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\">")
                        .raw(markOnly(of(who)))
                        .raw("</svg>")
                        .raw(Html.escape(who))
                        .raw("</li>");
            }
        }
        return html.raw("</ul>\n").toString();
    }

    private static String markOnly(int index) {
        var drawing = new Svg(14, "", "").mark(7, 7, index, "").toString();
        return drawing.substring(drawing.indexOf("<path"), drawing.indexOf("</svg>"));
    }
}
