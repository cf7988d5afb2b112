package tornado.attention.modules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.modules.float64.Array64;
import tornado.attention.modules.float64.Reference64;
import tornado.attention.tasks.Attention;
import tornado.attention.tasks.ChainCost;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import tornado.attention.testing.RandomCases;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Runs modules on random weights and inputs, and holds what comes out against the float64 reference. */
final class ModuleCheck {
    private ModuleCheck() {}

    /** A module with fresh weights. */
    static AttentionModule initial(String type, Map<String, ?> settings) {
        var t = Catalogue.named(type);
        return t.initial(t.settings(settings), 1);
    }

    /** Number of trainable parameters, without making them. */
    static long parameters(String type, Map<String, ?> settings) {
        var t = Catalogue.named(type);
        return t.weights(t.settings(settings)).stream()
                .filter(s -> s.kind() == WeightSpec.Kind.PARAMETER)
                .mapToLong(s -> s.shape().elements())
                .sum();
    }

    /** What a module costs on inputs of these shapes. */
    static ChainCost cost(AttentionModule module, ChainOptions options, Shape... shapes) {
        var chain = TaskChain.named("cost", options);
        var inputs = new ArrayList<Tensor>();
        for (var shape : shapes) {
            inputs.add(chain.input("x", shape));
        }
        module.attach(chain, inputs).forEach(chain::output);
        return chain.cost();
    }

    /** Outputs and attention of a module, run once. */
    record Run(List<float[]> outputs, List<Attention> attention, List<float[]> maps) {}

    /** Runs a module in evaluation mode. */
    static Run run(AttentionModule module, boolean exposing, Map<String, Array64> inputs) {
        var options = ChainOptions.evaluation();
        var chain = TaskChain.named("run", exposing ? options.exposingAttention() : options);
        var outputs = attach(module, chain, inputs);
        try (var plan = chain.plan()) {
            plan.run();
            return new Run(
                    outputs.stream().map(plan::read).toList(),
                    plan.attention(),
                    plan.attention().stream().map(a -> plan.read(a.tensor())).toList());
        }
    }

    private static List<Tensor> attach(AttentionModule module, TaskChain chain, Map<String, Array64> inputs) {
        var tensors = new LinkedHashMap<String, Tensor>();
        inputs.forEach((name, array) -> tensors.put(name, chain.input(name, Shape.of(array.shape()), floats(array))));
        var outputs = module.attach(chain, tensors);
        outputs.forEach(chain::output);
        return outputs;
    }

    /** Random values of an input: masks are 0 and 1 and leave every query its first key. */
    static Array64 input(RandomCases random, String name, int... shape) {
        var values = random.normals(Shape.of(shape).elementsOf(name));
        if (name.equals("mask")) {
            int keys = shape[shape.length - 1];
            for (int i = 0; i < values.length; i++) {
                values[i] = i % keys != 0 && values[i] > 0 ? 1f : 0f;
            }
        }
        return Array64.of(values, shape);
    }

    /** Symmetric positive matrices. */
    static Array64 matrices(RandomCases random, int batch, int n) {
        var factors = random.normals(batch * n * n);
        var values = new float[batch * n * n];
        for (int at = 0; at < values.length; at++) {
            int g = at / (n * n);
            for (int k = 0; k < n; k++) {
                values[at] += factors[(g * n + at / n % n) * n + k] * factors[(g * n + at % n) * n + k] / n;
            }
        }
        return Array64.of(values, batch, n, n);
    }

    /**
     * A module with random weights on these inputs equals the reference in outputs, running averages and, where it is
     * NaN.
     *
     * @param tolerance relative to the largest magnitude of each tensor
     */
    static void against64(
            RandomCases random,
            String name,
            Map<String, Object> given,
            Map<String, Array64> inputs,
            ChainOptions options,
            double tolerance) {
        var type = Catalogue.named(name);
        var settings = type.settings(given);
        var weights = new LinkedHashMap<String, Weight>();
        var parameters = new LinkedHashMap<String, Array64>();
        for (var spec : type.weights(settings)) {
            var values = values(random, spec);
            weights.put(spec.name(), Weight.of(spec.name(), spec.shape(), values));
            parameters.put(spec.name(), Array64.of(values, spec.shape().dims()));
        }
        var truth = Reference64.forward(name, settings.asMap(), parameters, inputs, options.training());
        var chain = TaskChain.named("random", options);
        var outputs = attach(type.create(settings, weights), chain, inputs);
        var what = name + " " + settings + " " + inputs;
        assertThat(outputs).describedAs(what).hasSameSizeAs(truth.outputs());
        try (var plan = chain.plan()) {
            plan.run();
            for (int i = 0; i < outputs.size(); i++) {
                assertThat(outputs.get(i).shape().dims())
                        .describedAs(what)
                        .isEqualTo(truth.outputs().get(i).shape());
                assertClose(
                        what, plan.read(outputs.get(i)), truth.outputs().get(i).values(), tolerance);
            }
            assertAfter(what, plan, truth.after());
        }
    }

    /** Unit-scale sums whatever the fan-in; variances positive, counters whole. */
    private static float[] values(RandomCases random, WeightSpec spec) {
        int size = spec.shape().elementsOf(spec.name());
        var values = random.normals(size);
        double fan = spec.shape().rank() > 1
                ? Math.sqrt((double) size / Math.max(1, spec.shape().dim(0)))
                : 2;
        for (int i = 0; i < size; i++) {
            values[i] = (float) (values[i] / fan);
            if (spec.name().endsWith("running_var")) {
                values[i] = 0.5f + Math.abs(values[i]);
            }
            if (spec.kind() == WeightSpec.Kind.COUNTER) {
                values[i] = 3;
            }
        }
        return values;
    }

    private static void assertAfter(String what, Plan plan, Map<String, Array64> after) {
        var states = plan.weights();
        after.forEach((name, expected) -> {
            var found = states.entrySet().stream()
                    .filter(e -> e.getKey().endsWith("." + name))
                    .toList();
            assertThat(found).describedAs(what + ": states named " + name).hasSize(1);
            assertClose(
                    what + " after " + name,
                    found.getFirst().getValue().values().toHeapArray(),
                    expected.values(),
                    1e-5);
        });
    }

    /** Equal within a fraction of the largest magnitude; NaN where the truth is. */
    static void assertClose(String what, float[] actual, double[] truth, double tolerance) {
        assertThat(actual).describedAs(what).hasSameSizeAs(truth);
        double scale = 0;
        for (double value : truth) {
            scale = Double.isNaN(value) ? scale : Math.max(scale, Math.abs(value));
        }
        for (int i = 0; i < actual.length; i++) {
            boolean close = Double.isNaN(truth[i])
                    ? Float.isNaN(actual[i])
                    : Math.abs(actual[i] - truth[i]) <= tolerance * scale;
            assertThat(close)
                    .describedAs("%s element %d: %s instead of %s", what, i, actual[i], truth[i])
                    .isTrue();
        }
    }

    private static FloatArray floats(Array64 array) {
        var values = new FloatArray(array.size());
        for (int i = 0; i < array.size(); i++) {
            values.set(i, (float) array.values()[i]);
        }
        return values;
    }
}
