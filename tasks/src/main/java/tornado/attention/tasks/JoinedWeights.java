package tornado.attention.tasks;

import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Weights of several layers as those of one, so that one kernel does the work of all. */
final class JoinedWeights {
    private JoinedWeights() {}

    /** Weights one behind the other along their first axis, made once a chain. */
    static Weight rows(TaskChain chain, List<Weight> weights) {
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
