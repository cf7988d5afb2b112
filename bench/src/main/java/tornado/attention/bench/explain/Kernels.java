package tornado.attention.bench.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import tornado.attention.bench.cli.RequiredInputs;
import tornado.attention.bench.cli.Waiting;
import tornado.attention.bench.run.SteadyRuns;
import tornado.attention.modules.ModuleType;
import tornado.attention.networks.Network;
import tornado.attention.networks.NetworkConfig;
import tornado.attention.networks.image.Size;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.StepCost;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * The kernels of a chain, by the engine's own word.
 *
 * @param all in the order in which they run
 * @param runNanos a whole run without the profiler; 0 where only one was made
 * @param runs of which that is the median
 */
record Kernels(List<Kernel> all, long runNanos, int runs) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODE = "MODE";
    private static final String TIME = "TASK_KERNEL_TIME";

    /** Profiled runs at most. */
    private static final int PROFILES = 51;

    /** The time after which no other one is begun. */
    private static final long PROFILING_NANOS = 3_000_000_000L;

    /**
     * One kernel.
     *
     * @param step its task, the tasks of the graph that it makes, what it costs
     * @param name such as {@code AttentionPooling.weightedSum}; empty where the engine does not say
     * @param mode how it runs and why not better; empty where the engine does not say
     * @param nanos how long it takes
     */
    record Kernel(StepCost step, String name, String mode, long nanos) {
        static Kernel of(StepCost step, JsonNode entry, long nanos) {
            var explanation = entry.path(MODE).asText();
            int colon = explanation.indexOf(": ");
            return new Kernel(
                    step,
                    colon < 0 ? "" : explanation.substring(0, colon),
                    colon < 0 ? explanation : explanation.substring(colon + 2),
                    nanos);
        }
    }

    /**
     * A module with fresh weights that fits a feature map.
     *
     * @throws IllegalArgumentException if the module does not fit it
     */
    static TaskChain chain(ModuleType type, Shape featureMap, ChainOptions options) {
        var settings = type.settingsFor(featureMap, Map.of());
        var chain = TaskChain.named("explain", options);
        var tensors = new LinkedHashMap<String, Tensor>();
        RequiredInputs.shapes(type, featureMap, settings)
                .forEach((name, shape) -> tensors.put(name, chain.input(name, shape)));
        type.initial(settings, 1).attach(chain, tensors).forEach(chain::output);
        return chain;
    }

    /**
     * A network with random weights.
     *
     * @param images {@code [batch, 3, height, width]}
     * @throws IllegalArgumentException if the network does not take them
     */
    static TaskChain chain(NetworkConfig config, Shape images, ChainOptions options) {
        var chain = TaskChain.named("explain", options);
        var network = Network.initial(config, new Size(images.height(), images.width()), 1);
        chain.output(network.attach(chain, chain.input("input", images)));
        return chain;
    }

    /** The kernels of a plan, which runs once. */
    static Kernels of(TaskChain chain, Plan plan) {
        var steps = chain.cost().steps();
        var entries = entries(steps, plan);
        return new Kernels(all(steps, entries, i -> entries.get(i).path(TIME).asLong()), 0, 0);
    }

    /** The same with the median of many runs. */
    static Kernels timed(TaskChain chain, Plan plan) {
        var steps = chain.cost().steps();
        try (var waiting = Waiting.on("compiling and running for the first time")) {
            long begun = System.nanoTime();
            plan.run();
            var times = SteadyRuns.of(plan, System.nanoTime() - begun, waiting);
            waiting.now("timing each kernel", System.nanoTime() + PROFILING_NANOS);
            var nanos = new long[steps.size()][PROFILES];
            var entries = List.<JsonNode>of();
            long end = System.nanoTime() + PROFILING_NANOS;
            int n = 0;
            for (; n < PROFILES && (n == 0 || System.nanoTime() < end); n++) {
                plan.run(); // so that caches are as they are in a run, and threads awake
                entries = entries(steps, plan);
                for (int i = 0; i < steps.size(); i++) {
                    nanos[i][n] = entries.get(i).path(TIME).asLong();
                }
            }
            for (var each : nanos) {
                Arrays.sort(each, 0, n);
            }
            int middle = n / 2;
            var all = all(steps, entries, i -> nanos[i][middle]);
            return new Kernels(all, SteadyRuns.median(times), times.length);
        }
    }

    private static List<Kernel> all(List<StepCost> steps, List<JsonNode> entries, IntToLongFunction nanos) {
        return IntStream.range(0, steps.size())
                .mapToObj(i -> Kernel.of(steps.get(i), entries.get(i), nanos.applyAsLong(i)))
                .toList();
    }

    /** What the engine's log of a run says of each task. */
    private static List<JsonNode> entries(List<StepCost> steps, Plan plan) {
        var byTask = new HashMap<String, JsonNode>();
        try {
            for (var log : plan.profileLogs()) {
                collect(JSON.readTree(log), byTask);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The engine's profile is no JSON: " + e.getMessage(), e);
        }
        return steps.stream()
                .map(step -> byTask.getOrDefault(step.task(), JSON.missingNode()))
                .toList();
    }

    /** Tasks by their names behind that of the graph, wherever the log holds them. */
    private static void collect(JsonNode node, Map<String, JsonNode> byTask) {
        for (var field : node.properties()) {
            var value = field.getValue();
            if (value.has(MODE) || value.has(TIME)) {
                var name = field.getKey();
                byTask.put(name.substring(name.indexOf('.') + 1), value);
            } else if (value.isObject()) {
                collect(value, byTask);
            }
        }
    }
}
