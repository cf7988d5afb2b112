package tornado.attention.bench.compare;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tornado.attention.bench.compare.WorkerServer.Answer;
import tornado.attention.report.Ceiling;
import tornado.attention.report.JsonRecords;

/** A JVM with contenders of its own. */
final class Worker implements AutoCloseable {
    /** Set by the launcher: itself. */
    private static final String LAUNCHER = "attn.launcher";

    /** Where the launcher takes further options from. */
    private static final String OPTIONS = "ATTN_JAVA_OPTS";

    private final LineProcess process;
    private final Path scratch;
    private List<Runner> runners;

    private Worker(LineProcess process, Path scratch) {
        this.process = process;
        this.scratch = scratch;
    }

    /** A fork: this JVM's command once more. */
    static Worker fork(Request request) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> !a.startsWith("-agentlib") && !a.startsWith("-javaagent"))
                .toList());
        command.addAll(Heap.shared(request.sharers()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WorkerCommand.class.getName()));
        command.addAll(request.arguments());
        return start("A forked JVM", command, Map.of());
    }

    /**
     * A JVM of another engine, through the launcher.
     *
     * @return null where this JVM was not started by the launcher
     */
    static Worker of(String engine, Request request) throws IOException {
        var launcher = System.getProperty(LAUNCHER);
        if (launcher == null) {
            return null;
        }
        var command = new ArrayList<String>();
        if (!Files.isExecutable(Path.of(launcher))) {
            command.add("bash"); // unpacked by something that does not keep permissions
        }
        command.addAll(List.of(launcher, "--engine", engine));
        command.add(WorkerCommand.NAME);
        command.addAll(request.arguments());
        var options =
                System.getenv().getOrDefault(OPTIONS, "") + " " + String.join(" ", Heap.shared(request.sharers()));
        return start("The JVM of the " + engine + " engine", command, Map.of(OPTIONS, options.strip()));
    }

    /**
     * What a worker is asked to hold.
     *
     * @param devices as typed; empty for all
     * @param threads threads of the embedded engine; 0 for all cores
     * @param variant which kernels they use
     * @param sequential whether plain Java as well
     * @param sharers workers that are there at the same time and share the memory; 1 for this one alone
     */
    record Request(List<String> devices, int threads, String variant, boolean sequential, int sharers) {
        private List<String> arguments() {
            var arguments = new ArrayList<>(List.of("--kernels", variant));
            if (threads > 0) {
                arguments.addAll(List.of("--threads", Integer.toString(threads)));
            }
            if (!devices.isEmpty()) {
                arguments.addAll(List.of("--devices", String.join(",", devices)));
            }
            if (sequential) {
                arguments.add("--sequential");
            }
            return arguments;
        }
    }

    private static Worker start(String name, List<String> command, Map<String, String> environment) throws IOException {
        var scratch = LineProcess.scratch();
        return new Worker(LineProcess.start(name, command, scratch.resolve("worker.log"), environment), scratch);
    }

    Answer answer(Map<String, ?> request) {
        return JsonRecords.read(process.ask(request).toString(), Answer.class, "A worker's answer");
    }

    /** Its contenders; the first call waits until the JVM is up. */
    List<Runner> runners() {
        if (runners == null) {
            runners = answer(Map.of("op", "hello")).contenders().stream()
                    .<Runner>map(c -> new WorkerRunner(this, scratch, c))
                    .toList();
        }
        return runners;
    }

    /** What its devices reach at best. */
    Map<String, Ceiling> ceilings(long nanos) {
        var answer = answer(Map.of("op", "ceilings", "nanos", nanos));
        return answer.ok() ? answer.ceilings() : Map.of();
    }

    /** Whether the JVM still runs. */
    boolean alive() {
        return process.alive();
    }

    @Override
    public void close() {
        process.close();
    }
}
