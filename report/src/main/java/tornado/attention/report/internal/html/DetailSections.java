package tornado.attention.report.internal.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tornado.attention.report.Row;
import tornado.attention.report.internal.text.Numbers;

/** Roofline, accuracy, phases, cost and the series behind the medians. */
final class DetailSections {
    /** Series that are drawn; all of them are in {@code results.jsonl}. */
    private static final int SERIES = 24;

    private DetailSections() {}

    static String roofline(Content content) {
        var cards = new ArrayList<String>();
        Content.by(
                        content.timed().stream()
                                .filter(r -> r.ceiling() != null && r.cost() != null)
                                .toList(),
                        Row::who)
                .forEach((who, rows) -> cards.add(RooflineChart.of(who, rows, content.palette())));
        return TimeSections.cards(
                "roofline",
                "Roofline",
                "What cases reach of what their device can do. The slope is the measured copy bandwidth,"
                        + " the level the measured rate of"
                        + " multiply-adds; traffic is counted as every tensor read and written once, so a"
                        + " case whose data stay in a cache"
                        + " may lie above the slope.",
                cards);
    }

    static String accuracy(Content content) {
        var chart = new DotChart(
                "Error against float64",
                "Largest error of a module over its cases, relative to the largest value; the tick is the tolerance.",
                "relative error",
                content.palette());
        var table = new Table(
                "module",
                "shape",
                "contender",
                ">relative",
                ">absolute",
                ">tolerance",
                ">images",
                "why this tolerance");
        Content.by(
                        content.rows().stream().filter(r -> r.check() != null).toList(),
                        r -> r.info().module())
                .forEach((module, rows) -> {
                    Content.by(rows, Row::who).values().forEach(of -> chart.add(worst(of)));
                    chart.limit(
                            module,
                            rows.stream()
                                    .mapToDouble(r -> r.check().tolerance())
                                    .min()
                                    .orElseThrow());
                    rows.forEach(r -> table.row(
                            module,
                            r.info().shape(),
                            r.who(),
                            Numbers.error(r.check().maxRel()),
                            Numbers.error(r.check().maxAbs()),
                            Numbers.error(r.check().tolerance()),
                            Integer.toString(r.check().images()),
                            r.check().why()));
                });
        var cards = chart.isEmpty() ? List.<String>of() : List.of(chart.html(table));
        return TimeSections.cards(
                "accuracy",
                "Accuracy",
                "Every output of every case against the same formula in float64, computed by an independent source.",
                cards);
    }

    private static DotChart.Dot worst(List<Row> rows) {
        var row = rows.stream()
                .max(Comparator.comparingDouble(r -> r.check().maxRel()))
                .orElseThrow();
        double error = row.check().maxRel();
        return new DotChart.Dot(
                row.info().module(),
                row.who(),
                error,
                error,
                error,
                row.info().id() + ", " + row.who() + ": " + Numbers.error(error) + " of "
                        + Numbers.error(row.check().tolerance()));
    }

    static String cost(Content content) {
        var table = new Table(
                "module",
                "shape",
                ">parameters",
                ">MACs",
                ">MACs done",
                ">bytes",
                ">kernels",
                ">device memory",
                ">ms",
                "fastest device");
        Content.by(
                        content.rows().stream().filter(r -> r.cost() != null).toList(),
                        r -> r.info().id())
                .values()
                .forEach(rows -> {
                    var first = rows.getFirst();
                    var cost = first.cost();
                    var fastest = Content.fastest(rows);
                    table.row(
                            first.info().module(),
                            first.info().shape(),
                            Numbers.count(cost.parameters()),
                            Numbers.scaled(cost.macs()),
                            Numbers.scaled(cost.workMacs()),
                            Numbers.scaled(cost.bytes()) + "B",
                            Integer.toString(cost.kernels()),
                            Numbers.scaled(cost.peakDeviceBytes()) + "B",
                            fastest.map(r -> Numbers.significant(r.medianMillis()))
                                    .orElse(""),
                            fastest.map(Row::who).orElse(""));
                });
        var charts = new Html();
        Content.by(
                        content.timed().stream()
                                .filter(r -> r.cost() != null && !r.contender().baseline())
                                .toList(),
                        Row::who)
                .forEach((who, rows) -> {
                    charts.raw(CostChart.of(
                            who, "multiply-adds", rows, r -> r.cost().macs(), content.palette()));
                    charts.raw(
                            CostChart.of(who, "parameters", rows, r -> r.cost().parameters(), content.palette()));
                });
        return new Html()
                .raw("<section id=\"cost\">")
                .element("h2", "Cost per module")
                .raw("<div class=\"cards\">")
                .raw(charts.toString())
                .raw("</div>")
                .paragraph("MACs as the paper counts them; MACs done by the kernels that are launched, fewer"
                        + " where the port reorders;"
                        + " bytes of device memory traffic a run.")
                .raw(table.html())
                .raw("</section>\n")
                .toString();
    }

    static String phases(Content content) {
        var table = new Table(
                "module",
                "shape",
                "contender",
                ">build",
                ">compile",
                ">first run",
                ">to device",
                ">kernels",
                ">to host",
                ">end to end",
                "program cache");
        for (var row : content.timed()) {
            var phases = row.phases();
            table.row(
                    row.info().module(),
                    row.info().shape(),
                    row.who(),
                    millis(phases.build()),
                    millis(phases.compile()),
                    millis(phases.firstRun()),
                    millis(phases.up()),
                    millis(phases.kernels()),
                    millis(phases.down()),
                    Numbers.significant(row.medianMillis()),
                    phases.cache());
        }
        return new Html()
                .raw("<section id=\"phases\">")
                .element("h2", "Phases")
                .paragraph("Milliseconds of each phase apart. Build, compile and first run happen once;"
                        + " transfers and kernels are from a"
                        + " separate profiled pass and do not add up to the end-to-end time, which"
                        + " is measured without the profiler. All"
                        + " ratios in this report compare end-to-end times only.")
                .raw("<details><summary>All phases</summary>")
                .raw(table.html())
                .raw("</details></section>\n")
                .toString();
    }

    private static String millis(long nanos) {
        return nanos == 0 ? "" : Numbers.significant(nanos / 1e6);
    }

    static String iterations(Content content) {
        var cards = content.timed().stream()
                .filter(r -> r.sets().getFirst().series() != null)
                .sorted(Comparator.comparingDouble((Row r) -> r.summary().spread())
                        .reversed())
                .limit(SERIES)
                .map(r -> IterationChart.of(r, content.palette()))
                .toList();
        return TimeSections.cards(
                "iterations",
                "Iterations",
                "Every run of a case, least stable first; all series are in results.jsonl. The shaded parts"
                        + " are warm-ups, one a JVM, which end when the series is steady and the JVM compiles"
                        + " no more.",
                cards);
    }
}
