package tornado.attention.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tornado.attention.modules.Catalogue;
import tornado.attention.modules.WeightSpec;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import tornado.attention.tasks.graph.Array;
import tornado.attention.tasks.graph.Gradient;
import tornado.attention.tasks.graph.Graph;
import tornado.attention.tasks.graph.Interpreter;
import tornado.attention.tasks.graph.Parameter;
import tornado.attention.tasks.graph.Value;
import tornado.attention.tasks.internal.lowering.Lowering;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The adjoints of whole modules against PyTorch's gradients in float64, for every input and parameter of the bundled cases, in
 * evaluation and training: the graph of the gradient, computed in double precision and run with kernels.
 */
class GradientCasesTest {
    private static final String GRADIENT = "grad.";

    private static final double USUAL = 1e-4;

    /** A norm that keeps its statistics while it is learned is a product and a sum: a difference from its mean is rounded once more. */
    private static final double FROZEN_NORM = 2e-4;

    private static boolean frozen(ReferenceCase reference) {
        return !reference.train() && reference.file().names().stream().anyMatch(n -> n.endsWith("running_var"));
    }

    @TestFactory
    Stream<DynamicTest> inDoublePrecision() throws IOException {
        return tests(reference -> interpreted(Case.of(reference, UnaryOperator.identity())));
    }

    @TestFactory
    Stream<DynamicTest> withKernels() throws IOException {
        return tests(reference -> {
            var chain = chain(reference);
            run(chain, Case.of(reference, UnaryOperator.identity()), USUAL);
        });
    }

    /** As in training: nothing can be made of parameters on the host, because the device changes them; also where norms keep their statistics. */
    @TestFactory
    Stream<DynamicTest> withParametersThatTheDeviceChanges() throws IOException {
        return tests(reference -> {
            var chain = chain(reference);
            run(chain, Case.of(reference, chain::learned), frozen(reference) ? FROZEN_NORM : USUAL);
        });
    }

    private interface Check {
        void check(ReferenceCase reference) throws IOException;
    }

    private static Stream<DynamicTest> tests(Check check) throws IOException {
        var tests = new ArrayList<DynamicTest>();
        try (var cases = CaseFiles.bundled()) {
            cases.byModule(List.of()).values().stream()
                    .flatMap(List::stream)
                    .forEach(file -> tests.add(DynamicTest.dynamicTest(CaseFiles.nameOf(file), () -> {
                        try (var reference = ReferenceCase.open(file)) {
                            assumeTrue(
                                    reference.file().names().stream().anyMatch(n -> n.startsWith(GRADIENT)),
                                    "the case has no gradients: its result is no number, or no function of its inputs");
                            check.check(reference);
                        }
                    })));
        }
        return tests.stream();
    }

