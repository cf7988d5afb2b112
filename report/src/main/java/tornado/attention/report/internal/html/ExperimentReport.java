package tornado.attention.report.internal.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import tornado.attention.report.ExperimentResult;
import tornado.attention.report.ExperimentResult.Arm;
import tornado.attention.report.ExperimentResult.Epoch;
import tornado.attention.report.ExperimentResult.Run;
import tornado.attention.report.ExperimentTables;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.report.statistics.StudentInterval;

/** The page of an experiment: accuracy over seeds, accuracy against cost, curves, and what was run where. */
public final class ExperimentReport {
    private static final List<String> PARTS = List.of("summary", "accuracy", "cost", "curves", "identity");

    private static final int ROW = 27;
    private static final int TOP = 8;
    private static final int RIGHT = Svg.WIDTH - 14;
    private static final int INDENT = 10;
    private static final int AXIS = 46;
    private static final int SCATTER = 300;
    private static final int CURVE = 170;

    private final ExperimentResult result;
    private final List<Arm> ranked;

    private ExperimentReport(ExperimentResult result) {
        this.result = result;
        this.ranked = ExperimentTables.ranked(result);
    }

    /** The file's text. */
    public static String of(ExperimentResult result) {
        return new ExperimentReport(result).page();
    }

    private String page() {
        var html = Page.begin(
                result.title(), result.data() + "; " + result.machine().cpu(), PARTS);
        summary(html);
        accuracy(html);
        cost(html);
        curves(html);
        identity(html);
        return Page.end(html);
    }

    private void summary(Html html) {
        html.raw("<section id=\"summary\">").element("h2", "Summary").raw("<dl class=\"tiles\">");
        html.tile("Networks", Integer.toString(result.arms().size()));
        html.tile("Runs done", result.done() + " of " + result.planned());
        html.tile(
                "Best accuracy",
                ranked.isEmpty()
                        ? "-"
                        : Numbers.percent(
                                ranked.getFirst().accuracy().orElseThrow().mean()));
        html.raw("</dl>\n");
        html.paragraph(sentence());
        var places = result.places();
        var head = new ArrayList<>(List.of(
                "network", ">seeds", ">accuracy, %", ">against none", ">parameters", ">more", ">MACs an image"));
        places.forEach(p -> head.add(">ms an image, of " + p.batch()));
        boolean energy = places.stream().anyMatch(p -> p.joules() != null);
        if (energy) {
            places.forEach(p -> head.add(">mJ an image, of " + p.batch()));
        }
        var table = new Table(head.toArray(String[]::new));
        for (var arm : ranked) {
            var cells = new ArrayList<>(List.of(
                    arm.title(),
                    Integer.toString(arm.runs().size()),
                    ExperimentTables.percent(arm.accuracy(), false),
                    ExperimentTables.percent(ExperimentTables.difference(result, arm), true),
                    Numbers.count(arm.parameters()),
                    result.plain(arm)
                            .map(p -> Numbers.percent((double) arm.parameters() / p.parameters() - 1))
                            .orElse(""),
                    Numbers.scaled(arm.macs())));
            places.forEach(p -> cells.add(arm.cost(p.device(), p.batch())
                    .map(c -> Numbers.significant(c.millis()))
                    .orElse("")));
            if (energy) {
                places.forEach(p -> cells.add(arm.cost(p.device(), p.batch())
                        .map(c -> Numbers.significant(1000 * c.joules()))
                        .orElse("")));
            }
            table.row(cells);
        }
        html.raw(table.html()).raw("</section>\n");
    }

    /** What may be concluded, in words. */
    private String sentence() {
        var differences = ranked.stream()
                .flatMap(a -> ExperimentTables.difference(result, a).stream())
                .filter(d -> d.count() > 1)
                .toList();
        if (differences.isEmpty()) {
            return "From one seed nothing can be said of differences: another seed gives another order.";
        }
        long above = differences.stream().filter(d -> d.low() > 0).count();
        long below = differences.stream().filter(d -> d.high() < 0).count();
        return "Of " + differences.size() + (differences.size() == 1 ? " network" : " networks") + " with attention, "
                + above
                + " are better than the network without and "
                + below + " worse, if their 95 % intervals over seeds are taken one by one; of so many, about "
                + Numbers.significant(0.05 * differences.size())
                + " leave out 0 by chance where there is no difference. Intervals from few seeds are wide, and speak of this"
                + " network, these images and this training only.";
    }

    private void accuracy(Html html) {
        html.raw("<section id=\"accuracy\">").element("h2", "Accuracy");
        html.paragraph(
                "On the images to judge by, after the last epoch: each seed as a dot, the mean as a mark with its 95 %"
                        + " interval. Left of the line: worse than without attention.");
        html.raw("<div class=\"cards\">");
        html.raw(strip(
                "Accuracy",
                "per cent, over seeds",
                arm -> arm.runs().stream().map(Run::accuracy).toList(),
                Arm::accuracy,
                null));
        html.raw(strip(
                "Against the network without attention",
                "points of per cent, paired by seed",
                this::differences,
                arm -> ExperimentTables.difference(result, arm),
                0.0));
        html.raw("</div></section>\n");
    }

