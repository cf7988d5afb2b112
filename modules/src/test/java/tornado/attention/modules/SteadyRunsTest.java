package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;

/**
 * Once HotSpot has compiled a module's kernels a run makes no garbage: where it leaves vectors objects, in loops within loops for
 * example, a run makes megabytes, and is slower for ever.
 */
class SteadyRunsTest {
    /** A result and what the engine keeps of a run. */
    private static final long MOST_BYTES = 4096;

    private static final int RUNS = 10;

    /** Far longer than it takes, so that a machine busy with something else passes too. */
    private static final long PATIENCE_NANOS = 90_000_000_000L;

    @ParameterizedTest
    @ValueSource(strings = {"ScaledDotProductAttention", "NonLocal", "GlobalContext", "SKAttention", "ULSAM"})
    void makeNoGarbage(String name) {
        var shape = Shape.of(1, 32, 14, 14);
        var type = Catalogue.named(name);
        var settings = type.settingsFor(shape, Map.of());
        var chain = TaskChain.named("steady");
        var inputs = type.fit().inputs(shape, settings).stream()
                .map(s -> chain.input("x", s))
                .toList();
        type.initial(settings, 1).attach(chain, List.copyOf(inputs)).forEach(chain::output);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // One thread: this one, whose bytes are counted.
        try (var plan = chain.plan(TornadoExecutionPlan.getDevice(0, 1))) {
            long end = System.nanoTime() + PATIENCE_NANOS;
            long bytes;
            do {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int run = 0; run < RUNS; run++) {
                    plan.run();
                }
                bytes = (threads.getCurrentThreadAllocatedBytes() - before) / RUNS;
            } while (bytes > MOST_BYTES && System.nanoTime() < end);
            assertThat(bytes).as("bytes a run").isLessThanOrEqualTo(MOST_BYTES);
        }
    }
}
