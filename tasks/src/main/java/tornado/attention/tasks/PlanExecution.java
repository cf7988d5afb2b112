package tornado.attention.tasks;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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
    private static final Logger LOG = System.getLogger(PlanExecution.class.getPackageName());

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

    /** Has the launches recorded and replayed, where that can be done. */
    void recordCudaGraph(String backend) {
        SdkFeatures.recordCudaGraph(plan, graphs, backend);
    }

    @Override
    public boolean prepare() {
        if (graphs > 1) {
            return false;
        }
        try {
            plan.withPreCompilation();
            return SdkFeatures.upload(plan);
        } catch (TornadoOutOfMemoryException e) {
            starved = true;
            throw e;
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
        return each(this::executeSelected);
    }

    /** TornadoVM 5.2 and the embedded engine hand arrays on between graphs that run one by one. */
    private <T> List<T> each(Supplier<T> run) {
        if (graphs == 1) {
            return List.of(run.get());
        }
        var results = new ArrayList<T>(graphs);
        for (int graph = 0; graph < graphs; graph++) {
            select(graph);
            results.add(run.get());
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
    public List<Profile> executeProfiled() {
        return each(this::profileSelected);
    }

    /** Runs the selected graph with the engine's profiler on. */
    Profile profileSelected() {
        plan.withProfiler(ProfilerMode.SILENT);
        try {
            return Profile.of(executeSelected());
        } finally {
            plan.withoutProfiler();
        }
    }

    @Override
    public boolean isStarved() {
        return starved;
    }

    /**
     * Frees the device's memory. TornadoVM 5.2 stops at an array that one graph handed on to another, since it frees it with either: of
     * a plan of three and more graphs the arrays behind it stay until the JVM ends.
     */
    @Override
    public void close() throws TornadoExecutionPlanException {
        if (graphs == 1) {
            plan.close();
            return;
        }
        selectAll();
        try {
            plan.close();
        } catch (Error e) {
            if (e instanceof VirtualMachineError) {
                throw e;
            }
            LOG.log(Level.DEBUG, "TornadoVM did not free all arrays of a plan of several graphs.", e);
        }
    }
}