    private List<Double> differences(Arm arm) {
        var plain = result.plain(arm);
        return plain.isEmpty()
                ? List.of()
                : arm.runs().stream()
                        .flatMap(run -> plain.get().runs().stream()
                                .filter(r -> r.seed() == run.seed())
                                .map(r -> run.accuracy() - r.accuracy()))
                        .toList();
    }

    private interface Values {
        List<Double> of(Arm arm);
    }

    private interface Interval {
        Optional<StudentInterval> of(Arm arm);
    }

    private String strip(String title, String axis, Values values, Interval interval, Double reference) {
        var shown = ranked.stream().filter(a -> !values.of(a).isEmpty()).toList();
        if (shown.isEmpty()) {
            return "";
        }
        var all = shown.stream()
                .flatMapToDouble(a -> {
                    var i = interval.of(a).orElseThrow();
                    return DoubleStream.concat(
                            values.of(a).stream().mapToDouble(v -> 100 * v),
                            DoubleStream.of(100 * i.low(), 100 * i.high(), reference == null ? Double.NaN : reference));
                })
                .toArray();
        int bottom = TOP + ROW * shown.size() + 4;
        var svg = new Svg(bottom + 40, title, axis);
        var x = Scale.around(all, INDENT, RIGHT);
        svg.bottomAxis(x, TOP, bottom, axis);
        if (reference != null) {
            svg.line(x.at(reference), TOP, x.at(reference), bottom, "reference");
        }
        var table = new Table("network", ">mean", ">low", ">high", ">seeds");
        int y = TOP;
        for (var arm : shown) {
            double middle = y + 19;
            svg.text(INDENT, y + 10, "t label", arm.attention());
            var i = interval.of(arm).orElseThrow();
            if (i.count() > 1) {
                svg.line(x.at(100 * i.low()), middle, x.at(100 * i.high()), middle, "whisker s0");
            }
            for (double value : values.of(arm)) {
                svg.series(new double[] {x.at(100 * value), middle}, 1, "");
            }
            svg.mark(x.at(100 * i.mean()), middle, 0, arm.title() + ": " + Numbers.significant(100 * i.mean()));
            table.row(
                    arm.title(),
                    Numbers.significant(100 * i.mean()),
                    Numbers.significant(100 * i.low()),
                    Numbers.significant(100 * i.high()),
                    Integer.toString(i.count()));
            y += ROW;
        }
        return Card.of(title, "", "", svg, table);
    }

    private void cost(Html html) {
        html.raw("<section id=\"cost\">").element("h2", "Accuracy against cost");
        html.paragraph(
                "Up and to the left is better; a square is the network without attention. The vertical lines are 95 % intervals over seeds.");
        html.raw("<div class=\"cards\">");
        html.raw(scatter("Parameters", "parameters", Arm::parameters));
        html.raw(scatter("Multiply-adds", "multiply-adds an image", Arm::macs));
        for (var place : result.places()) {
            html.raw(scatter(
                    "Time, " + place.batch() + (place.batch() == 1 ? " image" : " images") + " at once",
                    "ms an image on " + place.device(),
                    a -> a.cost(place.device(), place.batch())
                            .map(ExperimentResult.Cost::millis)
                            .orElse(Double.NaN)));
        }
        html.raw("</div>");
        if (result.places().isEmpty()) {
            html.paragraph("Time is measured when all runs are done.");
        }
        html.raw("</section>\n");
    }

    private String scatter(String title, String axis, ToDoubleFunction<Arm> cost) {
        var shown = ranked.stream()
                .filter(a -> Double.isFinite(cost.applyAsDouble(a)))
                .toList();
        if (shown.isEmpty()) {
            return "";
        }
        int bottom = SCATTER - 40;
        var svg = new Svg(SCATTER, title, axis);
        var x = Scale.log(shown.stream().mapToDouble(cost).toArray(), AXIS, RIGHT, 2);
        var y = Scale.around(
                shown.stream()
                        .map(a -> a.accuracy().orElseThrow())
                        .flatMapToDouble(i -> i.count() > 1
                                ? DoubleStream.of(100 * i.mean(), 100 * i.low(), 100 * i.high())
                                : DoubleStream.of(100 * i.mean()))
                        .toArray(),
                bottom,
                TOP);
        svg.bottomAxis(x, TOP, bottom, axis);
        svg.leftAxis(y, AXIS, RIGHT, "accuracy, %");
        var labels = new RowLabels(svg, AXIS, RIGHT);
        var table = new Table("network", ">" + axis, ">accuracy, %");
        for (var arm : shown) {
            var i = arm.accuracy().orElseThrow();
            double at = x.at(cost.applyAsDouble(arm));
            if (i.count() > 1) {
                svg.line(at, y.at(100 * i.low()), at, y.at(100 * i.high()), "link");
            }
            labels.keepOff(at, y.at(100 * i.mean()));
            table.row(
                    arm.title(),
                    Numbers.significant(cost.applyAsDouble(arm)),
                    ExperimentTables.percent(arm.accuracy(), false));
        }
        for (var arm : shown) {
            svg.mark(
                    x.at(cost.applyAsDouble(arm)),
                    y.at(100 * arm.accuracy().orElseThrow().mean()),
                    arm.attention().equals(ExperimentResult.PLAIN) ? 1 : 0,
                    arm.title() + ": " + Numbers.significant(cost.applyAsDouble(arm)));
        }
        // Where there is no room for all names, the network that the others are held against keeps its own.
        shown.stream()
                .sorted(Comparator.comparing((Arm a) -> !a.attention().equals(ExperimentResult.PLAIN)))
                .forEach(arm -> labels.write(
                        x.at(cost.applyAsDouble(arm)),
                        y.at(100 * arm.accuracy().orElseThrow().mean()),
                        arm.attention()));
        return Card.of(title, "", "", svg, table);
    }

