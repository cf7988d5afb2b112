package tornado.attention.tasks;

import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;

/** What a {@link Plan} runs on: an execution plan of its own, or one graph of a plan that {@link SharedPlans} keeps. */
interface GraphExecution extends AutoCloseable {
    /** Runs the graph once. */
    TornadoExecutionResult execute();

    /** Runs it once with the engine's profiler on. */
    TornadoExecutionResult executeProfiled();

    @Override
    void close() throws TornadoExecutionPlanException;

    /** The only graph of a plan. */
    static GraphExecution of(TornadoExecutionPlan plan) {
        return new GraphExecution() {
            @Override
            public TornadoExecutionResult execute() {
                return plan.execute();
            }

            @Override
            public TornadoExecutionResult executeProfiled() {
                plan.withProfiler(ProfilerMode.SILENT);
                try {
                    return plan.execute();
                } finally {
                    plan.withoutProfiler();
                }
            }

            @Override
            public void close() throws TornadoExecutionPlanException {
                plan.close();
            }
        };
    }
}
