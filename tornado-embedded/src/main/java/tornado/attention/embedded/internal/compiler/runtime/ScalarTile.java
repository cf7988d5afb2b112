package tornado.attention.embedded.internal.compiler.runtime;

/** What a generated class with scalar code extends: it runs any range of a phase's flattened iterations. */
public abstract non-sealed class ScalarTile extends Tile {
    /** For generated classes. */
    protected ScalarTile() {}

    /**
     * Runs a range of a phase's flattened iterations, or measures it.
     *
     * @param phase which nest
     * @param from first iteration
     * @param to end of the range; a negative number asks only for the trip counts to be stored
     */
    public abstract void run(int phase, long from, long to);
}
