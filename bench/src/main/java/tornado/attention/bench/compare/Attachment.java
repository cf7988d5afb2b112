package tornado.attention.bench.compare;

import java.util.ArrayList;
import java.util.List;
import tornado.attention.report.Cost;
import tornado.attention.tasks.ChainOptions;
import tornado.attention.tasks.TaskChain;
import tornado.attention.tasks.Tensor;

/**
 * A case attached to a chain.
 *
 * @param chain the chain, not yet emitted
 * @param outputs what the module returned, marked as outputs
 * @param cost of a run
 */
record Attachment(TaskChain chain, List<Tensor> outputs, Cost cost) {
    /**
     * Attaches a case.
     *
     * @throws IllegalArgumentException if the shapes do not fit the module
     */
    static Attachment of(CaseData data, ChainOptions options) {
        var chain = TaskChain.named("compare", options);
        var inputs = new ArrayList<Tensor>();
        data.inputs().forEach((name, input) -> inputs.add(chain.input(name, input.shape(), input.values())));
        var outputs = data.module().attach(chain, inputs);
        outputs.forEach(chain::output);
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
