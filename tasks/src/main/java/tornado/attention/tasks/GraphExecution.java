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
    List<Profile> executeProfiled();

    /**
     * What the engine's profiler says of one graph's run, read before the next graph runs.
     *
     * @param up bytes to the device
     * @param down bytes to the host
     * @param kernelNanos time in kernels
     * @param upNanos time of what goes up
     * @param downNanos time of what comes down
     * @param log the engine's own
     */
    record Profile(long up, long down, long kernelNanos, long upNanos, long downNanos, String log) {
        static Profile of(TornadoExecutionResult result) {
            var profile = result.getProfilerResult();
            return new Profile(
                    profile.getTotalBytesCopyIn(),
                    profile.getTotalBytesCopyOut(),
                    profile.getDeviceKernelTime(),
                    profile.getDeviceWriteTime(),
                    profile.getDeviceReadTime(),
                    profile.getProfileLog());
        }
    }

    /** Selects the graph, of several ones, that holds what is read back next. */
    default void select(int graph) {}

    /**
     * Compiles the kernels and sends the weights up, where that can be done without a run.
     *
     * @return whether the weights went up
     */
    default boolean prepare() {
        return false;
    }

    /** Whether a run found no memory: TornadoVM 5.2 ends the JVM if the execution plan runs again. */
    boolean isStarved();

    /** Frees the device's memory. */
    void close() throws TornadoExecutionPlanException;
}
