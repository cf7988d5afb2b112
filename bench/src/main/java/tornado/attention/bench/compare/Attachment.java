package tornado.attention.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tornado.attention.modules.AttentionModule;
import tornado.attention.modules.WeightSpec;
import tornado.attention.networks.training.Optimizer;
import tornado.attention.report.Cost;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.ParameterUpdate;
import tornado.attention.tasks.Shape;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;
import tornado.attention.tasks.Weight;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A case attached to a chain.
 *
 * @param chain the chain, not yet emitted
 * @param outputs what the module returned, marked as outputs
 * @param cost of a run
 */
record Attachment(TaskChain chain, List<Tensor> outputs, Cost cost) {
    /** What training steps update by, as {@code reference/peer.py} does: small, so that many steps on one batch stay finite. */
    private static final Optimizer OPTIMIZER = new Optimizer.Sgd(0.9, 0, false);

    private static final double LEARNING_RATE = 1e-3;

    /**
     * Attaches a case.
     *
     * @throws IllegalArgumentException if the shapes do not fit the module
     */
    static Attachment of(CaseData data, ChainOptions options) {
        var pass = Pass.of(data.info().type().name());
        var chain = TaskChain.named("compare", pass == Pass.TRAINING ? options.inTraining() : options);
        var inputs = new ArrayList<Tensor>();
        data.inputs().forEach((name, input) -> inputs.add(chain.input(name, input.shape(), input.values())));
        var learned = new LinkedHashMap<String, Weight>();
        var module = pass == Pass.FORWARD ? data.module() : learning(chain, data, learned);
        var outputs = module.attach(chain, inputs);
        outputs.forEach(chain::output);
        if (pass == Pass.TRAINING) {
            var parameters = List.copyOf(learned.sequencedEntrySet());
            var rates = chain.input(
                    "rates", Shape.of(ParameterUpdate.RATES), FloatArray.fromArray(OPTIMIZER.rates(1, LEARNING_RATE)));
            for (int i = 0; i < parameters.size(); i++) {
                var parameter = parameters.get(i);
                OPTIMIZER.append(
                        chain, parameter.getKey(), chain.weight(parameter.getValue()), outputs.get(i + 1), rates, 0);
            }
        }
        var cost = chain.cost();
        return new Attachment(
                chain,
                outputs,
                new Cost(
                        data.module().parameters(),
                        data.macs(),
                        cost.macs(),
                        cost.bytes(),
                        cost.kernels(),
                        cost.peakDeviceBytes(),
                        cost.bytesUpPerRun(),
                        cost.bytesDownPerRun()));
    }

    /** The module with parameters that the device can change. */
    private static AttentionModule learning(TaskChain chain, CaseData data, Map<String, Weight> learned) {
        var weights = new LinkedHashMap<String, Weight>();
        for (var spec : data.module().weights().specs()) {
            var weight = data.module().weights().get(spec.name());
            if (spec.kind() == WeightSpec.Kind.PARAMETER) {
                weight = chain.learned(weight);
                learned.put(spec.name(), weight);
            }
            weights.put(spec.name(), weight);
        }
        return data.info().type().create(data.info().settings(), weights);
    }

    /** Variants of the kernels that were chosen, such as {@code portable}. */
    String variants() {
        var variants = chain.cost().steps().stream()
                .map(s -> s.variant())
                .distinct()
                .sorted()
                .toList();
        return variants.isEmpty() ? "portable" : String.join("+", variants);
    }

    /** Copies of the outputs as they are on the host now. */
    List<float[]> read() {
        return outputs.stream().map(Attachment::read).toList();
    }

    private static float[] read(Tensor tensor) {
        var values = new float[tensor.elements()];
        var array = tensor.array(); // may be longer: buffers are reused
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i);
        }
        return values;
    }
}
