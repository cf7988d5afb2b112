package tornado.attention.tasks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A chain compiled for one device. Each {@link #run} sends the inputs up, runs the kernels and brings the outputs down; weights
 * and everything between stay on the device. Close it to free the device's memory.
 *
 * <p>Not thread-safe: one plan is run by one thread at a time, several plans by as many threads as wanted.
 */
public final class Plan implements AutoCloseable {
    /**
     * What crossed between host and device in one run, by the engine's own count.
     *
     * @param up bytes to the device
     * @param down bytes to the host
     * @param kernelNanos time in kernels, in nanoseconds
     */
    public record Transfers(long up, long down, long kernelNanos) {}

    private final String name;
    private final ChainLayout layout;
    private final ChainCost cost;
    private final TornadoDevice device;
    private final TornadoExecutionPlan execution;
    private TornadoExecutionResult lastResult;

    private Plan(String name, ChainLayout layout, TornadoDevice device, TornadoExecutionPlan execution) {
        this.name = name;
        this.layout = layout;
        this.cost = layout.cost();
        this.device = device;
        this.execution = execution;
    }

    static Plan compile(String name, ChainLayout layout, TornadoDevice device) {
        var where = device == null ? TornadoExecutionPlan.DEFAULT_DEVICE : device;
        requireMemory(name, layout.cost(), where);
        layout.allocate();
        var graph = new TaskGraph(name);
        var grids = new GridScheduler();
        layout.emit(graph, name, grids);
        var execution = new TornadoExecutionPlan(graph.snapshot());
        execution.withDevice(where);
        if (!grids.keySet().isEmpty()) {
            execution.withGridScheduler(grids);
        }
        return new Plan(name, layout, where, execution);
    }

    private static void requireMemory(String name, ChainCost cost, TornadoDevice device) {
        long there = device.getMaxGlobalMemory();
        if (there > 0 && cost.peakDeviceBytes() > there) {
            throw new IllegalArgumentException("Chain '" + name + "' needs " + cost.peakDeviceBytes()
                    + " bytes of device memory but " + device.getDeviceName() + " has " + there
                    + "; use a smaller batch or another device.");
        }
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

    /** Runs once on what the inputs' arrays hold. */
    public void run() {
        lastResult = execution.execute();
    }

    /**
     * Copies values into the inputs, runs once and returns the first output's array, which the next run overwrites.
     *
     * @param inputs one array an input, each as long as its tensor; an input's own array is not copied
     */
    public FloatArray run(FloatArray... inputs) {
        if (inputs.length != layout.inputs().size()) {
            throw new IllegalArgumentException(
                    "Plan '" + name + "' has " + layout.inputs().size() + " inputs " + layout.inputs() + " but got "
                            + inputs.length + " arrays; give one an input.");
        }
        for (int i = 0; i < inputs.length; i++) {
            fill(layout.inputs().get(i), inputs[i]);
        }
        run();
        return layout.outputs().getFirst().array();
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

    /** A copy of a tensor's elements as they are on the host after the last run. */
    public float[] read(Tensor tensor) {
        var values = new float[tensor.elements()];
        var array = tensor.array();
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i);
        }
        return values;
    }

    /**
     * The weights that runs have updated on the device (running averages in training mode), read back now, by their name within
     * the chain such as {@code sk.convs.0.bn.running_mean}; their initial values before the first run.
     */
    public Map<String, Weight> weights() {
        var result = Optional.ofNullable(lastResult);
        var weights = new LinkedHashMap<String, Weight>();
        layout.states().forEach((key, tensor) -> {
            result.ifPresent(r -> r.transferToHost(tensor.array()));
            weights.put(key, Weight.of(key, tensor.shape(), read(tensor)));
        });
        return weights;
    }

    /** Runs once with the engine's profiler on and returns what crossed; never time anything by it but the kernels. */
    public Transfers profile() {
        execution.withProfiler(ProfilerMode.SILENT);
        try {
            run();
            var profile = lastResult.getProfilerResult();
            return new Transfers(
                    profile.getTotalBytesCopyIn(), profile.getTotalBytesCopyOut(), profile.getDeviceKernelTime());
        } finally {
            execution.withoutProfiler();
        }
    }

    /** Frees the device's memory; a closed plan does not run again. */
    @Override
    public void close() {
        try {
            execution.close();
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException("Plan '" + name + "' could not be closed: " + e.getMessage(), e);
        }
    }
}
