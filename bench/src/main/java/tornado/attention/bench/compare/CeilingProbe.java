package tornado.attention.bench.compare;

import java.util.Locale;
import tornado.attention.bench.engine.Device;
import tornado.attention.kernels.Activations;
import tornado.attention.kernels.Convolution1x1;
import tornado.attention.kernels.Elementwise;
import tornado.attention.report.Ceiling;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Measures what a device reaches at best: copying, and multiply-adds. Through the same API as the modules, so that a
 * point of the roofline chart can reach its roof.
 */
final class CeilingProbe {
    /** Elements of the copied arrays: 64 MiB each, more than the caches of a processor's cores. */
    private static final int COPIED = 1 << 24;

    /** Copies a graph, so that launching does not count on a fast device. */
    private static final int COPIES = 4;

    private static final int ELEMENTS = 1 << 17;
    private static final int SHORT_ROUNDS = 32;
    private static final int LONG_ROUNDS = 2048;

    /** A short run faster than this says that a long one is affordable. */
    private static final double AFFORDABLE = 5e6;

    private static final int LEAST_RUNS = 3;

    /** In the time a measurement goes on without becoming faster, how long it may take in all. */
    private static final int LONGEST = 6;

    private static final int CHANNELS = 256;
    private static final int PIXELS = 28 * 28;

    private final Device device;
    private final long nanos;

    /**
     * A probe of a device.
     *
     * @param nanos how long a measurement goes on without becoming faster
     */
    CeilingProbe(Device device, long nanos) {
        this.device = device;
        this.nanos = nanos;
    }

    /** Adds tasks to a graph whose arrays are on the device. */
    private interface Tasks {
        void add(TaskGraph graph);
    }

    /** Measures. */
    Ceiling measure() {
        double copy = 2.0 * COPIES * COPIED * Float.BYTES / copyNanos();
        double chains = chains();
        double product = (double) CHANNELS * CHANNELS * PIXELS / productNanos();
        return new Ceiling(
                copy,
                Math.max(chains, product),
                String.format(
                        Locale.ROOT,
                        "fastest of several runs; copy of 64 MiB; multiply-adds: %.4g Gmacs/s in registers,"
                                + " %.4g in a 1x1 convolution %d to %d at 28x28",
                        chains,
                        product,
                        CHANNELS,
                        CHANNELS));
    }

    private double copyNanos() {
        var a = new FloatArray(COPIED);
        var b = new FloatArray(COPIED);
        return best(
                graph -> {
                    for (int i = 0; i < COPIES; i += 2) {
                        graph.task("forth" + i, Elementwise::copy, a, b, COPIED);
                        graph.task("back" + i, Elementwise::copy, b, a, COPIED);
                    }
                },
                a,
                b);
    }

    /**
     * A long run only where a short one was fast: scalar code would take seconds. 0 where the device's compiler refuses
     * it.
     */
    private double chains() {
        try {
            return chainRate();
        } catch (RuntimeException e) {
            if (e.getClass().getName().contains("Bailout")) {
                return 0;
            }
            throw e;
        }
    }

    private double chainRate() {
        double brief = chainNanos(SHORT_ROUNDS);
        double rate = rate(SHORT_ROUNDS, brief);
        return brief < AFFORDABLE ? Math.max(rate, rate(LONG_ROUNDS, chainNanos(LONG_ROUNDS))) : rate;
    }

    private static double rate(int rounds, double time) {
        return (double) ELEMENTS * rounds * ProbeKernels.CHAINS / time;
    }

    private double chainNanos(int rounds) {
        var x = new FloatArray(ELEMENTS);
        x.init(0.999f);
        var out = new FloatArray(ELEMENTS);
        return best(graph -> graph.task("chains", ProbeKernels::multiplyAdds, x, out, ELEMENTS, rounds), x, out);
    }

    private double productNanos() {
        var x = new FloatArray(CHANNELS * PIXELS);
        x.init(0.5f);
        var weight = new FloatArray(CHANNELS * CHANNELS);
        weight.init(0.01f);
        var bias = new FloatArray(CHANNELS);
        bias.init(0f);
        var out = new FloatArray(CHANNELS * PIXELS);
        return best(
                graph -> graph.task(
                        "product",
                        Convolution1x1::apply,
                        x,
                        weight,
                        bias,
                        out,
                        1,
                        CHANNELS,
                        CHANNELS,
                        PIXELS,
                        Activations.IDENTITY),
                x,
                weight,
                bias,
                out);
    }

    /** The fastest run: a ceiling is what was reached, not what is usual. */
    private double best(Tasks tasks, Object... arrays) {
        var graph = new TaskGraph("probe");
        graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, arrays);
        tasks.add(graph);
        graph.transferToHost(DataTransferMode.UNDER_DEMAND, arrays);
        try (var plan = new TornadoExecutionPlan(graph.snapshot())) {
            plan.withDevice(device.device());
            long start = System.nanoTime();
            long improved = start;
            long best = Long.MAX_VALUE;
            long now = start;
            // The JIT compiles while it runs: go on for as long as it becomes faster.
            for (int runs = 0; runs < LEAST_RUNS || now - improved < nanos && now - start < LONGEST * nanos; runs++) {
                long before = System.nanoTime();
                plan.execute();
                now = System.nanoTime();
                if (now - before < best - best / 50) {
                    improved = now;
                }
                best = Math.min(best, now - before);
            }
            return best;
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException(
                    "A probe of " + device.hardware() + " could not be closed: " + e.getMessage(), e);
        }
    }
}
