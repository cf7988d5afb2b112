package tornado.attention.report.internal.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tornado.attention.report.ExperimentResult.Epoch;
import tornado.attention.report.internal.text.Numbers;

/** The page of training runs: loss and accuracy by epoch, all runs on one scale. */
public final class TrainingReport {
    private static final List<String> PARTS = List.of("accuracy", "loss");
    private static final int HEIGHT = 230;
    private static final int LEFT = 46;
    private static final int RIGHT = Svg.WIDTH - 14;
    private static final int TOP = 8;

    private TrainingReport() {}

    /** The file's text, of the epochs of each run. */
    public static String of(Map<String, List<Epoch>> runs) {
        var html = Page.begin("Training", String.join("; ", runs.keySet()), PARTS);
        section(html, runs, "accuracy", "accuracy, %", e -> 100 * e.trainAccuracy(), e -> 100 * e.testAccuracy());
        section(html, runs, "loss", "loss", Epoch::trainLoss, Epoch::testLoss);
        return Page.end(html);
    }

    private static void section(
            Html html,
            Map<String, List<Epoch>> runs,
            String id,
            String axis,
            ToDoubleFunction<Epoch> train,
            ToDoubleFunction<Epoch> test) {
        html.raw("<section id=\"" + id + "\">")
                .element("h2", Character.toUpperCase(id.charAt(0)) + id.substring(1))
                .paragraph(
                        "Of the images to judge by after each epoch; dashed: of those trained with, over the epoch.");
        html.raw("<div class=\"cards\">");
        var all = new ArrayList<Double>();
        runs.values()
                .forEach(epochs -> epochs.forEach(e -> {
                    all.add(train.applyAsDouble(e));
                    all.add(test.applyAsDouble(e));
                }));
        var values = all.stream().mapToDouble(Double::doubleValue).toArray();
        runs.forEach((run, epochs) -> {
            int bottom = HEIGHT - 40;
            var svg = new Svg(HEIGHT, run + ": " + id, axis + " by epoch");
            var x = Scale.linear(
                    runs.values().stream().mapToInt(List::size).max().orElse(1), LEFT, RIGHT);
            var y = Scale.around(values, bottom, TOP);
            svg.bottomAxis(x, TOP, bottom, "epoch");
            svg.leftAxis(y, LEFT, RIGHT, axis);
            for (int i = 1; i < epochs.size(); i++) {
                var before = epochs.get(i - 1);
                var now = epochs.get(i);
                svg.line(
                        x.at(before.epoch()),
                        y.at(train.applyAsDouble(before)),
                        x.at(now.epoch()),
                        y.at(train.applyAsDouble(now)),
                        "reference");
            }
            var points = new double[2 * epochs.size()];
            var table = new Table(">epoch", ">rate", ">train", ">test", ">seconds");
            for (int i = 0; i < epochs.size(); i++) {
                var e = epochs.get(i);
                points[2 * i] = x.at(e.epoch());
                points[2 * i + 1] = y.at(test.applyAsDouble(e));
                table.row(
                        Integer.toString(e.epoch()),
                        Numbers.significant(e.rate()),
                        Numbers.significant(train.applyAsDouble(e)),
                        Numbers.significant(test.applyAsDouble(e)),
                        Numbers.significant(e.seconds()));
            }
            svg.series(points, 0, run);
            html.raw(Card.of(run, "", "", svg, table));
        });
        html.raw("</div></section>\n");
    }
}
