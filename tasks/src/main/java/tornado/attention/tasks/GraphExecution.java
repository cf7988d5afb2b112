package tornado.attention.tasks;

import java.util.List;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;

/** What a {@link Plan} runs on: an execution plan of its own, or one graph of a plan that {@link SharedPlans} keeps. */
interface GraphExecution {
    /**
     * Runs the graphs once, in order.
     *
     * @return a result each
     */
    List<TornadoExecutionResult> execute();

    /** Runs it once with the engine's profiler on. */
    List<TornadoExecutionResult> executeProfiled();

    /** Selects the graph, of several ones, that holds what is read back next. */
    default void select(int graph) {}

    /** Whether a run found no memory: TornadoVM 5.2 ends the JVM if the execution plan runs again. */
    boolean isStarved();

    /** Frees the device's memory. */
    void close() throws TornadoExecutionPlanException;
}
