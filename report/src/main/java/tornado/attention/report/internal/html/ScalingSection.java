package tornado.attention.report.internal.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import tornado.attention.report.Row;
import tornado.attention.report.internal.text.Numbers;

/** How time grows with pixels, channels and batch, and what further threads bring. */
final class ScalingSection {
    /** Sizes a line needs. */
    private static final int FEWEST = 3;

    private ScalingSection() {}

    /** A size that shapes differ in. */
    private enum Dimension {
        PIXELS("pixels") {
            @Override
            double of(Row row) {
                return row.info().map().pixels();
            }

            @Override
            String rest(Row row) {
                return row.info().map().batch() + " image(s) of "
                        + row.info().map().channels() + " channels";
            }
        },
        CHANNELS("channels") {
            @Override
            double of(Row row) {
                return row.info().map().channels();
            }

            @Override
            String rest(Row row) {
                var map = row.info().map();
                return map.batch() + " image(s) of " + map.height() + " \u00d7 " + map.width();
            }
        },
        BATCH("images a batch") {
            @Override
            double of(Row row) {
                return row.info().map().batch();
            }

            @Override
            String rest(Row row) {
                var map = row.info().map();
                return map.channels() + " \u00d7 " + map.height() + " \u00d7 " + map.width();
            }
        };

        final String label;

        Dimension(String label) {
            this.label = label;
        }

        abstract double of(Row row);

        /** The other sizes, which are the same along a line. */
        abstract String rest(Row row);
    }

    static String of(Content content) {
        var cards = new ArrayList<String>();
        for (var dimension : Dimension.values()) {
            Content.by(content.timed(), Row::who)
                    .forEach((who, rows) -> sizes(dimension, who, rows).ifPresent(cards::add));
        }
        threads(content).ifPresent(cards::add);
        return TimeSections.cards(
                "scaling",
                "Scaling",
                cards.isEmpty()
                        ? "This run holds no series of sizes: run attn compare without --quick, or merge"
                                + " runs with different --threads."
                        : "How time grows with the sizes of a case and shrinks with threads. A run with"
                                + " --quick has no series of sizes.",
                cards);
    }

    /** For one contender the lines of all modules that were run at enough sizes. */
    private static Optional<String> sizes(Dimension dimension, String who, List<Row> rows) {
        var series = Content.by(rows, dimension::rest).entrySet().stream()
                .max(Comparator.comparingLong(e -> distinct(e.getValue(), dimension::of)));
        if (series.isEmpty() || distinct(series.get().getValue(), dimension::of) < FEWEST) {
            return Optional.empty();
        }
        var chart = new LineChart(
                "Over " + dimension.label + ": " + who,
                "At " + series.get().getKey() + "; one line a module, equal slopes are equal growth.",
                dimension.label,
                "ms");
        Content.by(series.get().getValue(), r -> r.info().module()).forEach((module, of) -> {
            if (distinct(of, dimension::of) >= FEWEST) {
                chart.add(line(module, of, dimension::of, Row::medianMillis));
            }
        });
        return chart.isEmpty() ? Optional.empty() : Optional.of(chart.html());
    }

    private static long distinct(List<Row> rows, ToDoubleFunction<Row> size) {
        return rows.stream().mapToDouble(size).distinct().count();
    }

    private static LineChart.Line line(
            String name, List<Row> rows, ToDoubleFunction<Row> size, ToDoubleFunction<Row> value) {
        var sorted = rows.stream().sorted(Comparator.comparingDouble(size)).toList();
        return new LineChart.Line(
                name,
                sorted.stream().mapToDouble(size).toArray(),
                sorted.stream().mapToDouble(value).toArray());
    }

    /**
     * Speed-up over the fewest threads, for each module at its largest shape; several runs on one processor belong
     * together.
     */
    private static Optional<String> threads(Content content) {
        var embedded = content.timed().stream()
                .filter(r -> r.contender().threads() > 0 && !r.contender().baseline())
                .toList();
        var series = new ArrayList<List<Row>>();
        Content.by(
                        embedded,
                        r -> r.info().module() + "\n" + r.contender().engine() + "\n"
                                + r.environment().machine().cpu())
                .values()
                .forEach(rows -> Content.by(rows, r -> r.info().shape()).values().stream()
                        .filter(same -> distinct(same, r -> r.contender().threads()) > 1)
                        .max(Comparator.comparingLong(
                                same -> same.getFirst().info().map().elements()))
                        .ifPresent(same -> series.add(byThreads(same))));
        if (series.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(series.stream().anyMatch(s -> s.size() > 2) ? lines(series) : dots(content, series));
    }

    /** One row for each number of threads, ascending. */
    private static List<Row> byThreads(List<Row> rows) {
        return Content.by(rows, r -> r.contender().threads()).values().stream()
                .map(List::getFirst)
                .sorted(Comparator.comparingInt(r -> r.contender().threads()))
                .toList();
    }

    private static double speedUp(List<Row> rows, Row row) {
        return rows.getFirst().summary().median() / row.summary().median();
    }

    private static String lines(List<List<Row>> series) {
        var chart = new LineChart(
                "Over threads",
                "Each module at its largest shape, relative to its fewest threads.",
                "threads",
                "times as fast");
        series.forEach(rows -> chart.add(
                line(rows.getFirst().info().module(), rows, r -> r.contender().threads(), r -> speedUp(rows, r))));
        return chart.html();
    }

    /** With two numbers of threads there is one figure a module: marks read better than lines. */
    private static String dots(Content content, List<List<Row>> series) {
        var most = series.getFirst().getLast();
        var chart = new DotChart(
                "More threads",
                "Each module at its largest shape, relative to its fewest threads; the tick is the ratio of"
                        + " the threads.",
                "times as fast",
                content.palette());
        chart.reference(1);
        var table = new Table("module", "shape", ">threads", ">than", ">times as fast");
        var sorted = series.stream()
                .sorted(Comparator.comparingDouble(rows -> -speedUp(rows, rows.getLast())))
                .toList();
        for (var rows : sorted) {
            var row = rows.getLast();
            double ratio = speedUp(rows, row);
            int fewest = rows.getFirst().contender().threads();
            chart.limit(row.info().module(), (double) row.contender().threads() / fewest);
            chart.add(new DotChart.Dot(
                    row.info().module(),
                    row.who(),
                    ratio,
                    ratio,
                    ratio,
                    row.info().id() + ": " + Numbers.significant(ratio) + " times as fast on "
                            + most.contender().threads() + " threads"));
            table.row(
                    row.info().module(),
                    row.info().shape(),
                    Integer.toString(row.contender().threads()),
                    Integer.toString(fewest),
                    Numbers.significant(ratio));
        }
        return chart.html(table);
    }
}
