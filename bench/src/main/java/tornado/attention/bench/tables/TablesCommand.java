package tornado.attention.bench.tables;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tornado.attention.bench.cli.ExitCode;
import tornado.attention.report.internal.text.Json;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.report.internal.text.TextTable;

/** {@code attn tables}: published parameters and MACs of networks beside what their layers add up to. */
@Command(
        name = "tables",
        mixinStandardHelpOptions = true,
        description = {
            "Counts parameters and multiply-accumulates of published networks and holds them against their papers.",
            "Every count is the sum over a list of layers and what the modules say of themselves; none is stored."
        })
public final class TablesCommand implements Callable<Integer> {
    private static final String NONE = "-";

    /** Longest line of a sentence. */
    private static final int WIDTH = 110;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var tables = tables();
        if (json) {
            Json.print(out, tables.stream().map(TablesCommand::json).toList());
            return ExitCode.OK;
        }
        tables.forEach(table -> print(out, table));
        var rows = tables.stream().flatMap(t -> t.rows().stream()).toList();
        out.println(summary(rows));
        sources(rows).forEach(s -> out.println("  " + s.key() + ": " + s.title()));
        out.println("  * figure from memory, not looked up again in the paper.");
        out.flush();
        return ExitCode.OK;
    }

    /** All tables. */
    static List<PublishedTable> tables() {
        var counts = new ModuleCounts();
        return List.of(
                EcaTable.parameters(counts),
                EcaTable.flops(counts),
                ResNetTables.gates(counts),
                ResNetTables.single(counts),
                OtherTables.networks(counts),
                OtherTables.overheads(counts),
                OtherTables.elsewhere(counts),
                OtherTables.small(counts));
    }

    private static void print(PrintWriter out, PublishedTable table) {
        out.println(table.title());
        wrapped(table.convention(), "  ").forEach(out::println);
        var text =
                new TextTable("network", "quantity", ">published", ">counted", ">in its unit", "verdict", "source", "");
        var notes = new ArrayList<String>();
        for (var row : table.rows()) {
            if (!row.note().isEmpty() && !notes.contains(row.note())) {
                notes.add(row.note());
            }
            var figure = row.figure();
            text.row(
                    row.network(),
                    row.quantity(),
                    figure == null ? NONE : figure.text(),
                    Numbers.count(row.computed()),
                    figure == null ? NONE : figure.text(row.computed()),
                    row.verdict().text(),
                    figure == null ? NONE : figure.source().key(),
                    row.note().isEmpty() ? "" : mark(notes.indexOf(row.note())));
        }
        text.lines().forEach(line -> out.println("  " + line));
        for (int i = 0; i < notes.size(); i++) {
            wrapped(mark(i) + " " + notes.get(i), "    ").forEach(out::println);
        }
        out.println();
    }

    private static String mark(int note) {
        return "[" + (note + 1) + "]";
    }

    /** A sentence in lines that fit a terminal. */
    private static List<String> wrapped(String sentence, String indent) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder(indent);
        for (var word : sentence.split(" ")) {
            if (line.length() + word.length() + 1 > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(indent);
            }
            line.append(line.length() == indent.length() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private static String summary(List<TableRow> rows) {
        return rows.size() + " numbers: " + number(rows, Agreement.EXACT) + " exact, "
                + number(rows, Agreement.LAST_DIGIT)
                + " off by one in the last printed digit, " + number(rows, Agreement.DIFFERS) + " that differ, "
                + number(rows, Agreement.NO_FIGURE) + " without a published figure. Sources:";
    }

    private static long number(List<TableRow> rows, Agreement verdict) {
        return rows.stream().filter(r -> r.verdict() == verdict).count();
    }

    private static Stream<Source> sources(List<TableRow> rows) {
        return rows.stream()
                .filter(r -> r.figure() != null)
                .map(r -> r.figure().source())
                .distinct()
                .sorted();
    }

    private static Map<String, Object> json(PublishedTable table) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("title", table.title());
        entry.put("convention", table.convention());
        entry.put("rows", table.rows().stream().map(TablesCommand::json).toList());
        return entry;
    }

    private static Map<String, Object> json(TableRow row) {
        var entry = new LinkedHashMap<String, Object>();
        var figure = row.figure();
        entry.put("network", row.network());
        entry.put("quantity", row.quantity());
        entry.put("published", figure == null ? null : figure.digits());
        entry.put("unit", figure == null ? null : figure.unit().symbol());
        entry.put("unitSize", figure == null ? null : figure.unit().size().longValueExact());
        entry.put("source", figure == null ? null : figure.source().title());
        entry.put("fromMemory", figure == null ? null : !figure.source().reread());
        entry.put("counted", row.computed());
        entry.put("verdict", figure == null ? null : row.verdict().text());
        entry.put("note", row.note());
        return entry;
    }
}
