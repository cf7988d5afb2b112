package tornado.attention.bench.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.modules.ModuleType;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.StepCost;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/** How the engine runs the kernels of a module, by its own word. */
final class KernelModes {
    /**
     * One task.
     *
     * @param task its name, such as {@code gc.context}
     * @param covers the tasks of the graph that it makes, and the pattern that found them
     * @param kernel the kernel, such as {@code AttentionPooling.weightedSum}; empty where the engine does not say
     * @param mode how it runs and why not better; empty where the engine does not say
     */
    record Mode(String task, String covers, String kernel, String mode) {
        private static Mode of(StepCost step, String explanation) {
            int colon = explanation.indexOf(": ");
            return colon < 0
                    ? new Mode(step.task(), step.covers(), "", explanation)
                    : new Mode(
                            step.task(),
                            step.covers(),
                            explanation.substring(0, colon),
                            explanation.substring(colon + 2));
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private KernelModes() {}

    /**
     * The tasks of a module with fresh weights that fits a feature map, in order.
     *
     * @param options of the chain
     * @throws IllegalArgumentException if the module does not fit it
     */
    static List<Mode> of(ModuleType type, Shape featureMap, ChainOptions options) {
        var settings = type.settingsFor(featureMap, Map.of());
        var chain = TaskChain.named("explain", options);
        var tensors = new LinkedHashMap<String, Tensor>();
        RequiredInputs.shapes(type, featureMap, settings)
                .forEach((name, shape) -> tensors.put(name, chain.input(name, shape)));
        type.initial(settings, 1).attach(chain, tensors).forEach(chain::output);
        var steps = chain.cost().steps();
        try (var plan = chain.plan()) {
            var log = JSON.createArrayNode();
            for (var graph : plan.profileLogs()) {
                log.add(JSON.readTree(graph));
            }
            return steps.stream()
                    .map(step -> Mode.of(step, find(log, step.task())))
                    .toList();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The engine's profile is no JSON: " + e.getMessage(), e);
        }
    }

    /** The mode of a task, wherever the engine's log holds it. */
    private static String find(JsonNode node, String task) {
        for (var graph : node.isArray() ? node : List.<JsonNode>of()) {
            var found = find(graph, task);
            if (!found.isEmpty()) {
                return found;
            }
        }
        for (var field : node.properties()) {
            var value = field.getValue();
            boolean wanted = field.getKey().equals(task) || field.getKey().endsWith("." + task);
            if (wanted && value.has("MODE")) {
                return value.get("MODE").asText();
            }
            if (value.isObject()) {
                var found = find(value, task);
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return "";
    }
}
