package tornado.attention.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tornado.attention.report.Contender;
import tornado.attention.report.Row;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.report.internal.text.TextTable;

/** The rows as a table for a terminal: a line a case, a column a contender. */
final class CompareTable {
    private CompareTable() {}

    static List<String> lines(List<Row> rows) {
        var cases = new LinkedHashMap<String, Map<String, Row>>();
        var contenders = new LinkedHashSet<String>();
        for (var row : rows) {
            cases.computeIfAbsent(row.info().id(), id -> new LinkedHashMap<>()).put(row.who(), row);
            contenders.add(row.who());
        }
        var head = new ArrayList<String>(List.of("module", "shape"));
        contenders.forEach(c -> head.add(">" + c));
        var baselines = Contender.BASELINES.stream()
                .filter(b -> rows.stream().anyMatch(r -> r.ratios().containsKey(b)))
                .toList();
        boolean rates = rows.stream().anyMatch(r -> r.timed() && r.cost() != null);
        if (rates) {
            head.addAll(List.of(">Gmacs/s", ">GB/s"));
        }
        baselines.forEach(b -> head.add(">x " + Contender.nameOf(b)));
        var table = new TextTable(head.toArray(String[]::new));
        cases.values().forEach(byContender -> table.row(cells(byContender, contenders, baselines, rates)));
        var lines = new ArrayList<String>();
        long unsteady = rows.stream().filter(r -> r.timed() && !r.steady()).count();
        if (unsteady > 0) {
            lines.add(unsteady + " of " + rows.stream().filter(Row::timed).count()
                    + " timed rows never became steady in their warm-up: their times may still fall.");
        }
        lines.addAll(table.lines());
        lines.add("");
        lines.add("Medians in ms, end to end; ~ marks a spread over 10 % of the median. Rates and ratios are"
                + " those of the fastest device.");
        rows.stream()
                .filter(r -> !r.timed())
                .map(r -> r.info().id() + " on " + r.who() + ": " + r.verdict().word() + ". " + r.reason())
                .distinct()
                .forEach(lines::add);
        return lines;
    }

    private static String[] cells(
            Map<String, Row> byContender, Set<String> contenders, List<String> baselines, boolean rates) {
        var any = byContender.values().iterator().next();
        var cells =
                new ArrayList<String>(List.of(any.info().module(), any.info().shape()));
        contenders.forEach(c -> cells.add(time(byContender.get(c))));
        var best = byContender.values().stream()
                .filter(Row::timed)
                .filter(r -> !r.contender().baseline())
                .min((a, b) -> Double.compare(a.summary().median(), b.summary().median()));
        if (rates) {
            cells.add(best.filter(r -> r.cost() != null)
                    .map(r -> Numbers.significant(r.gmacsPerSecond()))
                    .orElse(""));
            cells.add(best.filter(r -> r.cost() != null)
                    .map(r -> Numbers.significant(r.gbytesPerSecond()))
                    .orElse(""));
        }
        baselines.forEach(b -> cells.add(best.map(r -> ratio(r, b)).orElse("")));
        return cells.toArray(String[]::new);
    }

    private static String time(Row row) {
        if (row == null) {
            return "";
        }
        return switch (row.verdict()) {
            case PASS ->
                Numbers.significant(row.medianMillis()) + (row.summary().stable() ? " " : "~");
            case FAIL -> "FAILED ";
            case UNSUPPORTED -> "- ";
        };
    }

    private static String ratio(Row row, String baseline) {
        var ratio = row.ratios().get(baseline);
        return ratio == null ? "" : Numbers.significant(ratio.value());
    }
}
