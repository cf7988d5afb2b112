package tornado.attention.bench.device;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import tornado.attention.bench.engine.Device;
import tornado.attention.modules.AttentionModule;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * Runs of a module on random inputs.
 *
 * @param module what is run
 * @param shapes of its inputs, in order
 */
public record ModuleMeasurement(AttentionModule module, List<Shape> shapes) implements Measurement {
    private static final int WARM_UP = 10;
    private static final int RUNS = 31;

    /** A device so slow that this passes is measured no longer. */
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    /** Copies the list. */
    public ModuleMeasurement {
        Objects.requireNonNull(module, "module");
        shapes = List.copyOf(shapes);
    }

    @Override
    public String key() {
        return module.type().name() + " " + shapes.stream().map(Shape::toString).collect(Collectors.joining(", ")) + " "
                + costs();
    }

    /** Settings are told apart by the work they make. */
    private String costs() {
        var cost = chain(ChainOptions.evaluation()).cost();
        return cost.macs() + " MACs " + cost.bytes() + " bytes";
    }

    private TaskChain chain(ChainOptions options) {
        var chain = TaskChain.named("measure", options);
        var inputs = new Tensor[shapes.size()];
        Arrays.setAll(inputs, i -> chain.input("x" + i, shapes.get(i)));
        module.attach(chain, List.of(inputs)).forEach(chain::output);
        return chain;
    }

    @Override
    public long nanos(Device device) {
        try (var plan = chain(ChainOptions.evaluation().on(device.profile())).plan(device.device())) {
            fill(plan);
            long end = System.nanoTime() + PATIENCE_NANOS;
            for (int i = 0; i < WARM_UP && System.nanoTime() < end; i++) {
                plan.run();
            }
            var times = new long[RUNS];
            int n = 0;
            do {
                long before = System.nanoTime();
                plan.run();
                times[n++] = System.nanoTime() - before;
            } while (n < RUNS && System.nanoTime() < end);
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
