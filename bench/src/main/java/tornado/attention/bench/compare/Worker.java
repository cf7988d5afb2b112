package tornado.attention.bench.compare;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tornado.attention.bench.compare.WorkerServer.Answer;
import tornado.attention.bench.report.Ceiling;
import tornado.attention.bench.report.Records;

/** A JVM with contenders of its own. */
final class Worker implements AutoCloseable {
    /** Set by the launcher: itself. */
    private static final String LAUNCHER = "attn.launcher";

    private final LineProcess process;
    private final List<Runner> runners = new ArrayList<>();

    private Worker(LineProcess process, Path scratch) {
        this.process = process;
        answer(Map.of("op", "hello")).contenders().forEach(c -> runners.add(new WorkerRunner(this, scratch, c)));
    }

    /** A fork: this JVM's command once more. */
    static Worker fork(Request request) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> !a.startsWith("-agentlib") && !a.startsWith("-javaagent"))
                .toList());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WorkerCommand.class.getName()));
        command.addAll(request.arguments());
        return start("A forked JVM", command);
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
        var command = new ArrayList<>(List.of(launcher, "--engine", engine, WorkerCommand.NAME));
        command.addAll(request.arguments());
        return start("The JVM of the " + engine + " engine", command);
    }

    /**
     * What a worker is asked to hold.
     *
     * @param devices as typed; empty for all
     * @param threads threads of the embedded engine; 0 for all cores
     * @param sequential whether plain Java as well
     */
    record Request(List<String> devices, int threads, boolean sequential) {
        private List<String> arguments() {
            var arguments = new ArrayList<String>();
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

    private static Worker start(String name, List<String> command) throws IOException {
        var scratch = LineProcess.scratch();
        var process = LineProcess.start(name, command, scratch.resolve("worker.log"), Map.of());
        try {
            return new Worker(process, scratch);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    Answer answer(Map<String, ?> request) {
        return Records.read(process.ask(request).toString(), Answer.class, "A worker's answer");
    }

    /** Its contenders. */
    List<Runner> runners() {
        return List.copyOf(runners);
    }

    /** What its devices reach at best. */
    Map<String, Ceiling> ceilings(long nanos) {
        var answer = answer(Map.of("op", "ceilings", "nanos", nanos));
        return answer.ok() ? answer.ceilings() : Map.of();
    }

    @Override
    public void close() {
        process.close();
    }
}
