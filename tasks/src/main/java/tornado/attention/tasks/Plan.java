package tornado.attention.tasks;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import tornado.attention.tasks.GraphExecution.Profile;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A chain compiled for one device. Each {@link #run} sends the inputs up, runs the kernels and brings the outputs down; weights
 * and everything between stay on the device. Close it to free the device's memory.
 *
 * <p>Not thread-safe: one plan is run by one thread at a time (a second one gets an exception), several plans by as many threads
 * as wanted. The embedded engine allocates a result of about 110 bytes a run; TornadoVM 5.2 keeps every result of a plan until it
 * is closed, so a loop of millions of runs should renew its plan now and then.
 */
public final class Plan implements AutoCloseable {
    /**
     * What crossed between host and device in one run, by the engine's own count.
     *
     * @param up bytes to the device
     * @param down bytes to the host
     * @param kernelNanos time in kernels, in nanoseconds
     * @param upNanos time of what went up, in nanoseconds
     * @param downNanos time of what came down, in nanoseconds
     */
    public record Transfers(long up, long down, long kernelNanos, long upNanos, long downNanos) {}

    private final String name;
    private final ChainLayout layout;
    private final ChainCost cost;
    private final TornadoDevice device;
    private final GraphExecution execution;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final Set<Tensor> onHost = Collections.newSetFromMap(new IdentityHashMap<>());
    private List<TornadoExecutionResult> lastResults = List.of();

    Plan(String name, ChainLayout layout, TornadoDevice device, GraphExecution execution) {
        this.name = name;
        this.layout = layout;
        this.cost = layout.cost();
        this.device = device;
        this.execution = execution;
        layout.inputs().forEach(t -> onHost.add(t.base()));
        layout.outputs().forEach(t -> onHost.add(t.base()));
        layout.attention().forEach(a -> onHost.add(a.tensor().base()));
        onHost.addAll(layout.states().values());
    }

    static Plan compile(String name, ChainLayout layout, TornadoDevice device) {
        var where = device == null ? TornadoRuntimeProvider.getTornadoRuntime().getDefaultDevice() : device;
        DeviceMemory.of(where).require(name, layout.arrays());
        layout.allocate();
        var grids = new GridScheduler();
        if (layout.isOneGraph()) {
            var graph = new TaskGraph(name);
            layout.emit(graph, name, grids);
            return ready(name, layout, where, new PlanExecution(device, grids, graph.snapshot()));
        }
        var graphs = layout.emitAll(name, grids, layout.tasksAGraph()).stream()
                .map(TaskGraph::snapshot)
                .toArray(ImmutableTaskGraph[]::new);
        return ready(name, layout, where, new PlanExecution(device, grids, graphs));
    }

    private static Plan ready(String name, ChainLayout layout, TornadoDevice where, PlanExecution execution) {
        var backend = where.getTornadoVMBackend().name();
        SdkFeatures.warnOf(backend);
        if (layout.cudaGraph()) {
            execution.recordCudaGraph(backend);
        }
        return new Plan(name, layout, where, execution);
    }

    /** The chain's name. */
    public String name() {
        return name;
    }

    /** Where it runs. */
    public TornadoDevice device() {
        return device;
    }

    /** Kernels, MACs, bytes and peak device memory of one run. */
    public ChainCost cost() {
        return cost;
    }

    /**
     * Does before the first run what can be done without one: TornadoVM compiles the kernels, and from 7.0 on sends the weights up. A plan of
     * several task graphs, and one that shares an execution plan ({@link SharedPlans}), gets ready in its first run.
     *
     * @return whether the weights are on the device now
     * @throws IllegalStateException if another thread is running this plan, or the device has not the memory
     */
    public boolean prepare() {
        return alone(() -> guarded(execution::prepare));
    }

    /** The inputs, in the order in which the chain declared them. */
    public List<Tensor> inputs() {
        return List.copyOf(layout.inputs());
    }

    /** The outputs, in the order in which the chain marked them. */
    public List<Tensor> outputs() {
        return List.copyOf(layout.outputs());
    }

    /** The attention tensors, which come down with the outputs; empty unless the chain exposes attention. */
    public List<Attention> attention() {
        return List.copyOf(layout.attention());
    }

    /**
     * Runs once on what the inputs' arrays hold.
     *
     * @throws IllegalStateException if another thread is running this plan, or the device has not the memory
     */
    public void run() {
        alone(() -> {
            execute();
            return null;
        });
    }

    private void execute() {
        lastResults = guarded(execution::execute);
    }

    private <T> T guarded(Supplier<T> run) {
        if (execution.isStarved()) {
            throw new IllegalStateException("Plan '" + name
                    + "' found no device memory before and does not run again; close it and compile the chain anew.");
        }
        try {
            return run.get();
        } catch (TornadoOutOfMemoryException e) {
            throw DeviceMemory.of(device).refused(name, layout.arrays(), e);
        }
    }

    private <T> T alone(Supplier<T> body) {
        if (!busy.compareAndSet(false, true)) {
            throw new IllegalStateException("Plan '" + name
                    + "' is running in another thread; a plan serves one thread at a time, make one each.");
        }
        try {
            return body.get();
        } finally {
            busy.set(false);
        }
    }

    /**
     * Copies values into the inputs, runs once and returns the first output's array. The array belongs to the plan: the next run
     * overwrites it.
     *
     * @param inputs one array an input, each as long as its tensor; an input's own array is not copied
     * @throws IllegalStateException if another thread is running this plan, or the device has not the memory
     */
    public FloatArray run(FloatArray... inputs) {
        if (inputs.length != layout.inputs().size()) {
            throw new IllegalArgumentException(
                    "Plan '" + name + "' has " + layout.inputs().size() + " inputs " + layout.inputs() + " but got "
                            + inputs.length + " arrays; give one an input.");
        }
        return alone(() -> {
            for (int i = 0; i < inputs.length; i++) {
                fill(layout.inputs().get(i), inputs[i]);
            }
            execute();
            return layout.outputs().getFirst().array();
        });
    }

    private static void fill(Tensor tensor, FloatArray values) {
        if (values == tensor.array()) {
            return;
        }
        if (values.getSize() != tensor.elements()) {
            throw new IllegalArgumentException("Input '" + tensor.name() + "' of shape " + tensor.shape() + " takes "
                    + tensor.elements() + " values but got " + values.getSize() + ".");
        }
        tensor.array().getSegment().copyFrom(values.getSegment());
    }

    /**
     * A copy of a tensor's elements as they are on the host after the last run.
     *
     * @param tensor an input, an output, an attention tensor or a state of this plan
     * @throws IllegalArgumentException if it is none of these, because nothing else comes to the host
     */
    public float[] read(Tensor tensor) {
        if (!onHost.contains(tensor.base())) {
            throw new IllegalArgumentException("Tensor '" + tensor.name() + "' does not come to the host in plan '"
                    + name + "'; mark it as an output of the chain.");
        }
        var values = new float[tensor.elements()];
        MemorySegment.copy(tensor.array().getSegment(), ValueLayout.JAVA_FLOAT, 0, values, 0, values.length);
        return values;
    }

    /**
     * The weights that runs have updated on the device (running averages in training mode), read back now, by their name within
     * the chain such as {@code sk.convs.0.bn.running_mean}; their initial values before the first run.
     */
    public Map<String, Weight> weights() {
        return alone(() -> {
            var weights = new LinkedHashMap<String, Weight>();
            layout.states().forEach((key, tensor) -> {
                layout.graphOf(tensor).filter(g -> !lastResults.isEmpty()).ifPresent(graph -> {
                    if (lastResults.size() > 1) {
                        execution.select(graph);
                    }
                    lastResults.get(graph).transferToHost(tensor.array());
                });
                weights.put(key, Weight.of(key, tensor.shape(), read(tensor)));
            });
            return weights;
        });
    }

    /** Runs once with the engine's profiler on and returns what crossed; never time anything by it but the kernels. */
    public Transfers profile() {
        var profiles = profiled();
        return new Transfers(
                profiles.stream().mapToLong(Profile::up).sum(),
                profiles.stream().mapToLong(Profile::down).sum(),
                profiles.stream().mapToLong(Profile::kernelNanos).sum(),
                profiles.stream().mapToLong(Profile::upNanos).sum(),
                profiles.stream().mapToLong(Profile::downNanos).sum());
    }

    /**
     * Runs once with the engine's profiler on and returns its own logs, one a task graph: JSON with one object a task. The embedded
     * engine says there how it runs each kernel ({@code MODE}).
     */
    public List<String> profileLogs() {
        return profiled().stream().map(Profile::log).toList();
    }

    private List<Profile> profiled() {
        return alone(() -> guarded(execution::executeProfiled));
    }

    /** Frees the device's memory; a closed plan does not run again. */
    @Override
    public void close() {
        try {
            execution.close();
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException("Plan '" + name + "' could not be closed: " + e.getMessage(), e);
        } catch (Error e) {
            // TornadoVM 5.2 stops at the array for which it had no memory; that there was none has been said.
            if (!execution.isStarved() || e instanceof VirtualMachineError) {
                throw e;
            }
        }
    }
}
