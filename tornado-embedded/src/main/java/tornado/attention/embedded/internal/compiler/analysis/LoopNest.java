package tornado.attention.embedded.internal.compiler.analysis;

import java.util.List;

/**
 * A top-level parallel loop with the parallel loops below it that are flattened with it into one iteration space.
 *
 * @param levels the loops from the outermost inward, one to three
 */
public record LoopNest(List<ParallelLoop> levels) {

    /** The outermost loop. */
    public ParallelLoop top() {
        return levels.getFirst();
    }

    /** The innermost flattened loop. */
    public ParallelLoop innermost() {
        return levels.getLast();
    }

    /** Number of flattened loops. */
    public int depth() {
        return levels.size();
    }
}
