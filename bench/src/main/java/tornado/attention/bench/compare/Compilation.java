package tornado.attention.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** How long the compilers of this JVM have worked. */
final class Compilation {
    private static final Path THREADS = Path.of("/proc/self/task");

    private Compilation() {}

    /**
     * The time since the JVM started: what its compiler threads have computed, where the system tells (Linux), else what
     * the JVM says, which counts a compilation only when it is done.
     */
    static long nanos() {
        if (!Files.isDirectory(THREADS)) {
            return reported();
        }
        try (var threads = Files.list(THREADS)) {
            return threads.filter(Compilation::compiles)
                    .mapToLong(Compilation::computed)
                    .sum();
        } catch (IOException | UncheckedIOException | NumberFormatException _) {
            return reported();
        }
    }

    private static boolean compiles(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).matches("(?s)C[12] Compiler.*");
        } catch (IOException _) {
            return false; // it ended
        }
    }

    private static long computed(Path thread) {
        try {
            return Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ", 2)[0]);
        } catch (IOException _) {
            return 0; // it ended
        }
    }

    private static long reported() {
        var bean = ManagementFactory.getCompilationMXBean();
        return bean == null || !bean.isCompilationTimeMonitoringSupported()
                ? 0
                : TimeUnit.MILLISECONDS.toNanos(bean.getTotalCompilationTime());
    }
}
