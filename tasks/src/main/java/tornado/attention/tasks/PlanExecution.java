package tornado.attention.tasks;

import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/** An execution plan of TornadoVM: its selected graphs. */
final class PlanExecution implements GraphExecution {
    private final TornadoExecutionPlan plan;
    private boolean starved;

    /**
     * A new execution plan.
     *
     * @param device where it runs; null for the default one
     * @param grids of its tasks, perhaps none
     */
    PlanExecution(TornadoDevice device, GridScheduler grids, ImmutableTaskGraph... graphs) {
        plan = new TornadoExecutionPlan(graphs);
        if (device != null) {
            plan.withDevice(device);
        }
        if (!grids.keySet().isEmpty()) {
            plan.withGridScheduler(grids);
        }
    }

    /** Selects one graph for the next runs. */
    void select(int graph) {
        plan.withGraph(graph);
    }

    /** Selects all graphs. */
    void selectAll() {
        plan.withAllGraphs();
    }

    @Override
    public TornadoExecutionResult execute() {
        try {
            return plan.execute();
        } catch (TornadoOutOfMemoryException e) {
            starved = true;
            throw e;
        }
    }

    @Override
    public TornadoExecutionResult executeProfiled() {
        plan.withProfiler(ProfilerMode.SILENT);
        try {
            return execute();
        } finally {
            plan.withoutProfiler();
        }
    }

    @Override
    public boolean isStarved() {
        return starved;
    }

    @Override
    public void close() throws TornadoExecutionPlanException {
        plan.close();
    }
}
