package tornado.attention.report.internal.html;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tornado.attention.report.Contender;
import tornado.attention.report.Environment;
import tornado.attention.report.Row;
import tornado.attention.report.Verdict;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.report.statistics.GeometricMean;

/** What came out, in a few numbers and a line for each contender. */
final class SummarySection {
    private static final int NAMED = 6;

    private SummarySection() {}

    static String of(Content content) {
        var rows = content.rows();
        var html = new Html().raw("<section id=\"summary\">").element("h2", "Summary");
        html.raw("<dl class=\"tiles\">");
        html.tile(
                "Modules",
                Integer.toString(Content.by(rows, r -> r.info().module()).size()));
        html.tile("Cases", Integer.toString(Content.by(rows, r -> r.info().id()).size()));
        html.tile("Contenders", Integer.toString(content.palette().contenders().size()));
        html.tile("Checked and right", count(rows, Verdict.PASS));
        html.tile("Unsupported", count(rows, Verdict.UNSUPPORTED));
        html.tile("Wrong", count(rows, Verdict.FAIL));
        html.tile(
                "Never steady",
                Long.toString(rows.stream().filter(SummarySection::isUnsteady).count()));
        html.raw("</dl>\n");
        html.paragraph(sentence(rows));
        content.environments().stream()
                .map(Environment::load)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(html::paragraph);
        content.environments().stream()
                .map(Environment::peer)
                .filter(p -> !p.isEmpty())
                .distinct()
                .forEach(html::paragraph);
        html.raw(contenders(content).html());
        missing(content).forEach(html::paragraph);
        return html.raw("</section>\n").toString();
    }

    private static String count(List<Row> rows, Verdict verdict) {
        return Long.toString(rows.stream().filter(r -> r.verdict() == verdict).count());
    }

    private static String sentence(List<Row> rows) {
        long wrong = rows.stream().filter(r -> r.verdict() == Verdict.FAIL).count();
        long unstable =
                rows.stream().filter(r -> r.timed() && !r.summary().stable()).count();
        long timed = rows.stream().filter(Row::timed).count();
        long unsteady = rows.stream().filter(SummarySection::isUnsteady).count();
        return (unsteady == 0
                        ? ""
                        : unsteady + " of " + timed
                                + " timed rows never became steady in their warm-up: their times may still fall. ")
                + (wrong == 0
                        ? "Every result that was computed agrees with the float64 reference. "
                        : wrong + (wrong == 1 ? " result is wrong and has" : " results are wrong and have")
                                + " no time; the support matrix says why. ")
                + unstable + " of " + timed + " timed rows are marked ~: their spread is over 10 % of the median.";
    }

    private static boolean isUnsteady(Row row) {
        return row.timed() && !row.steady();
    }

    private static Table contenders(Content content) {
        var baselines = Contender.BASELINES.stream()
                .filter(b -> content.rows().stream()
                        .anyMatch(r -> r.contender().key().equals(b)))
                .toList();
        boolean alike = content.rows().stream()
                        .map(r -> r.contender().deviceName())
                        .distinct()
                        .count()
                == 1;
        var head = new ArrayList<>(alike ? List.of("contender", ">timed") : List.of("contender", "hardware", ">timed"));
        baselines.forEach(b -> head.add(">vs " + Contender.nameOf(b)));
        head.addAll(List.of(">copy GB/s", ">peak GMAC/s"));
        var table = new Table(head.toArray(String[]::new));
        Content.by(content.rows(), Row::who).forEach((who, rows) -> table.row(cells(who, rows, baselines, alike)));
        return table;
    }

    private static List<String> cells(String who, List<Row> rows, List<String> baselines, boolean alike) {
        var first = rows.getFirst();
        var ceiling = first.ceiling();
        var cells = new ArrayList<String>();
        cells.add(who);
        if (!alike) {
            cells.add(first.contender().deviceName());
        }
        cells.add(rows.stream().filter(Row::timed).count() + "/" + rows.size());
        baselines.forEach(b -> cells.add(mean(rows, b)));
        cells.add(ceiling == null ? "" : Numbers.significant(ceiling.copyGbytesPerSecond()));
        cells.add(ceiling == null ? "" : Numbers.significant(ceiling.peakGmacsPerSecond()));
        return cells;
    }

    private static String mean(List<Row> rows, String baseline) {
        if (rows.getFirst().contender().key().equals(baseline)) {
            return "";
        }
        var mean = geometric(rows, baseline);
        if (mean.count() == 0) {
            return "";
        }
        var unsteady = rows.stream().anyMatch(SummarySection::isUnsteady) ? " (unsteady rows)" : "";
        return mean.value().isPresent()
                ? Numbers.significant(mean.value().getAsDouble()) + "\u00d7" + unsteady
                : "incomplete (" + mean.count() + "/"
                        + (mean.count() + mean.missing().size()) + ")";
    }

    private static GeometricMean geometric(List<Row> rows, String baseline) {
        var ratios = new LinkedHashMap<String, Double>();
        rows.forEach(r -> ratios.put(
                r.info().id(),
                r.ratios().containsKey(baseline) ? r.ratios().get(baseline).value() : null));
        return GeometricMean.of(ratios);
    }

    /** Sentences that list what geometric means lack. */
    private static List<String> missing(Content content) {
        var sentences = new LinkedHashMap<String, Boolean>();
        sentences.put(
                "Ratios are the baseline's median end-to-end time over the contender's (above 1 is faster);"
                        + " their geometric mean"
                        + " is given only where every case has one.",
                true);
        for (Map.Entry<String, List<Row>> entry :
                Content.by(content.rows(), Row::who).entrySet()) {
            for (var baseline : Contender.BASELINES) {
                var mean = geometric(entry.getValue(), baseline);
                if (mean.count() > 0 && !mean.missing().isEmpty()) {
                    var names = mean.missing().stream().limit(NAMED).toList();
                    sentences.put(
                            entry.getKey() + " against " + Contender.nameOf(baseline) + " lacks "
                                    + String.join(", ", names)
                                    + (mean.missing().size() > NAMED
                                            ? " and " + (mean.missing().size() - NAMED) + " more"
                                            : "")
                                    + ".",
                            true);
                }
            }
        }
        return List.copyOf(sentences.keySet());
    }
}
