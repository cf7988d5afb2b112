package tornado.attention.bench.run;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
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

    private static final long STEADY_NANOS = 1_500_000_000L;
    private static final long LONGEST_NANOS = 8_000_000_000L;
    private static final int FIRST_RUNS = 4;

    /** Compilers are busy that have worked for this share of so much time. */
    private static final double BUSY = 0.15;

    private static final long WINDOW_NANOS = 400_000_000;

    private static final int LEAST_RUNS = 4;
    private static final int MOST_RUNS = 2_000;

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
        return of(attachment, inputs, device, exposing, MOST_RUNS);
    }

    /** Runs a module once, with its attention in the open. */
    public static ModuleRun once(AttentionModule module, List<NamedTensor> inputs, Device device) {
        return of(module::attach, inputs, device, true, 0);
    }

    private static ModuleRun of(
            Attachment attachment, List<NamedTensor> inputs, Device device, boolean exposing, int mostRuns) {
        try (var waiting = Waiting.on("compiling and running for the first time")) {
            return of(attachment, inputs, device, exposing, mostRuns, waiting);
        }
    }

    private static ModuleRun of(
            Attachment attachment,
            List<NamedTensor> inputs,
            Device device,
            boolean exposing,
            int mostRuns,
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
            var times = steady(plan, mostRuns, first - compiled, waiting);
            return new ModuleRun(
                    read(plan, outputs),
                    plan.attention().stream().map(a -> read(plan, a)).toList(),
                    plan.cost(),
                    compiled - start,
                    first - compiled,
                    medianOfLaterHalf(times),
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

    /** Runs on for a while: longer where the first run shows that much has to be compiled first, and while HotSpot still compiles. */
    private static long[] steady(Plan plan, int mostRuns, long firstNanos, Waiting waiting) {
        var times = new long[mostRuns];
        if (mostRuns == 0) {
            return times;
        }
        long end = System.nanoTime() + Math.clamp(FIRST_RUNS * firstNanos, STEADY_NANOS, LONGEST_NANOS);
        waiting.now("timing", Math.max(end, System.nanoTime() + LEAST_RUNS * firstNanos));
        int n = 0;
        long latest = System.nanoTime() + LONGEST_NANOS;
        var compilers = new Compilers();
        while (n < mostRuns
                && (n < LEAST_RUNS || System.nanoTime() < end || System.nanoTime() < latest && compilers.areBusy())) {
            long before = System.nanoTime();
            plan.run();
            times[n++] = System.nanoTime() - before;
            waiting.now("timing", Math.max(end, System.nanoTime() + (LEAST_RUNS - n) * times[n - 1]));
        }
        return Arrays.copyOf(times, n);
    }

    /** What HotSpot's compilers do, by the time that they have taken. */
    private static final class Compilers {
        private long since = System.nanoTime();
        private long taken = taken();
        private boolean busy = true;

        /** Whether they worked for a share of the latest time; asked again and again. */
        boolean areBusy() {
            long now = System.nanoTime();
            if (now - since > WINDOW_NANOS) {
                long all = taken();
                busy = all - taken > BUSY * (now - since);
                taken = all;
                since = now;
            }
            return busy;
        }

        private static long taken() {
            var bean = ManagementFactory.getCompilationMXBean();
            return bean == null || !bean.isCompilationTimeMonitoringSupported()
                    ? 0
                    : bean.getTotalCompilationTime() * 1_000_000;
        }
    }

    private static long medianOfLaterHalf(long[] times) {
        if (times.length == 0) {
            return 0;
        }
        var later = Arrays.copyOfRange(times, times.length / 2, times.length);
        Arrays.sort(later);
        return later[later.length / 2];
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
