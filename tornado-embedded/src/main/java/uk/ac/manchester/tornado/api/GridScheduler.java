package uk.ac.manchester.tornado.api;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;

/** The grids of tasks, by the task's full name {@code graph.task}. */
public class GridScheduler {

    private final Map<String, WorkerGrid> grids = new ConcurrentHashMap<>();

    /** No grid yet. */
    public GridScheduler() {}

    /** The grid of one task. */
    public GridScheduler(String taskName, WorkerGrid workerGrid) {
        put(taskName, workerGrid);
    }

    /** Adds or replaces the grid of a task. */
    public void addWorkerGrid(String taskName, WorkerGrid workerGrid) {
        put(taskName, workerGrid);
    }

    private void put(String taskName, WorkerGrid workerGrid) {
        if (taskName == null || workerGrid == null) {
            throw new IllegalArgumentException(
                    "A grid scheduler takes a task's name and its grid; one of them is null.");
        }
        grids.put(taskName, workerGrid);
    }

    /** The grid of a task, or null. */
    public WorkerGrid get(String taskName) {
        return grids.get(taskName);
    }

    /** Whether there is a grid for task {@code taskName} of graph {@code taskScheduleName}. */
    public boolean contains(String taskScheduleName, String taskName) {
        return grids.containsKey(taskScheduleName + "." + taskName);
    }

    /** Names of the tasks with a grid. */
    public Set<String> keySet() {
        return grids.keySet();
    }

    @Override
    public String toString() {
        var text = new StringJoiner(", ");
        grids.forEach((task, grid) -> text.add(task + " global " + Arrays.toString(grid.getGlobalWork()) + " local "
                + Arrays.toString(grid.getLocalWork())));
        return text.toString();
    }
}
