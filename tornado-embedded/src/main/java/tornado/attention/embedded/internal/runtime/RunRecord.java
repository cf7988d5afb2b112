package tornado.attention.embedded.internal.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * What one run of a plan moved and, where it was profiled, how long its parts took. Bytes are always counted; times,
 * in nanoseconds, are 0 without a profiler.
 */
public final class RunRecord {

    /** One task of a profiled run. */
    private record TaskTime(GraphTask task, EmbeddedDevice device, long nanos) {}

    private final boolean profiled;
    private final List<TaskTime> tasks;

    private long bytesUp;
    private long bytesDown;
    private long bytesAllocated;
    private long total;
    private long up;
    private long down;
    private long kernels;
    private long compile;

    RunRecord(boolean profiled) {
        this.profiled = profiled;
        this.tasks = profiled ? new ArrayList<>() : List.of();
    }

    boolean profiled() {
        return profiled;
    }

    /** The clock if the run is profiled, else 0. */
    long clock() {
        return profiled ? System.nanoTime() : 0;
    }

    void movedUp(long bytes, long since) {
        bytesUp += bytes;
        up += clock() - since;
    }

    void movedDown(long bytes, long since) {
        bytesDown += bytes;
        down += clock() - since;
    }

    void allocated(long bytes) {
        bytesAllocated += bytes;
    }

    void ran(GraphTask task, EmbeddedDevice device, long since) {
        if (profiled) {
            long nanos = clock() - since;
            kernels += nanos;
            tasks.add(new TaskTime(task, device, nanos));
        }
    }

    void compiled(long nanos) {
        if (profiled) {
            compile += nanos;
        }
    }

    void finished(long since) {
        total += clock() - since;
    }

    /** Bytes copied to the device. */
    public long bytesUp() {
        return bytesUp;
    }

    /** Bytes copied to the host, those of later transfers under demand included. */
    public long bytesDown() {
        return bytesDown;
    }

    /** Bytes the plan holds on the device. */
    public long bytesAllocated() {
        return bytesAllocated;
    }

    /** Time of the whole run. */
    public long total() {
        return total;
    }

    /** Time of the copies to the device. */
    public long up() {
        return up;
    }

    /** Time of the copies to the host. */
    public long down() {
        return down;
    }

    /** Time of all kernels. */
    public long kernels() {
        return kernels;
    }

    /** Time the compiler took, in a plan's first run. */
    public long compile() {
        return compile;
    }

    /** The profile as JSON: one object per graph, in it the totals and one object per task; empty if not profiled. */
    public String log() {
        if (!profiled) {
            return "";
        }
        var graphs = new StringJoiner(",\n", "{\n", "\n}");
        for (int i = 0; i < tasks.size(); ) {
            var graph = tasks.get(i).task().graph();
            var entries = new StringJoiner(",\n", "    " + quoted(graph) + ": {\n", "\n    }");
            if (i == 0) {
                entry(entries, 8, "TOTAL_TASK_GRAPH_TIME", total);
                entry(entries, 8, "TOTAL_KERNEL_TIME", kernels);
                entry(entries, 8, "COPY_IN_TIME", up);
                entry(entries, 8, "COPY_OUT_TIME", down);
                entry(entries, 8, "TOTAL_COPY_IN_SIZE_BYTES", bytesUp);
                entry(entries, 8, "TOTAL_COPY_OUT_SIZE_BYTES", bytesDown);
            }
            for (; i < tasks.size() && tasks.get(i).task().graph().equals(graph); i++) {
                entries.add(taskLog(tasks.get(i)));
            }
            graphs.add(entries.toString());
        }
        return graphs.toString();
    }

    private static String taskLog(TaskTime time) {
        var entries = new StringJoiner(",\n", "        " + quoted(time.task().fullName()) + ": {\n", "\n        }");
        entry(entries, 12, "BACKEND", "Embedded");
        entry(entries, 12, "DEVICE_ID", "0:" + time.device().index());
        entry(entries, 12, "DEVICE", time.device().getPhysicalDevice().getDeviceName());
        entry(entries, 12, "MODE", time.task().explain());
        time.task().className().ifPresent(name -> entry(entries, 12, "CLASS", name));
        entry(entries, 12, "TASK_KERNEL_TIME", time.nanos());
        return entries.toString();
    }

    private static void entry(StringJoiner entries, int indent, String key, Object value) {
        entries.add(" ".repeat(indent) + quoted(key) + ": " + quoted(value.toString()));
    }

    private static String quoted(String text) {
        var json = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"', '\\' -> json.append('\\').append((char) c);
                default -> json.append(c < ' ' ? String.format("\\u%04x", c) : String.valueOf((char) c));
            }
        });
        return json.append('"').toString();
    }
}
