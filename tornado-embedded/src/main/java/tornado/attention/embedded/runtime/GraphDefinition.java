package tornado.attention.embedded.runtime;

import java.util.List;

/**
 * A task graph that no longer changes.
 *
 * @param name its name
 * @param tasks in order
 * @param arrays what it does with the host's arrays, in order of their first mention
 */
public record GraphDefinition(String name, List<Task> tasks, List<ArrayUse> arrays) {

    /** Copies the lists. */
    public GraphDefinition {
        tasks = List.copyOf(tasks);
        arrays = List.copyOf(arrays);
    }
}
