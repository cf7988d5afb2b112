package tornado.attention.bench.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.bench.cli.Waiting;
import tornado.attention.bench.engine.Device;
import tornado.attention.modules.AttentionModule;
import tornado.attention.report.internal.text.Numbers;
import tornado.attention.tasks.Attention;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.ChainCost;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What came of running a module on one input.
 *
 * @param outputs in PyTorch's order, numbered from the second on as in the reference cases
 * @param attention what it exposed, if asked to
 * @param cost of its chain
 * @param compileNanos building the task graph and compiling it
 * @param firstNanos the first run
 * @param steadyNanos median of the later half of the further runs; 0 without any
 * @param runs number of further runs
 */
public record ModuleRun(
        List<NamedTensor> outputs,
        List<Exposed> attention,
        ChainCost cost,
        long compileNanos,
        long firstNanos,
        long steadyNanos,
        int runs) {
    /**
     * An attention tensor on the host.
     *
     * @param kind what it says
     * @param tensor its values
     */
    public record Exposed(AttentionKind kind, NamedTensor tensor) {}

    /**
     * Runs a module until its time is known.
     *
     * @param inputs under the names the module gives them
     * @param exposing whether attention is wanted as well
     */
    static ModuleRun timed(AttentionModule module, List<NamedTensor> inputs, Device device, boolean exposing) {
        return timed(module::attach, inputs, device, exposing);
    }

    /** Appends what is run to a chain. */
    interface Attachment {
        /** The outputs for inputs by their names. */
        List<Tensor> attach(TaskChain chain, Map<String, Tensor> inputs);
    }

    /**
     * Runs something until its time is known.
     *
     * @param inputs by their names
     * @param exposing whether attention is wanted as well
     */
    static ModuleRun timed(Attachment attachment, List<NamedTensor> inputs, Device device, boolean exposing) {
        return of(attachment, inputs, device, exposing, true);
    }

    /** Runs a module once, with its attention in the open. */
    public static ModuleRun once(AttentionModule module, List<NamedTensor> inputs, Device device) {
        return of(module::attach, inputs, device, true, false);
    }

    private static ModuleRun of(
            Attachment attachment, List<NamedTensor> inputs, Device device, boolean exposing, boolean timed) {
        try (var waiting = Waiting.on("compiling and running for the first time")) {
            return of(attachment, inputs, device, exposing, timed, waiting);
        }
    }

    private static ModuleRun of(
            Attachment attachment,
            List<NamedTensor> inputs,
            Device device,
            boolean exposing,
            boolean timed,
            Waiting waiting) {
        long start = System.nanoTime();
        var options = device.options();
        var chain = TaskChain.named("run", exposing ? options.exposingAttention() : options);
        var tensors = new LinkedHashMap<String, Tensor>();
        for (var input : inputs) {
            var values = FloatArray.fromArray(input.values());
            tensors.put(input.name(), chain.input(input.name(), input.shape(), values));
        }
        var outputs = attachment.attach(chain, tensors);
        outputs.forEach(chain::output);
        try (var plan = chain.plan(device.device())) {
            long compiled = System.nanoTime();
            plan.run();
            long first = System.nanoTime();
            var times = timed ? SteadyRuns.of(plan, first - compiled, waiting) : new long[0];
            return new ModuleRun(
                    read(plan, outputs),
                    plan.attention().stream().map(a -> read(plan, a)).toList(),
                    plan.cost(),
                    compiled - start,
                    first - compiled,
                    SteadyRuns.median(times),
                    times.length);
        }
    }

    /** The line of costs. */
    String describeCost() {
        return cost.kernels() + " kernels, " + Numbers.count(cost.macs()) + " MACs, " + Numbers.bytes(cost.bytes())
                + " traffic, " + Numbers.bytes(cost.peakDeviceBytes()) + " device memory";
    }

    /** The line of times. */
    String describeTime() {
        return "compiled in " + Numbers.millis(compileNanos) + ", first run " + Numbers.millis(firstNanos) + ", steady "
                + Numbers.millis(steadyNanos) + " (median of the later half of " + runs + " runs)";
    }

    private static List<NamedTensor> read(Plan plan, List<Tensor> outputs) {
        var read = new ArrayList<NamedTensor>();
        for (var output : outputs) {
            var name = read.isEmpty() ? "output" : "output." + read.size();
            read.add(new NamedTensor(name, output.shape(), plan.read(output)));
        }
        return read;
    }

    private static Exposed read(Plan plan, Attention attention) {
        var tensor = attention.tensor();
        return new Exposed(attention.kind(), new NamedTensor(tensor.name(), tensor.shape(), plan.read(tensor)));
    }
}
