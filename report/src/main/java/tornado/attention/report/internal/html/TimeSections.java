package tornado.attention.report.internal.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import tornado.attention.report.Contender;
import tornado.attention.report.Row;
import tornado.attention.report.internal.text.Numbers;

/** Latency and throughput by shape, ratios to the baselines, and where a device is slower than one. */
final class TimeSections {
    /** Charts that are open; of a long list of shapes the rest is folded. */
    private static final int OPEN = 6;

    private TimeSections() {}

    static String latency(Content content) {
        return section(
                content,
                "latency",
                "Latency",
                "Median end-to-end time of one run: inputs to the device, kernels, outputs to the host."
                        + " Whiskers are 95 % intervals. Further left is faster.",
                "ms a run",
                Row::medianMillis,
                true);
    }

    static String throughput(Content content) {
        return section(
                content,
                "throughput",
                "Throughput",
                "Images a second of end-to-end runs; a row that never became steady is marked. Further right is better.",
                "images a second",
                Row::imagesPerSecond,
                false);
    }

    private static String section(
            Content content,
            String id,
            String title,
            String note,
            String axis,
            ToDoubleFunction<Row> value,
            boolean whiskers) {
        var cards = new ArrayList<String>();
        Content.by(content.timed(), r -> r.info().shape())
                .forEach((shape, rows) -> cards.add(card(content, title, shape, rows, axis, value, whiskers)));
        return cards(id, title, note, cards);
    }

    private static String card(
            Content content,
            String title,
            String shape,
            List<Row> rows,
            String axis,
            ToDoubleFunction<Row> value,
            boolean whiskers) {
        var chart = new DotChart(title + " at " + shape.replace("x", "\u00d7"), "", axis, content.palette());
        var table = new Table(
                "module",
                "contender",
                ">median ms",
                ">95 % low",
                ">95 % high",
                ">p95 ms",
                ">p99 ms",
                ">JVMs",
                ">runs",
                ">images/s",
                "");
        var modules = new ArrayList<>(Content.by(rows, r -> r.info().id()).values());
        modules.sort(Comparator.comparingDouble(
                group -> group.stream().mapToDouble(Row::medianMillis).min().orElse(0)));
        for (var group : modules) {
            for (var row : group) {
                double low = whiskers ? row.summary().interval().low() / 1e6 : value.applyAsDouble(row);
                double high = whiskers ? row.summary().interval().high() / 1e6 : value.applyAsDouble(row);
                chart.add(new DotChart.Dot(
                        row.info().module(),
                        row.who(),
                        value.applyAsDouble(row),
                        low,
                        high,
                        row.info().module() + ", " + row.who() + ": " + Numbers.significant(value.applyAsDouble(row))
                                + " " + axis));
                times(table, row);
            }
        }
        return chart.html(table);
    }

    private static void times(Table table, Row row) {
        var summary = row.summary();
        table.row(
                row.info().module(),
                row.who(),
                Numbers.significant(row.medianMillis()),
                Numbers.significant(summary.interval().low() / 1e6),
                Numbers.significant(summary.interval().high() / 1e6),
                Numbers.significant(summary.p95() / 1e6),
                Numbers.significant(summary.p99() / 1e6),
                Integer.toString(summary.forks()),
                Integer.toString(summary.runs()),
                Numbers.significant(row.imagesPerSecond()),
                (summary.stable() ? "" : "unstable ") + (row.steady() ? "" : "not steady"));
    }

    /** A section of cards; a long list is folded behind the first ones. */
    static String cards(String id, String title, String note, List<String> cards) {
        var html = new Html()
                .raw("<section id=\"" + id + "\">")
                .element("h2", title)
                .paragraph(note);
        html.raw("<div class=\"cards\">");
        cards.stream().limit(OPEN).forEach(html::raw);
        html.raw("</div>\n");
        if (cards.size() > OPEN) {
            html.raw("<details class=\"more\">")
                    .element("summary", (cards.size() - OPEN) + " more charts")
                    .raw("<div class=\"cards\">");
            cards.stream().skip(OPEN).forEach(html::raw);
            html.raw("</div></details>\n");
        }
        return html.raw("</section>\n").toString();
    }

