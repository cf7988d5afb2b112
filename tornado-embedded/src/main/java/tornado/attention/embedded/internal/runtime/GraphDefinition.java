package tornado.attention.embedded.internal.runtime;

import java.util.List;

/** A task graph that no longer changes. */
public final class GraphDefinition {

    private final String name;
    private final List<GraphTask> tasks;
    private final List<ArrayUse> arrays;

    GraphDefinition(String name, List<GraphTask> tasks, List<ArrayUse> arrays) {
        this.name = name;
        this.tasks = List.copyOf(tasks);
        this.arrays = List.copyOf(arrays);
    }

    String name() {
        return name;
    }

    /** Its tasks in order. */
    List<GraphTask> tasks() {
        return tasks;
    }

    /** What it does with the host's arrays, in order of their first mention. */
    List<ArrayUse> arrays() {
        return arrays;
    }
}