    /** A case, its graph, and the graph of its gradients. */
    private record Case(
            ReferenceCase reference, Map<String, Value> inputs, List<Value> seeds, Map<String, Value> gradients) {
        static Case of(ReferenceCase reference, UnaryOperator<Weight> learn) throws IOException {
            var type = Catalogue.named(reference.module());
            var settings = type.settings(reference.config());
            var loaded = type.load(settings, reference.file(), "param.").weights();
            var weights = new LinkedHashMap<String, Weight>();
            for (var spec : loaded.specs()) {
                var weight = loaded.get(spec.name());
                weights.put(spec.name(), spec.kind() == WeightSpec.Kind.PARAMETER ? learn.apply(weight) : weight);
            }
            var module = type.create(settings, weights);
            var inputs = new LinkedHashMap<String, Value>();
            for (var name : reference.inputs()) {
                inputs.put(name, Value.input(name, reference.inputShape(name)));
            }
            var outputs = module.block().apply(type.arrange(inputs));
            var wanted = new LinkedHashMap<String, Value>(inputs);
            for (var value : Graph.order(outputs)) {
                if (value.task() instanceof Parameter parameter) {
                    wanted.put("param." + parameter.name(), value);
                }
            }
            var seeds =
                    outputs.stream().map(y -> Value.input("seed", y.shape())).toList();
            var found = Gradient.of(outputs, seeds, List.copyOf(wanted.values()), reference.train());
            var gradients = new LinkedHashMap<String, Value>();
            for (var name : reference.file().names()) {
                if (name.startsWith(GRADIENT)) {
                    gradients.put(name, found.get(wanted.get(name.substring(GRADIENT.length()))));
                }
            }
            return new Case(reference, inputs, seeds, gradients);
        }

        double[] seed(int output) throws IOException {
            return reference.file().doubles(output == 0 ? "grad_output" : "grad_output." + output);
        }

        /**
         * Compares one gradient; null for one that does not flow. A softmax does not see a bias and a batch's statistics do not: their
         * gradients are 0, of which rounding leaves a noise of the size of what cancelled.
         */
        void compare(String name, double[] actual, double tolerance, double noise) throws IOException {
            var expected = reference.file().doubles(name);
            double largest =
                    noise + Arrays.stream(expected).map(Math::abs).max().orElse(0);
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual == null ? 0 : actual[i])
                        .as("%s[%d]", name, i)
                        .isCloseTo(expected[i], within(tolerance * (1e-3 + largest)));
            }
        }
    }

    private static void interpreted(Case c) throws IOException {
        var interpreter = new Interpreter(c.reference().train());
        for (var input : c.inputs().entrySet()) {
            interpreter.with(
                    input.getValue(),
                    array(input.getValue().shape(), c.reference().inputValues(input.getKey())));
        }
        for (int i = 0; i < c.seeds().size(); i++) {
            interpreter.with(c.seeds().get(i), new Array(c.seeds().get(i).shape(), c.seed(i)));
        }
        for (var gradient : c.gradients().entrySet()) {
            var value = gradient.getValue();
            c.compare(
                    gradient.getKey(),
                    value == null ? null : interpreter.valueOf(value).values(),
                    1e-6,
                    0);
        }
    }

    private static TaskChain chain(ReferenceCase reference) {
        var options = ChainOptions.evaluation();
        return TaskChain.named("gradient", reference.train() ? options.inTraining() : options);
    }

    private static void run(TaskChain chain, Case c, double tolerance) throws IOException {
        var tensors = new IdentityHashMap<Value, Tensor>();
        for (var input : c.inputs().entrySet()) {
            var values = FloatArray.fromArray(c.reference().inputValues(input.getKey()));
            tensors.put(
                    input.getValue(),
                    chain.input(input.getKey(), input.getValue().shape(), values));
        }
        for (int i = 0; i < c.seeds().size(); i++) {
            var seed = c.seeds().get(i);
            var values = FloatArray.fromArray(new Array(seed.shape(), c.seed(i)).floats());
            tensors.put(seed, chain.input("seed" + i, seed.shape(), values));
        }
        var flowing = c.gradients().entrySet().stream()
                .filter(e -> e.getValue() != null)
                .toList();
        var made = Lowering.append(
                chain, tensors, flowing.stream().map(Map.Entry::getValue).toList());
        made.forEach(chain::output);
        double noise = 0;
        for (var name : c.gradients().keySet()) {
            for (double g : c.reference().file().doubles(name)) {
                noise = Math.max(noise, 0.02 * Math.abs(g));
            }
        }
        try (var plan = chain.plan()) {
            plan.run();
            for (int i = 0; i < made.size(); i++) {
                var floats = plan.read(made.get(i));
                var values = new double[floats.length];
                Arrays.setAll(values, j -> floats[j]);
                c.compare(flowing.get(i).getKey(), values, tolerance, noise);
            }
        }
    }

    private static Array array(Shape shape, float[] values) {
        var array = Array.zeros(shape);
        Arrays.setAll(array.values(), i -> values[i]);
        return array;
    }
}
