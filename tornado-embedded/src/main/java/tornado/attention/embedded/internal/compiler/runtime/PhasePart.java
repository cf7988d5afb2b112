package tornado.attention.embedded.internal.compiler.runtime;

/** The methods of a phase in a generated class, each for another part of its iteration space. */
public enum PhasePart {
    /** Whole grains of the innermost loop, one row; or any range where there are no tails. */
    ROW,
    /** What whole grains leave over, one row. */
    ROW_TAIL,
    /** Whole grains, several rows together. */
    ROWS,
    /** What whole grains leave over, several rows together. */
    ROWS_TAIL,
    /** A loop shorter than a vector, one row. */
    ROW_BRIEF,
    /** A loop shorter than a vector, several rows together. */
    ROWS_BRIEF,
    /** Any range of one row in scalar code, with the same results to the bit. */
    FALLBACK;

    private static final int COUNT = values().length;

    /**
     * The number by which {@link LaneTile#run} knows it.
     *
     * @param phase which nest
     */
    public int of(int phase) {
        return phase * COUNT + ordinal();
    }
}
