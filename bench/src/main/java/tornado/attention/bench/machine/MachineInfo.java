package tornado.attention.bench.machine;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tornado.attention.report.Machine;

/** What this machine and this checkout say of themselves. */
public final class MachineInfo {
    private static final long PATIENCE_SECONDS = 10;

    private MachineInfo() {}

    /**
     * Our commit.
     *
     * @param commit its hash; {@code unknown} where there is no git
     * @param dirty whether files differ from it; null where that is unknown
     */
    public record Commit(String commit, Boolean dirty) {}

    /** Where the run takes place. */
    public static Machine machine() {
        var runtime = ManagementFactory.getRuntimeMXBean();
        return new Machine(
                processor(),
                Runtime.getRuntime().availableProcessors(),
                memory(),
                os(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                firstLine(Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"), "not reported"),
                runtime.getVmVendor() + " " + runtime.getVmName() + " " + Runtime.version(),
                runtime.getInputArguments().stream().map(WithoutPaths::argument).toList(),
                Runtime.getRuntime().maxMemory());
    }

    /** Model of the processor. */
    public static String processor() {
        return lineWith(Path.of("/proc/cpuinfo"), "model name", ':', System.getProperty("os.arch"));
    }

    private static String os() {
        return lineWith(Path.of("/etc/os-release"), "PRETTY_NAME", '=', System.getProperty("os.name"))
                .replace("\"", "");
    }

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean bean
                ? bean.getTotalMemorySize()
                : 0;
    }

    private static String lineWith(Path file, String key, char separator, String fallback) {
        try (var lines = Files.lines(file)) {
            return lines.filter(l -> l.startsWith(key))
                    .map(l -> l.substring(l.indexOf(separator) + 1).strip())
                    .findFirst()
                    .orElse(fallback);
        } catch (IOException | RuntimeException _) {
            return fallback; // another system than Linux
        }
    }

    private static String firstLine(Path file, String fallback) {
        try {
            return Files.readAllLines(file).getFirst().strip();
        } catch (IOException | RuntimeException _) {
            return fallback;
        }
    }

    /** The commit of the checkout that our classes come from. */
    public static Commit commit() {
        var root = ProjectFolder.find();
        if (root.isEmpty()) {
            return new Commit("unknown", null);
        }
        var head = git(root.get(), "rev-parse", "HEAD");
        var status = git(root.get(), "status", "--porcelain");
        return head == null ? new Commit("unknown", null) : new Commit(head, status == null ? null : !status.isEmpty());
    }

    private static String git(Path root, String... arguments) {
        var command = new java.util.ArrayList<>(List.of("git", "-C", root.toString()));
        command.addAll(List.of(arguments));
        try {
            var process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0 ? text : null;
        } catch (IOException _) {
            return null; // no git here
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
