package tornado.attention.bench.verify;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.verify.ReferenceCase.Expected;
import tornado.attention.networks.NetworkRunner;
import tornado.attention.networks.image.Size;
import tornado.attention.networks.training.Loss;
import tornado.attention.networks.training.LossGradient;
import tornado.attention.networks.training.Optimizer;
import tornado.attention.networks.training.Trainer;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A network's training case: loss, gradients and running statistics of one pass, then steps of SGD with their losses, the parameters at
 * the end, and the answer with them in evaluation mode.
 */
final class TrainingCheck {
    /** Largest error of a gradient, relative to the largest of its tensor. */
    private static final double GRADIENTS = 1e-4;

    /**
     * Largest error of what stands at the end of some steps: rounding errors grow with each, where a batch norm has four values a channel
     * PyTorch's own float32 is 5e-5 off float64 after three.
     */
    static final double TOLERANCE = 5e-4;

    /** Share of the largest gradient of all below which a tensor's own largest does not count. */
    private static final double FLOOR = 1e-2;

    private static final String GRADIENT = "grad.";
    private static final String PARAMETER = "param.";
    private static final String AFTER = "after.";
    private static final String FINAL = "sgd.final.";

    private final NetworkCase reference;
    private final CaseTensors file;
    private final Device device;
    private final ChainOptions options;
    private final Size size;
    private final TensorComparison comparison;

    TrainingCheck(NetworkCase reference, Device device, UnaryOperator<ChainOptions> how, TensorComparison comparison) {
        this.reference = reference;
        this.file = reference.tensors();
        this.device = device;
        this.options = how.apply(device.options());
        this.size =
                new Size(reference.inputShape().height(), reference.inputShape().width());
        this.comparison = comparison;
    }

    void run() throws IOException {
        gradients();
        steps();
    }

    private void gradients() throws IOException {
        var chain = TaskChain.named("gradients", options.inTraining());
        int batch = reference.inputShape().batch();
        var made = LossGradient.append(
                chain,
                reference.network(),
                size,
                batch,
                Loss.CrossEntropy.plain(),
                file.names().contains("grad.input"));
        chain.output(made.loss());
        chain.output(made.output());
        made.gradients().values().forEach(chain::output);
        if (made.imagesGradient() != null) {
            chain.output(made.imagesGradient());
        }
        try (var plan = chain.plan(device.device())) {
            fill(made.images().array(), reference.input());
            fill(made.targets().array(), file.floats("labels"));
            plan.run();
            comparison.add(file.expected("loss64"), made.loss().shape(), plan.read(made.loss()), 0, GRADIENTS);
            comparison.add(reference.output(), made.output().shape(), plan.read(made.output()), 0, GRADIENTS);
            double floor = FLOOR * largestGradient();
            for (var name : file.names()) {
                if (!name.startsWith(GRADIENT)) {
                    continue;
                }
                var of = name.substring(GRADIENT.length());
                var gradient = of.equals("input")
                        ? made.imagesGradient()
                        : made.gradients().get(of.substring(PARAMETER.length()));
                if (gradient == null) {
                    comparison.fail(name + ": no gradient flows to it.");
                    continue;
                }
                comparison.add(file.expected(name), gradient.shape(), plan.read(gradient), floor, GRADIENTS);
            }
            compare(AFTER, plan.weights());
        }
    }

    private double largestGradient() {
        double largest = 0;
        for (var name : file.names()) {
            if (name.startsWith(GRADIENT)) {
                for (double g : file.values(name)) {
                    largest = Math.max(largest, Math.abs(g));
                }
            }
        }
        return largest;
    }

    private void steps() throws IOException {
        var sgd = file.json("sgd", new TypeReference<Map<String, Object>>() {});
        int steps = ((Number) sgd.get("steps")).intValue();
        double rate = ((Number) sgd.get("lr")).doubleValue();
        var optimizer = new Optimizer.Sgd(
                ((Number) sgd.get("momentum")).doubleValue(),
                ((Number) sgd.get("weight_decay")).doubleValue(),
                Boolean.TRUE.equals(sgd.get("nesterov")));
        var recipe = Trainer.Recipe.of(Loss.CrossEntropy.plain(), optimizer).decayingAll();
        var losses = new float[steps];
        var images = reference.input();
        var labels = file.floats("labels");
        int batch = reference.inputShape().batch();
        try (var trainer = new Trainer(reference.network(), size, batch, recipe, device.device(), options)) {
            for (int i = 0; i < steps; i++) {
                losses[i] = (float) trainer.step(images, labels, rate).loss();
            }
            comparison.add(file.expected("sgd.losses"), Shape.of(steps), losses);
            var network = trainer.network();
            compare(FINAL, network.weights()::find);
            try (var runner = new NetworkRunner(network, size, batch, List.of(), device.device(), options)) {
                var each = images.length / batch;
                var inputs = new ArrayList<float[]>();
                for (int i = 0; i < batch; i++) {
                    inputs.add(Arrays.copyOfRange(images, i * each, (i + 1) * each));
                }
                var results = runner.run(inputs).get(NetworkRunner.OUTPUT);
                var logits = new float[batch * results.values().getFirst().length];
                for (int i = 0; i < batch; i++) {
                    var one = results.values().get(i);
                    System.arraycopy(one, 0, logits, i * one.length, one.length);
                }
                var expected = file.expected("sgd.final_eval_logits64");
                comparison.add(expected, expected.shape(), logits);
            }
        }
    }

    private void compare(String prefix, Map<String, Weight> weights) throws IOException {
        compare(prefix, weights::get);
    }

    private void compare(String prefix, Function<String, Weight> weights) throws IOException {
        for (var name : file.names()) {
            // The cases hold one counter for both moments, as it stands after all steps.
            boolean early = prefix.equals(AFTER) && name.endsWith("num_batches_tracked");
            if (name.startsWith(prefix) && !early) {
                var weight = weights.apply(name.substring(prefix.length()));
                if (weight == null) {
                    comparison.fail(name + ": nothing of this name has changed.");
                    continue;
                }
                var expected = file.expected(name);
                comparison.add(
                        new Expected(name, weight.shape(), expected.values()),
                        weight.shape(),
                        weight.values().toHeapArray());
            }
        }
    }

    private static void fill(FloatArray array, float[] values) {
        for (int i = 0; i < values.length; i++) {
            array.set(i, values[i]);
        }
    }
}
