package tornado.attention.tasks;

import java.util.List;

/** Weights of several layers as those of one, so that one kernel does the work of all. */
public final class JoinedWeights {
    private JoinedWeights() {}

    /** The same, made once a chain. */
    static Weight rows(TaskChain chain, List<Weight> weights) {
        var arrays = weights.stream().map(w -> (Object) w.values()).toList();
        return chain.derived(new Derivation("joined", arrays), () -> rows(weights));
    }

    /**
     * Weights one behind the other along their first axis.
     *
     * @param weights of shapes that agree but for the first extent; at least one
     * @return a copy under the first one's name
     * @throws IllegalArgumentException if the shapes do not agree
     */
    public static Weight rows(List<Weight> weights) {
        var first = weights.getFirst();
        var extents = first.shape().dims();
        extents[0] = 0;
        int elements = 0;
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
            elements += weight.values().getSize();
        }
        var values = new float[elements];
        int at = 0;
        for (var weight : weights) {
            for (int i = 0; i < weight.values().getSize(); i++) {
                values[at++] = weight.values().get(i);
            }
        }
        return Weight.of(first.name(), Shape.of(extents), values);
    }
}
