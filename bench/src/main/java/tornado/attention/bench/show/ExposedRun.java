package tornado.attention.bench.show;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.bench.engine.Device;
import tornado.attention.bench.run.NamedTensor;
import tornado.attention.modules.AttentionModule;
import tornado.attention.tasks.AttentionKind;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What one run of a module with its attention in the open gave.
 *
 * @param output the first output
 * @param attention everything it exposed, in the order of its tasks
 */
record ExposedRun(NamedTensor output, List<Exposed> attention) {
    /** An attention tensor on the host. */
    record Exposed(AttentionKind kind, NamedTensor tensor) {}

    /** Runs a module once on a device. */
    static ExposedRun of(AttentionModule module, Map<String, NamedTensor> inputs, Device device) {
        var chain = TaskChain.named(
                "show", ChainOptions.evaluation().on(device.profile()).exposingAttention());
        var tensors = new LinkedHashMap<String, Tensor>();
        inputs.forEach((name, input) ->
                tensors.put(name, chain.input(name, input.shape(), FloatArray.fromArray(input.values()))));
        var outputs = module.attach(chain, tensors);
        outputs.forEach(chain::output);
        try (var plan = chain.plan(device.device())) {
            plan.run();
            var first = outputs.getFirst();
            return new ExposedRun(
                    new NamedTensor("output", first.shape(), plan.read(first)),
                    plan.attention().stream()
                            .map(a -> new Exposed(
                                    a.kind(),
                                    new NamedTensor(
                                            a.tensor().name(), a.tensor().shape(), plan.read(a.tensor()))))
                            .toList());
        }
    }
}
