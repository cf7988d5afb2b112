package tornado.attention.report.internal.html;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tornado.attention.report.Environment;
import tornado.attention.report.Row;

/**
 * What a report is about.
 *
 * @param environments identity of each run
 * @param rows all rows
 * @param palette marks of the contenders
 */
record Content(List<Environment> environments, List<Row> rows, Palette palette) {
    Content(List<Environment> environments, List<Row> rows) {
        this(List.copyOf(environments), List.copyOf(rows), new Palette(rows));
    }

    /** Rows with a time. */
    List<Row> timed() {
        return rows.stream().filter(Row::timed).toList();
    }

    /** Rows by something, in order of appearance. */
    static <K> Map<K, List<Row>> by(List<Row> rows, Function<Row, K> key) {
        var groups = new LinkedHashMap<K, List<Row>>();
        rows.forEach(r ->
                groups.computeIfAbsent(key.apply(r), k -> new ArrayList<>()).add(r));
        return groups;
    }

    /** The fastest device of a case; empty where none has a time. */
    static Optional<Row> fastest(List<Row> rows) {
        return rows.stream()
                .filter(Row::timed)
                .filter(r -> !r.contender().baseline())
                .min((a, b) -> Double.compare(a.summary().median(), b.summary().median()));
    }
}
