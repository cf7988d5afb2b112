package tornado.attention.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import tornado.attention.report.ExperimentResult.Arm;
import tornado.attention.report.ExperimentResult.Cost;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.report.internal.text.TextTable;
import tornado.attention.report.statistics.StudentInterval;

/** The result of an experiment as tables: for a terminal, a spreadsheet, a paper. */
public final class ExperimentTables {
    private ExperimentTables() {}

    /** Arms that have runs, the most accurate first. */
    public static List<Arm> ranked(ExperimentResult result) {
        return result.arms().stream()
                .filter(a -> !a.runs().isEmpty())
                .sorted(Comparator.comparingDouble(
                                (Arm a) -> a.accuracy().orElseThrow().mean())
                        .reversed())
                .toList();
    }

    /** For a terminal. */
    public static List<String> text(ExperimentResult result) {
        var head = new ArrayList<String>(
                List.of("network", ">seeds", ">accuracy %", ">against none", ">parameters", ">MACs"));
        var places = result.places();
        places.forEach(p -> head.add(">ms an image, of " + p.batch()));
        var table = new TextTable(head.toArray(String[]::new));
        for (var arm : ranked(result)) {
            var cells = new ArrayList<String>(List.of(
                    arm.title(),
                    Integer.toString(arm.runs().size()),
                    percent(arm.accuracy(), false),
                    percent(difference(result, arm), true),
                    Numbers.count(arm.parameters()),
                    Numbers.count(arm.macs())));
            places.forEach(p -> cells.add(arm.cost(p.device(), p.batch())
                    .map(c -> Numbers.significant(c.millis()))
                    .orElse("")));
            table.row(cells.toArray(String[]::new));
        }
        var lines = new ArrayList<>(table.lines());
        lines.add("");
        lines.add(
                "Accuracy on the images to judge by after the last epoch, with its 95 % interval over seeds; against none: the"
                        + " difference, paired by seed.");
        if (!places.isEmpty()) {
            lines.add("Energy: " + result.energy() + ".");
        }
        return lines;
    }

    /** How much better an arm is than the network as it is. */
    public static Optional<StudentInterval> difference(ExperimentResult result, Arm arm) {
        return result.plain(arm).flatMap(arm::better);
    }

    /** {@code 87.31 ± 0.42}, of shares in per cent; with a sign where it is a difference. */
    public static String percent(Optional<StudentInterval> interval, boolean difference) {
        return interval.map(i -> {
                    var mean = (difference && i.mean() >= 0 ? "+" : "") + Numbers.fixed(100 * i.mean(), 2);
                    return Double.isNaN(i.half()) ? mean : mean + " ± " + Numbers.fixed(100 * i.half(), 2);
                })
                .orElse("");
    }

    /** A line an arm. */
    public static String csv(ExperimentResult result) throws IOException {
        var head = new ArrayList<String>(List.of(
                "network",
                "attention",
                "seeds",
                "accuracy",
                "accuracy_low",
                "accuracy_high",
                "difference",
                "difference_low",
                "difference_high",
                "parameters",
                "macs"));
        var places = result.places();
        for (var place : places) {
            var where = "[" + place.device() + ", batch " + place.batch() + "]";
            head.addAll(List.of(
                    "ms_per_image " + where,
                    "ms_per_image_low " + where,
                    "ms_per_image_high " + where,
                    "joules_per_image " + where));
        }
        var rows = new ArrayList<List<Object>>();
        for (var arm : result.arms()) {
            var row = new ArrayList<Object>(
                    List.of(arm.network(), arm.attention(), arm.runs().size()));
            interval(row, arm.accuracy());
            interval(row, difference(result, arm));
            row.add(arm.parameters());
            row.add(arm.macs());
            for (var place : places) {
                cost(row, arm.cost(place.device(), place.batch()));
            }
            rows.add(row);
        }
        return printed(head, rows);
    }

    private static void interval(List<Object> row, Optional<StudentInterval> interval) {
        row.add(interval.map(StudentInterval::mean).orElse(null));
        row.add(interval.map(StudentInterval::low).filter(Double::isFinite).orElse(null));
        row.add(interval.map(StudentInterval::high).filter(Double::isFinite).orElse(null));
    }

    private static void cost(List<Object> row, Optional<Cost> cost) {
        row.add(cost.map(Cost::millis).orElse(null));
        row.add(cost.map(Cost::low).orElse(null));
        row.add(cost.map(Cost::high).orElse(null));
        row.add(cost.map(Cost::joules).orElse(null));
    }

    /** A line an epoch of each run. */
    public static String runs(ExperimentResult result) throws IOException {
        var head = List.of(
                "network",
                "attention",
                "seed",
                "epoch",
                "rate",
                "train_loss",
                "train_accuracy",
                "test_loss",
                "test_accuracy",
                "seconds",
                "images_per_s");
        var rows = new ArrayList<List<Object>>();
        for (var arm : result.arms()) {
            for (var run : arm.runs()) {
                for (var e : run.epochs()) {
                    rows.add(List.of(
                            arm.network(),
                            arm.attention(),
                            run.seed(),
                            e.epoch(),
                            e.rate(),
                            e.trainLoss(),
                            e.trainAccuracy(),
                            e.testLoss(),
                            e.testAccuracy(),
                            e.seconds(),
                            e.imagesPerS()));
                }
            }
        }
        return printed(head, rows);
    }

    private static String printed(List<String> head, List<List<Object>> rows) throws IOException {
        var text = new StringBuilder();
        var format = CSVFormat.RFC4180
                .builder()
                .setHeader(head.toArray(String[]::new))
                .get();
        try (var printer = new CSVPrinter(text, format)) {
            for (var row : rows) {
                printer.printRecord(row);
            }
        }
        return text.toString();
    }

    /** For a paper ({@code booktabs}). */
    public static String latex(ExperimentResult result) {
        var places = result.places();
        var text = new StringBuilder("% Written by attn experiment; \\usepackage{booktabs} in the preamble.\n");
        text.append("\\begin{table}\n  \\centering\n  \\caption{")
                .append(LatexTables.escape(result.title()))
                .append(
                        ". Accuracy in \\% with its 95\\,\\% interval over seeds; $\\Delta$: against the network without"
                                + " attention, paired by seed.}\n  \\begin{tabular}{lrrrr")
                .append("r".repeat(places.size()))
                .append("}\n    \\toprule\n    Network & Accuracy & $\\Delta$ & Parameters & MACs");
        places.forEach(p -> text.append(" & ms (")
                .append(LatexTables.escape("batch " + p.batch()))
                .append(")"));
        text.append(" \\\\\n    \\midrule\n");
        for (var arm : ranked(result)) {
            text.append("    ")
                    .append(LatexTables.escape(arm.title()))
                    .append(" & ")
                    .append(latex(percent(arm.accuracy(), false)))
                    .append(" & ")
                    .append(latex(percent(difference(result, arm), true)))
                    .append(" & ")
                    .append(Numbers.count(arm.parameters()))
                    .append(" & ")
                    .append(Numbers.scaled(arm.macs()));
            places.forEach(p -> text.append(" & ")
                    .append(arm.cost(p.device(), p.batch())
                            .map(c -> Numbers.significant(c.millis()))
                            .orElse("")));
            text.append(" \\\\\n");
        }
        return text.append("    \\bottomrule\n  \\end{tabular}\n\\end{table}\n").toString();
    }

    private static String latex(String number) {
        return number.isEmpty() ? "" : "$" + number.replace("±", "\\pm") + "$";
    }
}
