package tornado.attention.bench.device;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import tornado.attention.bench.engine.Device;
import tornado.attention.modules.AttentionModule;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.VariantChoice;

/**
 * Runs of a module on random inputs.
 *
 * @param module what is run
 * @param shapes of its inputs by their names
 * @param variant which kernels it runs
 */
public record ModuleMeasurement(AttentionModule module, Map<String, Shape> shapes, VariantChoice variant)
        implements Measurement {
    /** Long enough for the JVM to compile what the engine generated; at least one run. */
    private static final long WARM_UP_NANOS = 500_000_000L;

    private static final long MEASURED_NANOS = 500_000_000L;
    private static final int MOST_RUNS = 1_000;

    /** Copies the map, sorted by name. */
    public ModuleMeasurement {
        Objects.requireNonNull(module, "module");
        shapes = Collections.unmodifiableMap(new TreeMap<>(shapes));
    }

    @Override
    public String key() {
        var options = ChainOptions.evaluation().with(variant);
        // Settings are told apart by the work they make.
        var cost = chain(options).cost();
        return module.type().name() + " " + shapes + ", " + cost.macs() + " MACs, " + cost.bytes() + " bytes, variant "
                + options.variant().name().toLowerCase(Locale.ROOT);
    }

    private TaskChain chain(ChainOptions options) {
        var chain = TaskChain.named("measure", options);
        var inputs = new LinkedHashMap<String, Tensor>();
        shapes.forEach((name, shape) -> inputs.put(name, chain.input(name, shape)));
        module.attach(chain, inputs).forEach(chain::output);
        return chain;
    }

    @Override
    public long nanos(Device device) {
        try (var plan = chain(device.using(variant).options()).plan(device.device())) {
            fill(plan);
            long warm = System.nanoTime() + WARM_UP_NANOS;
            do {
                plan.run();
            } while (System.nanoTime() < warm);
            var times = new long[MOST_RUNS];
            long end = System.nanoTime() + MEASURED_NANOS;
            int n = 0;
            do {
                long before = System.nanoTime();
                plan.run();
                times[n++] = System.nanoTime() - before;
            } while (n < MOST_RUNS && System.nanoTime() < end);
            Arrays.sort(times, 0, n);
            return times[n / 2];
        }
    }

    private static void fill(Plan plan) {
        var random = new SplittableRandom(1);
        for (var input : plan.inputs()) {
            for (int i = 0; i < input.elements(); i++) {
                input.array().set(i, (float) random.nextGaussian());
            }
        }
    }
}