    private void curves(Html html) {
        html.raw("<section id=\"curves\">").element("h2", "Curves");
        html.paragraph(
                "Accuracy on the images to judge by after each epoch, a line a seed, all on one scale; dashed: the mean of the"
                        + " network without attention.");
        html.raw("<div class=\"cards\">");
        var all = ranked.stream()
                .flatMap(a -> a.runs().stream())
                .flatMap(r -> r.epochs().stream())
                .mapToDouble(e -> 100 * e.testAccuracy())
                .toArray();
        ranked.forEach(arm -> html.raw(curve(arm, all)));
        html.raw("</div></section>\n");
    }

    private String curve(Arm arm, double[] all) {
        int epochs = arm.runs().stream().mapToInt(r -> r.epochs().size()).max().orElse(1);
        int bottom = CURVE - 40;
        var svg = new Svg(CURVE, arm.title(), "accuracy by epoch");
        var x = Scale.linear(epochs, AXIS, RIGHT);
        var y = Scale.around(all, bottom, TOP);
        svg.bottomAxis(x, TOP, bottom, "epoch");
        svg.leftAxis(y, AXIS, RIGHT, "accuracy, %");
        result.plain(arm).ifPresent(plain -> {
            int common =
                    plain.runs().stream().mapToInt(r -> r.epochs().size()).min().orElse(0);
            for (int e = 1; e < common; e++) {
                svg.line(x.at(e), y.at(mean(plain, e)), x.at(e + 1.0), y.at(mean(plain, e + 1)), "reference");
            }
        });
        var table =
                new Table(">seed", ">epoch", ">train loss", ">train accuracy, %", ">test loss", ">test accuracy, %");
        for (var run : arm.runs()) {
            var points = new double[2 * run.epochs().size()];
            for (int i = 0; i < run.epochs().size(); i++) {
                var e = run.epochs().get(i);
                points[2 * i] = x.at(e.epoch());
                points[2 * i + 1] = y.at(100 * e.testAccuracy());
                row(table, run, e);
            }
            svg.series(points, arm.attention().equals(ExperimentResult.PLAIN) ? 1 : 0, "seed " + run.seed());
        }
        return Card.of(arm.title(), "", "", svg, table);
    }

    private static double mean(Arm arm, int epoch) {
        return arm.runs().stream()
                .mapToDouble(r -> 100 * r.epochs().get(epoch - 1).testAccuracy())
                .average()
                .orElseThrow();
    }

    private static void row(Table table, Run run, Epoch e) {
        table.row(
                Long.toString(run.seed()),
                Integer.toString(e.epoch()),
                Numbers.significant(e.trainLoss()),
                Numbers.significant(100 * e.trainAccuracy()),
                Numbers.significant(e.testLoss()),
                Numbers.significant(100 * e.testAccuracy()));
    }

    private void identity(Html html) {
        html.raw("<section id=\"identity\">").element("h2", "Identity");
        var machine = result.machine();
        var table = new Table("", "").wrapping();
        table.row("Started", result.started());
        table.row("Images", result.data());
        table.row("Training", result.training().toString());
        table.row("Processor", machine.cpu() + ", " + machine.cores() + " logical processors");
        table.row("Memory", Numbers.scaled(machine.memoryBytes()) + "B");
        table.row("System", machine.os() + ", " + machine.kernel());
        table.row("JDK", machine.jdk());
        table.row("JVM arguments", String.join(" ", machine.jvmArguments()));
        table.row("Engine", result.engine());
        table.row(
                "Project",
                result.projectVersion() + ", commit " + result.commit()
                        + (Boolean.TRUE.equals(result.dirty()) ? " with changes" : ""));
        table.row("Energy", result.energy());
        table.row(
                "Time of an image",
                "All networks took their turns in rounds on otherwise equal terms; median over rounds, with the copies of images"
                        + " and answers. Time in training is of a machine that may have had other work.");
        html.raw(table.html()).raw("</section>\n");
    }
}
