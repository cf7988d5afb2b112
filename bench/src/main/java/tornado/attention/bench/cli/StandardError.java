package tornado.attention.bench.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Standard error as the launcher sets it up: through a small process that leaves out the JVM's note on incubator modules. What was
 * written must have arrived when this process ends, so it waits for that one.
 */
public final class StandardError {
    /** Set by the launcher if there is such a process. */
    private static final String PROPERTY = "attn.stderr.filtered";

    private static final long SECONDS = 5;

    private final List<ProcessHandle> filters;

    private StandardError(List<ProcessHandle> filters) {
        this.filters = filters;
    }

    /** To be called first: the launcher's process is the only child yet. */
    public static StandardError ofLauncher() {
        return new StandardError(
                Boolean.getBoolean(PROPERTY)
                        ? ProcessHandle.current().children().toList()
                        : List.of());
    }

    /** To be called last: closes standard error and waits until it was passed on. */
    public void finish() {
        if (filters.isEmpty()) {
            return;
        }
        System.err.flush();
        try (var stream = new FileOutputStream(FileDescriptor.err)) {
            stream.flush();
        } catch (IOException _) {
            return; // nobody reads it any more
        }
        for (var filter : filters) {
            try {
                filter.onExit().get(SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException _) {
                return; // it is late; the exit status matters more
            }
        }
    }
}
