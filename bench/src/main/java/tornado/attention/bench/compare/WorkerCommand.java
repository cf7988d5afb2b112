package tornado.attention.bench.compare;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tornado.attention.bench.cli.EngineOptions;
import tornado.attention.bench.cli.VariantConverter;
import tornado.attention.tasks.VariantChoice;

/** What {@code attn compare} starts for itself: contenders in a JVM of their own. */
@Command(
        name = WorkerCommand.NAME,
        hidden = true,
        description = "Serves contenders to 'attn compare' by lines of JSON.")
public final class WorkerCommand implements Callable<Integer> {
    /** Its name on the command line. */
    public static final String NAME = "compare-worker";

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the embedded engine.")
    private Integer threads;

    @Option(names = "--devices", paramLabel = "ID", split = ",", description = "Devices; all if none is given.")
    private List<String> devices = List.of();

    @Option(
            names = "--kernels",
            paramLabel = "NAME",
            converter = VariantConverter.class,
            description = "Variants of kernels, as compare's --variant.")
    private VariantChoice variant = VariantChoice.AUTO;

    @Option(names = "--sequential", description = "With the kernels as plain Java.")
    private boolean sequential;

    /** The command without arguments. */
    public WorkerCommand() {}

    /** For a fork, which needs nothing else of the command line. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new WorkerCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        EngineOptions.applyThreads(threads);
        var answers = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        System.setOut(System.err); // what an engine prints must not look like an answer
        var requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        new WorkerServer(LocalRunners.of(devices, variant), sequential).serve(requests, answers);
        return 0;
    }
}
