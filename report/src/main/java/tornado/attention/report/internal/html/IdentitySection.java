package tornado.attention.report.internal.html;

import java.util.List;
import tornado.attention.report.Columns;
import tornado.attention.report.Environment;
import tornado.attention.report.internal.text.Numbers;

/** Where, when and with what it was measured, and how. */
final class IdentitySection {
    private IdentitySection() {}

    static String of(Content content) {
        var html = new Html().raw("<section id=\"identity\">").element("h2", "Identity and method");
        content.environments().forEach(e -> environment(html, e));
        html.element("h3", "How it was measured");
        html.raw("<ul>");
        for (var sentence : method()) {
            html.element("li", sentence);
        }
        html.raw("</ul>");
        var columns = new Table("column", "meaning").wrapping();
        Columns.all().forEach(c -> columns.row(c.name(), c.meaning()));
        html.raw("<details><summary>Columns of results.csv</summary>")
                .raw(columns.html())
                .raw("</details>");
        return html.raw("</section>\n").toString();
    }

    private static List<String> method() {
        return List.of(
                "Same weights and inputs for everybody, drawn from the seed; results are compared with"
                        + " float64 before anything is timed.",
                "Contenders take turns in rounds within one run, so that what slows down the machine slows"
                        + " all of them.",
                "A warm-up ends when its series is steady by change-point detection while the JVM compiles no"
                        + " more, or when its time is over, which is then said.",
                "Intervals are of 95 %: percentile bootstrap intervals that draw JVMs and rounds again, not"
                        + " single runs; ratios draw the same rounds for both sides. Where several JVMs were"
                        + " measured, the interval is widened to Student's t interval over the logarithms of"
                        + " their medians: few JVMs that differ say little.",
                "PyTorch is one process beside all lasting JVMs of a run: its interval holds what differs from"
                        + " turn to turn, not from process to process.",
                "The rank test is Mann-Whitney's, two-sided, over the medians of rounds; it speaks of the JVMs"
                        + " that were measured, the interval also of others.",
                "A spread (interquartile range over the median) above 10 % is marked unstable.",
                "PyTorch's time is its module's forward pass on tensors that are on its device already;"
                        + " ours includes copying inputs to the"
                        + " device and outputs to the host.",
                "The sequential baseline calls the same kernels as plain Java methods on one thread.");
    }

    private static void environment(Html html, Environment e) {
        var machine = e.machine();
        var table = new Table("", "").wrapping();
        table.row("Run", e.run() + ", started " + e.started());
        table.row(
                "Processor",
                machine.cpu() + ", " + machine.cores() + " logical processors, governor " + machine.governor());
        table.row(
                "Memory",
                Numbers.scaled(machine.memoryBytes()) + "B, heap up to " + Numbers.scaled(machine.maxHeapBytes())
                        + "B");
        table.row("System", machine.os() + ", " + machine.kernel());
        table.row("JDK", machine.jdk());
        table.row("JVM arguments", String.join(" ", machine.jvmArguments()));
        table.row("Engine", e.engine() + "; TornadoVM " + e.tornadovm());
        table.row(
                "Project",
                e.projectVersion() + ", commit " + e.commit()
                        + (Boolean.TRUE.equals(e.dirty()) ? " with changes" : ""));
        table.row(
                "Tensors",
                e.elementType() + ", " + e.layout() + ", seed "
                        + e.configuration().seed());
        table.row("Energy", e.energy());
        table.row("Asked for", e.configuration().commandLine());
        e.contenders()
                .forEach(c -> table.row(
                        "Contender",
                        c.label() + ": " + c.deviceName() + "; " + c.backend() + ", " + c.driver() + "; kernels "
                                + c.variant()));
        e.ceilings().forEach((key, ceiling) -> table.row("Ceiling of " + key, ceiling.method()));
        html.raw(table.html());
    }
}
