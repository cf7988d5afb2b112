package tornado.attention.report;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tornado.attention.report.internal.text.Numbers;

/** The rows as tables for a paper ({@code booktabs}): one a shape, a line a module, a column a contender. */
public final class LatexTables {
    private LatexTables() {}

    public static String of(List<Row> rows) {
        var text = new StringBuilder("% Written by attn compare; \\usepackage{booktabs} in the preamble.\n");
        var shapes = new LinkedHashMap<String, Map<String, Map<String, Row>>>();
        var contenders = new LinkedHashSet<String>();
        for (var row : rows) {
            shapes.computeIfAbsent(row.info().shape(), s -> new TreeMap<>())
                    .computeIfAbsent(row.info().module(), m -> new LinkedHashMap<>())
                    .put(row.who(), row);
            contenders.add(row.who());
        }
        shapes.forEach((shape, modules) -> table(text, shape, modules, contenders));
        return text.toString();
    }

    private static void table(
            StringBuilder text, String shape, Map<String, Map<String, Row>> modules, Set<String> contenders) {
        text.append("\n\\begin{table}\n  \\centering\n  \\caption{Median end-to-end time in ms for feature maps of ")
                .append(escape(shape.replace("x", " x ")).replace(" x ", "$\\times$"))
                .append("; 95\\,\\% interval in brackets.}\n  \\begin{tabular}{l")
                .append("r".repeat(contenders.size()))
                .append("}\n    \\toprule\n    Module");
        contenders.forEach(c -> text.append(" & ").append(escape(c)));
        text.append(" \\\\\n    \\midrule\n");
        modules.forEach((module, byContender) -> {
            text.append("    ").append(escape(module));
            contenders.forEach(c -> text.append(" & ").append(cell(byContender.get(c))));
            text.append(" \\\\\n");
        });
        text.append("    \\bottomrule\n  \\end{tabular}\n\\end{table}\n");
    }

    private static String cell(Row row) {
        if (row == null) {
            return "";
        }
        return switch (row.verdict()) {
            case UNSUPPORTED -> "--";
            case FAIL -> "failed";
            case PASS ->
                String.format(
                        Locale.ROOT,
                        "%s\\,[%s, %s]%s",
                        Numbers.significant(row.medianMillis()),
                        Numbers.significant(row.summary().interval().low() / 1e6),
                        Numbers.significant(row.summary().interval().high() / 1e6),
                        row.summary().stable() ? "" : "$^{\\ast}$");
        };
    }

    /** Text as LaTeX prints it. */
    static String escape(String text) {
        var escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> escaped.append("\\textbackslash{}");
                case '~' -> escaped.append("\\textasciitilde{}");
                case '^' -> escaped.append("\\textasciicircum{}");
                case '&', '%', '$', '#', '_', '{', '}' -> escaped.append('\\').append(c);
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
