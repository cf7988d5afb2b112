package tornado.attention.bench.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.engine.Engine;
import tornado.attention.bench.text.Sentences;
import tornado.attention.bench.verify.ReferenceCase.Expected;
import tornado.attention.modules.Catalogue;
import tornado.attention.networks.Network;
import tornado.attention.report.Verdict;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Plan;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Runs reference cases on a device and compares with PyTorch's float64 results: outputs, and in train mode the running averages
 * after the pass.
 */
public final class Verifier {
    private static final String PARAMETER = "param.";

    private final Engine engine;
    private final Device device;
    private final Double tolerance;
    private final UnaryOperator<ChainOptions> how;

    /**
     * A verifier for a device.
     *
     * @param device where modules run
     * @param tolerance largest relative error; null for the tolerance of each case
     */
    public Verifier(Device device, Double tolerance) {
        this(device, tolerance, UnaryOperator.identity());
    }

    /**
     * A verifier for a device.
     *
     * @param device where modules run
     * @param tolerance largest relative error; null for the tolerance of each case
     * @param how changes the options of the chains, such as to make each task by itself
     */
    public Verifier(Device device, Double tolerance, UnaryOperator<ChainOptions> how) {
        this.how = how;
        this.engine = Engine.current();
        this.device = device;
        this.tolerance = tolerance;
    }

    /** Runs the case of a file; whatever goes wrong is a failed case with its sentence. */
    public CaseResult verify(Path file) {
        try {
            if (NetworkCase.isOne(file)) {
                try (var network = NetworkCase.open(file)) {
                    return verify(network);
                }
            }
            try (var reference = ReferenceCase.open(file)) {
                return verify(reference);
            }
        } catch (IOException | RuntimeException e) {
            return unreadable(file, e);
        }
    }

    private CaseResult verify(NetworkCase network) throws IOException {
        if (network.train()) {
            double allowed = tolerance == null ? TrainingCheck.TOLERANCE : tolerance;
            return verify(
                    network, "train", allowed, comparison -> new TrainingCheck(network, device, how, comparison).run());
        }
        double allowed = tolerance == null ? network.tolerance() : tolerance;
        return verify(network, "eval", allowed, comparison -> {
            // As users run it, and once more with everything that can be looked at: then less is fused.
            var made = network.network();
            var images = FloatArray.fromArray(network.input());
            run(network, made, images, List.of(), comparison);
            run(network, made, images, network.nodes(), comparison);
        });
    }

    /** What is run and compared. */
    private interface Check {
        void run(TensorComparison comparison) throws IOException;
    }

    private CaseResult verify(NetworkCase network, String mode, double allowed, Check check) throws IOException {
        var comparison = new TensorComparison(allowed);
        try {
            check.run(comparison);
        } catch (IOException | RuntimeException e) {
            return result(network.family(), network.name(), mode, null, allowed, Verdict.FAIL, Sentences.of(e));
        }
        return result(
                network.family(),
                network.name(),
                mode,
                comparison,
                allowed,
                comparison.reason() == null ? Verdict.PASS : Verdict.FAIL,
                comparison.reason());
    }

    private void run(
            NetworkCase reference, Network network, FloatArray images, List<String> nodes, TensorComparison comparison)
            throws IOException {
        var chain = TaskChain.named("verify", how.apply(device.options()));
        var input = chain.input("input", reference.inputShape(), images);
        var tensors = network.attach(chain, input, nodes);
        tensors.values().forEach(chain::output);
        try (var plan = chain.plan(device.device())) {
            plan.run();
            for (var node : nodes) {
                var tensor = tensors.get(node);
                for (var each : reference.compared(node, tensor.shape(), plan.read(tensor))) {
                    comparison.add(each.expected(), each.shape(), each.values());
                }
            }
            var output = tensors.get("output");
            comparison.add(reference.output(), output.shape(), plan.read(output));
        }
    }

    private CaseResult unreadable(Path file, Exception e) {
        var name = CaseFiles.nameOf(file);
        return result(CaseFiles.moduleOf(file), name, null, null, null, Verdict.FAIL, Sentences.of(e));
    }

