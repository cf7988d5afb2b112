package tornado.attention.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
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
    private final int graphs;
    private boolean starved;

    /**
     * A new execution plan.
     *
     * @param device where it runs; null for the default one
     * @param grids of its tasks, perhaps none
     */
    PlanExecution(TornadoDevice device, GridScheduler grids, ImmutableTaskGraph... graphs) {
        plan = new TornadoExecutionPlan(graphs);
        this.graphs = graphs.length;
        if (device != null) {
            plan.withDevice(device);
        }
        if (!grids.keySet().isEmpty()) {
            plan.withGridScheduler(grids);
        }
    }

    /** Selects one graph for the next runs. */
    @Override
    public void select(int graph) {
        plan.withGraph(graph);
    }

    /** Selects all graphs. */
    void selectAll() {
        plan.withAllGraphs();
    }

    @Override
    public List<TornadoExecutionResult> execute() {
        if (graphs == 1) {
            return List.of(executeSelected());
        }
        // TornadoVM 5.2 and the embedded engine hand arrays on between graphs that run one by one.
        var results = new ArrayList<TornadoExecutionResult>(graphs);
        for (int graph = 0; graph < graphs; graph++) {
            select(graph);
            results.add(executeSelected());
        }
        return results;
    }

    /** Runs the selected graph. */
    TornadoExecutionResult executeSelected() {
        try {
            return plan.execute();
        } catch (TornadoOutOfMemoryException e) {
            starved = true;
            throw e;
        }
    }

    @Override
    public List<TornadoExecutionResult> executeProfiled() {
        return profiled(this::execute);
    }

    /** Runs with the engine's profiler on. */
    <T> T profiled(Supplier<T> run) {
        plan.withProfiler(ProfilerMode.SILENT);
        try {
            return run.get();
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
        if (graphs > 1) {
            selectAll();
        }
        plan.close();
    }
}
