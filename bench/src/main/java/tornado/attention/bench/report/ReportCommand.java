package tornado.attention.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tornado.attention.report.ResultsFolder;
import tornado.attention.report.rendering.ExperimentFolder;
import tornado.attention.report.rendering.Rendering;
import tornado.attention.report.rendering.TrainingLogs;

/** {@code attn report DIR...}: renders results again; several folders become one comparison of machines. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Renders the results of 'attn compare' again; several folders are merged into one comparison.",
            "Of an experiment, renders its page and tables again; of runs of 'attn train', draws their curves."
        })
public final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            arity = "1..*",
            description = "Folders that 'attn compare', 'attn experiment' or 'attn train' wrote.")
    private List<Path> folders;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where to. Default: a single folder itself; report-<date-time> for several.")
    private Path out;

    /** The command without arguments. */
    public ReportCommand() {}

    @Override
    public Integer call() throws IOException {
        if (folders.stream().allMatch(TrainingLogs::isIn)) {
            var target = folders.size() == 1 ? folders.getFirst() : Path.of("report-" + stamp());
            return done(TrainingLogs.draw(folders, out == null ? target : out).toString());
        }
        if (folders.size() == 1 && ExperimentFolder.at(folders.getFirst()).exists()) {
            var experiment = ExperimentFolder.at(folders.getFirst()).read();
            var target = out == null ? folders.getFirst() : Files.createDirectories(out);
            ExperimentFolder.at(target).write(experiment);
            return done(experiment.done() + " runs of " + experiment.planned() + ": "
                    + target.resolve(ExperimentFolder.REPORT));
        }
        var sources = folders.stream().map(ResultsFolder::open).toList();
        var target = out == null && sources.size() == 1
                ? sources.getFirst()
                : Rendering.merge(sources, out == null ? Path.of("report-" + stamp()) : out);
        int rows = Rendering.of(target).size();
        return done(rows + " rows of " + target.environments().size() + " run(s): "
                + target.path().resolve("report.html"));
    }

    private int done(String line) {
        var console = spec.commandLine().getOut();
        console.println(line);
        console.flush();
        return 0;
    }

    /** Date and time as they stand in names of folders: {@code 20261120-141530}. */
    public static String stamp() {
        return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
                .format(LocalDateTime.now(ZoneId.systemDefault()));
    }
}