    static String baselines(Content content) {
        var cards = new ArrayList<String>();
        for (var baseline : Contender.BASELINES) {
            Content.by(content.timed(), r -> r.info().shape())
                    .forEach((shape, rows) ->
                            ratioCard(content, baseline, shape, rows).ifPresent(cards::add));
        }
        var html = new Html()
                .raw(cards(
                                "baselines",
                                "Against the baselines",
                                "A baseline's median end-to-end time over the contender's, with its 95 %"
                                        + " interval over paired rounds. Right of the line is faster than the baseline.",
                                cards)
                        .replaceFirst("</section>\\s*$", ""));
        return html.raw(slower(content)).raw("</section>\n").toString();
    }

    private static Optional<String> ratioCard(Content content, String baseline, String shape, List<Row> rows) {
        var shown = rows.stream()
                .filter(r -> r.ratios().containsKey(baseline))
                .filter(r -> !r.contender().key().equals(baseline))
                .filter(r -> !r.contender().baseline() || baseline.equals(Contender.SEQUENTIAL))
                .toList();
        if (shown.isEmpty()) {
            return Optional.empty();
        }
        var chart = new DotChart(
                "Against " + Contender.nameOf(baseline) + " at " + shape.replace("x", "\u00d7"),
                "",
                "times as fast as " + Contender.nameOf(baseline),
                content.palette());
        chart.reference(1);
        var table = new Table("module", "contender", ">ratio", ">95 % low", ">95 % high", ">p");
        var groups = new ArrayList<>(Content.by(shown, r -> r.info().id()).values());
        groups.sort(Comparator.comparingDouble(g -> -g.stream()
                .mapToDouble(r -> r.ratios().get(baseline).value())
                .max()
                .orElse(0)));
        for (var group : groups) {
            for (var row : group) {
                var ratio = row.ratios().get(baseline);
                chart.add(new DotChart.Dot(
                        row.info().module(),
                        row.who(),
                        ratio.value(),
                        ratio.interval().low(),
                        ratio.interval().high(),
                        row.info().module() + ", " + row.who() + ": " + Numbers.significant(ratio.value()) + "\u00d7"));
                table.row(
                        row.info().module(),
                        row.who(),
                        Numbers.significant(ratio.value()),
                        Numbers.significant(ratio.interval().low()),
                        Numbers.significant(ratio.interval().high()),
                        Numbers.significant(ratio.pValue()));
            }
        }
        return Optional.of(chart.html(table));
    }

    private static String slower(Content content) {
        var table = new Table("module", "shape", "contender", "baseline", ">ratio", ">95 % low", ">95 % high", ">p");
        for (var row : content.timed()) {
            if (row.contender().baseline()) {
                continue;
            }
            row.ratios().entrySet().stream()
                    .filter(e -> e.getValue().slower())
                    .forEach(e -> table.row(
                            row.info().module(),
                            row.info().shape(),
                            row.who(),
                            Contender.nameOf(e.getKey()),
                            Numbers.significant(e.getValue().value()),
                            Numbers.significant(e.getValue().interval().low()),
                            Numbers.significant(e.getValue().interval().high()),
                            Numbers.significant(e.getValue().pValue())));
        }
        var html = new Html().raw("<div id=\"slower\">").element("h3", "Where a device is slower than a baseline");
        if (table.isEmpty()) {
            html.paragraph("Nowhere: no interval lies wholly below 1 with a rank test below 0.05.");
        } else {
            html.paragraph("Rows whose whole interval lies below 1 and whose rank test over rounds is below 0.05.")
                    .raw(table.html());
        }
        return html.raw("</div>\n").toString();
    }
}