    private CaseResult verify(ReferenceCase reference) {
        var mode = reference.train() ? "train" : "eval";
        if (!Catalogue.contains(reference.module())) {
            return result(
                    reference.module(),
                    reference.name(),
                    mode,
                    null,
                    null,
                    Verdict.UNSUPPORTED,
                    "Module " + reference.module() + " is not implemented.");
        }
        double allowed = tolerance == null ? Tolerance.of(reference.file()) : tolerance;
        var comparison = new TensorComparison(allowed);
        try {
            run(reference, comparison);
        } catch (IOException | RuntimeException e) {
            return result(reference.module(), reference.name(), mode, null, allowed, Verdict.FAIL, Sentences.of(e));
        }
        return result(
                reference.module(),
                reference.name(),
                mode,
                comparison,
                allowed,
                comparison.reason() == null ? Verdict.PASS : Verdict.FAIL,
                comparison.reason());
    }

    private void run(ReferenceCase reference, TensorComparison comparison) throws IOException {
        var type = Catalogue.named(reference.module());
        var module = type.load(type.settings(reference.config()), reference.file(), PARAMETER);
        var options = how.apply(device.options());
        var chain = TaskChain.named("verify", reference.train() ? options.inTraining() : options);
        var outputs = module.attach(chain, inputs(reference, chain));
        outputs.forEach(chain::output);
        try (var plan = chain.plan(device.device())) {
            plan.run();
            compareOutputs(reference, plan, outputs, comparison);
            compareAverages(reference, plan, comparison);
        }
    }

    private static Map<String, Tensor> inputs(ReferenceCase reference, TaskChain chain) throws IOException {
        var tensors = new LinkedHashMap<String, Tensor>();
        for (var name : reference.inputs()) {
            var values = FloatArray.fromArray(reference.inputValues(name));
            tensors.put(name, chain.input(name, reference.inputShape(name), values));
        }
        return tensors;
    }

    private static void compareOutputs(
            ReferenceCase reference, Plan plan, List<Tensor> outputs, TensorComparison comparison) throws IOException {
        var expected = reference.expectedOutputs();
        if (expected.size() != outputs.size()) {
            comparison.fail("The module has " + outputs.size() + " outputs instead of " + expected.size() + ".");
            return;
        }
        for (int i = 0; i < outputs.size(); i++) {
            comparison.add(expected.get(i), outputs.get(i).shape(), plan.read(outputs.get(i)));
        }
    }

    private static void compareAverages(ReferenceCase reference, Plan plan, TensorComparison comparison)
            throws IOException {
        var expected = reference.expectedAfter();
        if (expected.isEmpty()) {
            return;
        }
        var states = plan.weights();
        expected.forEach((name, value) -> compareAverage(name, value, states, comparison));
    }

    /** States are named by their place in the chain: the module's scope stands before the buffer's own name. */
    private static void compareAverage(
            String name, Expected expected, Map<String, Weight> states, TensorComparison comparison) {
        var found = states.entrySet().stream()
                .filter(e -> e.getKey().equals(name) || e.getKey().endsWith("." + name))
                .map(Map.Entry::getValue)
                .toList();
        if (found.size() != 1) {
            comparison.fail(expected.name() + ": the plan holds " + found.size() + " states of this name; it has "
                    + states.keySet() + ".");
            return;
        }
        var state = found.getFirst();
        comparison.add(expected, state.shape(), state.values().toHeapArray());
    }

    private CaseResult result(
            String module,
            String name,
            String mode,
            TensorComparison comparison,
            Double allowed,
            Verdict verdict,
            String reason) {
        return new CaseResult(
                module,
                name,
                mode,
                engine.name(),
                device.id(),
                comparison == null ? null : finite(comparison.maxAbs()),
                comparison == null ? null : finite(comparison.maxRel()),
                allowed,
                verdict,
                reason);
    }

    /** JSON has no infinity; the reason says what happened. */
    private static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
