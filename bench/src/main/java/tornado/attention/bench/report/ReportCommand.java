package tornado.attention.bench.report;

import java.io.IOException;
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

/** {@code attn report DIR...}: renders results again; several folders become one comparison of machines. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = "Renders the results of 'attn compare' again; several folders are merged into one comparison.")
public final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "Folders that 'attn compare' wrote.")
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
        var sources = folders.stream().map(ResultsFolder::open).toList();
        var target = out == null && sources.size() == 1
                ? sources.getFirst()
                : Rendering.merge(sources, out == null ? Path.of("report-" + stamp()) : out);
        int rows = Rendering.of(target).size();
        var console = spec.commandLine().getOut();
        console.println(rows + " rows of " + target.environments().size() + " run(s): "
                + target.path().resolve("report.html"));
        console.flush();
        return 0;
    }

    /** Date and time as they stand in names of folders: {@code 20261120-141530}. */
    public static String stamp() {
        return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
                .format(LocalDateTime.now(ZoneId.systemDefault()));
    }
}
