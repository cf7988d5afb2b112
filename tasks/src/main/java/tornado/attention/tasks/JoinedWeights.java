package tornado.attention.tasks;

import static tornado.attention.tasks.Step.out;

import java.util.List;
import tornado.attention.kernels.Gather;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Weights of several layers as those of one, so that one kernel does the work of all. */
final class JoinedWeights {
    private JoinedWeights() {}

    /** Weights one behind the other along their first axis, made once a chain. */
    static Weight rows(TaskChain chain, List<Weight> weights) {
        if (weights.stream().anyMatch(Weight::isOnDevice)) {
            return chain.asWeight(joinedOnDevice(chain, weights));
        }
        var arrays = weights.stream().map(Weight::identity).toList();
        var first = weights.getFirst();
        return chain.derived(new Derivation("joined", arrays), first.name(), joined(weights), () -> rows(weights));
    }

    /** Their shape, one behind the other along the first axis. */
    private static Shape joined(List<Weight> weights) {
        var first = weights.getFirst();
        var extents = first.shape().dims();
        extents[0] = 0;
        for (var weight : weights) {
            var other = weight.shape().dims();
            extents[0] += other[0];
            other[0] = extents[0];
            if (!Shape.of(other).equals(Shape.of(extents))) {
                throw new IllegalArgumentException("Weights '" + first.name() + "' of shape " + first.shape() + " and '"
                        + weight.name() + "' of shape " + weight.shape()
                        + " cannot be joined; they differ behind the first"
                        + " extent.");
            }
        }
        return Shape.of(extents);
    }

    private static Tensor joinedOnDevice(TaskChain chain, List<Weight> weights) {
        var name = weights.getFirst().name() + ".joined";
        var y = chain.tensor(name, joined(weights));
        int at = 0;
        for (var weight : weights) {
            var part = chain.weight(weight);
            chain.step(name)
                    .extraBytes(part.bytes() - y.bytes())
                    .launch(Gather::range, part, out(y), part.elements(), 0, at);
            at += part.elements();
        }
        return y;
    }

    private static FloatArray rows(List<Weight> weights) {
        var all = new FloatArray(joined(weights).elementsOf("joined weights"));
        int at = 0;
        for (var weight : weights) {
            for (int i = 0; i < weight.values().getSize(); i++) {
                all.set(at++, weight.values().get(i));
            }
        }
        return all;
    }
}
