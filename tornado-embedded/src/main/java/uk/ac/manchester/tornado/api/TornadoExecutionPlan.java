package uk.ac.manchester.tornado.api;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import tornado.attention.embedded.internal.runtime.EmbeddedRuntime;
import tornado.attention.embedded.internal.runtime.PlanRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/**
 * Runs task graphs on a device. Arrays stay on the device from run to run until the plan is closed.
 *
 * <p>Every {@code with} method changes this plan and returns it. One plan runs on one thread at a time.
 */
public final class TornadoExecutionPlan implements AutoCloseable {

    /** The device of plans that choose none. */
    public static TornadoDevice DEFAULT_DEVICE =
            TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice();

    // Characters; a plan that switches graphs at every run would otherwise grow its trace at every run.
    private static final int MAX_TRACE = 4096;

    private final PlanRuntime plan;
    private String trace = "Root";

    /** A plan of graphs, which run in this order. */
    public TornadoExecutionPlan(ImmutableTaskGraph... immutableTaskGraphs) {
        for (var graph : immutableTaskGraphs) {
            if (graph == null) {
                throw new TornadoRuntimeException("A task graph of an execution plan is null: pass its snapshot.");
            }
        }
        plan = new PlanRuntime(
                Arrays.stream(immutableTaskGraphs)
                        .map(ImmutableTaskGraph::definition)
                        .toList(),
                KernelContext::new);
    }

    /** The device of a backend by its index. */
    public static TornadoDevice getDevice(int driverIndex, int deviceIndex) {
        return TornadoRuntimeProvider.getTornadoRuntime()
                .getBackend(driverIndex)
                .getDevice(deviceIndex);
    }

    /** Number of plans made in this JVM. */
    public static int getTotalPlans() {
        return Math.toIntExact(EmbeddedRuntime.instance().plans());
    }

    /** All backends and devices. */
    public static TornadoDeviceMap getTornadoDeviceMap() {
        return new TornadoDeviceMap();
    }

    /**
     * Runs the selected graphs and waits for their end.
     *
     * @throws TornadoRuntimeException if the plan is closed or in use by another thread
     */
    public TornadoExecutionResult execute() {
        return new TornadoExecutionResult(plan, plan.execute(), trace);
    }

    private TornadoExecutionPlan traced(String line) {
        if (trace.length() < MAX_TRACE) {
            trace += "\n -> " + line;
        }
        return this;
    }

    /** Selects one graph, by its index, for the next runs. */
    public TornadoExecutionPlan withGraph(int graphIndex) {
        plan.select(graphIndex);
        return traced("withGraph(" + graphIndex + ")");
    }

    /** Selects all graphs for the next runs. */
    public TornadoExecutionPlan withAllGraphs() {
        plan.selectAll();
        return traced("withAllGraphs");
    }

    /** Allocates memory and binds the kernels now instead of at the first run. */
    public TornadoExecutionPlan withPreCompilation() {
        plan.prepare();
        return traced("withPreCompilation");
    }

    /** Runs the selected graphs on a device; what other devices held is not moved there. */
    public TornadoExecutionPlan withDevice(TornadoDevice device) {
        plan.device(device);
        return traced("withDevice " + device);
    }

    /** Runs one task, {@code graph.task}, on a device. */
    public TornadoExecutionPlan withDevice(String taskName, TornadoDevice device) {
        plan.device(taskName, device);
        return traced("withDevice " + device);
    }

    /** Prints what was switched on and off so far. */
    public void printTraceExecutionPlan() {
        System.out.println(trace);
    }

    /** What was switched on and off so far, one line each. */
    public String getTraceExecutionPlan() {
        return trace;
    }

    @Override
    public String toString() {
        return trace;
    }

    /** The device of the graph with this index. */
    public TornadoDevice getDevice(int immutableTaskGraphIndex) {
        return plan.device(immutableTaskGraphIndex);
    }

    /** Frees the device memory of the selected graphs: their next run copies to the device again. */
    public TornadoExecutionPlan freeDeviceMemory() {
        plan.free();
        return traced("freeDeviceMemory");
    }

    /**
     * Chooses the grids of tasks with a {@link KernelContext}.
     *
     * @throws TornadoRuntimeException if none of them is for a task of this plan, or one is for a task of parallel loops
     */
    public TornadoExecutionPlan withGridScheduler(GridScheduler gridScheduler) {
        plan.grids(gridScheduler);
        return traced("withGridScheduler " + gridScheduler);
    }

    /** Forgets the grids. */
    public TornadoExecutionPlan withDefaultScheduler() {
        plan.noGrids();
        return traced("withDefaultScheduler");
    }

    /** Measures times from now on. */
    public TornadoExecutionPlan withProfiler(ProfilerMode profilerMode) {
        plan.profiler(profilerMode);
        return traced("withProfiler " + profilerMode);
    }

    /** Stops measuring times. */
    public TornadoExecutionPlan withoutProfiler() {
        plan.profiler(null);
        return traced("withoutProfiler");
    }

    /** Forgets measurements; every result keeps its own here, so there are none. */
    public TornadoExecutionPlan clearProfiles() {
        return traced("clearProfiles");
    }

    /** Sets up the kernels anew at the next run; device memory stays as it is. */
    public TornadoExecutionPlan resetDevice() {
        plan.reset();
        return traced("resetDevice");
    }

    /** Number of this plan, from 1, in order of construction. */
    public long getId() {
        return plan.id();
    }

    /** Number of plans made in this JVM. */
    public long getGlobalExecutionPlansCounter() {
        return EmbeddedRuntime.instance().plans();
    }

    /** Prints device and threads of each task at every run. */
    public TornadoExecutionPlan withThreadInfo() {
        plan.printThreads(true);
        return traced("withThreadInfo");
    }

    /** Stops printing devices and threads. */
    public TornadoExecutionPlan withoutThreadInfo() {
        plan.printThreads(false);
        return traced("withoutThreadInfo");
    }

    /** Prints how each kernel is run at every run. */
    public TornadoExecutionPlan withPrintKernel() {
        plan.printKernels(true);
        return traced("withPrintKernel");
    }

    /** Stops printing how kernels are run. */
    public TornadoExecutionPlan withoutPrintKernel() {
        plan.printKernels(false);
        return traced("withoutPrintKernel");
    }

    /** Frees the device memory; every later use but closing again is an error. */
    @Override
    public void close() throws TornadoExecutionPlanException {
        plan.close();
    }

    /** Bytes the plan holds on the device. */
    public long getCurrentDeviceMemoryUsage() {
        return plan.bytesAllocated();
    }

    /** Runs the selected graphs until so much time has passed. */
    public TornadoExecutionPlan withWarmUpTime(long milliseconds) throws InterruptedException {
        if (milliseconds < 0) {
            throw new TornadoRuntimeException("A warm-up of " + milliseconds + " ms cannot be: give 0 or more.");
        }
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(milliseconds)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            plan.execute();
        }
        return traced("withWarmUpTime(" + milliseconds + ")");
    }

    /** Runs the selected graphs so many times. */
    public TornadoExecutionPlan withWarmUpIterations(int iterations) {
        if (iterations < 0) {
            throw new TornadoRuntimeException("A warm-up of " + iterations + " iterations cannot be: give 0 or more.");
        }
        for (int i = 0; i < iterations; i++) {
            plan.execute();
        }
        return traced("withWarmUpIterations(" + iterations + ")");
    }
}
