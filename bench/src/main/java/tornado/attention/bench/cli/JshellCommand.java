package tornado.attention.bench.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** {@code attn jshell}: what the launcher starts in place of this command line, so that {@code --help} knows it. */
@Command(
        name = "jshell",
        description = {
            "Starts the JDK's interactive Java with the library on its class path, on the engine that was chosen.",
            "Arguments go to jshell: a script to begin with, or options of its own."
        })
public final class JshellCommand implements Callable<Integer> {
    @Unmatched
    @SuppressWarnings("UnusedVariable") // the launcher passes them on
    private List<String> arguments = new ArrayList<>();

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() {
        throw new UsageException("jshell is started by the launcher; call it as ./attn jshell, or bin/attn jshell.");
    }
}
