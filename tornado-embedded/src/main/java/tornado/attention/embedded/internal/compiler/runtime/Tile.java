package tornado.attention.embedded.internal.compiler.runtime;

/**
 * What all generated classes extend: a kernel bound to its arrays that can run any part of its iteration space. A kernel
 * has one phase for each of its top-level parallel nests; a phase is a space of up to three loops.
 */
public abstract sealed class Tile permits ScalarTile, LaneTile {
    /** Trip counts of the measured phase, outermost first; levels the nest lacks are 1. */
    protected int trips0 = 1;

    /** Trip count of the second level. */
    protected int trips1 = 1;

    /** Trip count of the third level. */
    protected int trips2 = 1;

    /** The largest index after the last iteration: vectors and rows that run together may count a little further. */
    private static final int LAST_INDEX = Integer.MAX_VALUE - 4095;

    /** For generated classes. */
    protected Tile() {}

    /** Trip count of a level of the phase measured last. */
    final int trips(int level) {
        return level == 0 ? trips0 : level == 1 ? trips1 : trips2;
    }

    /**
     * A scalar argument as the JVM computes with it.
     *
     * @param argument an integer of at most 32 bits, a character or a boolean
     * @return its value
     */
    public static int intOf(Object argument) {
        return switch (argument) {
            case Boolean b -> b ? 1 : 0;
            case Character c -> c;
            default -> ((Number) argument).intValue();
        };
    }

    /** A long argument. */
    public static long longOf(Object argument) {
        return (Long) argument;
    }

    /** A float argument. */
    public static float floatOf(Object argument) {
        return (Float) argument;
    }

    /** A double argument. */
    public static double doubleOf(Object argument) {
        return (Double) argument;
    }

    /**
     * Number of iterations of a loop.
     *
     * @param start first index
     * @param end end of the index
     * @param step what is added to the index, positive
     * @param inclusive 1 if the end itself is an index, else 0
     * @return number of iterations
     * @throws ArithmeticException if there are more than an int can count, or the index would grow larger than an int
     */
    public static int tripCount(int start, int end, int step, int inclusive) {
        long span = (long) end + inclusive - start;
        long trips = span <= 0 ? 0 : (span + step - 1) / step;
        if (trips > LAST_INDEX || start + trips * step > LAST_INDEX) {
            throw new ArithmeticException("a @Parallel loop from " + start + " to " + end + " has " + trips
                    + " iterations; neither they nor its index may exceed " + LAST_INDEX
                    + ", so split it into two nested loops");
        }
        return (int) trips;
    }

    /**
     * Number of iterations of the measured phase.
     *
     * @throws ArithmeticException if a long cannot count them
     */
    final long iterations() {
        return trips0 == 0 || trips1 == 0 || trips2 == 0
                ? 0
                : Math.multiplyExact(Math.multiplyExact((long) trips0, trips1), trips2);
    }

    /**
     * Iteration of a level in which a flattened range begins.
     *
     * @param from begin of the range, relative to this level
     * @param inner iterations below one iteration of this level
     * @return iteration number
     */
    public static int firstIteration(long from, long inner) {
        return inner == 0 ? 0 : (int) (from / inner);
    }

    /**
     * Iteration of a level before which a flattened range ends.
     *
     * @param to end of the range, relative to this level
     * @param inner iterations below one iteration of this level
     * @return iteration number
     */
    public static int lastIteration(long to, long inner) {
        return inner == 0 ? 0 : (int) ((to + inner - 1) / inner);
    }

    /**
     * Begin of a flattened range relative to an iteration of the level above.
     *
     * @param from begin relative to the level above
     * @param base flattened number of that iteration
     * @return begin, not negative
     */
    public static long clipBegin(long from, long base) {
        return Math.max(0, from - base);
    }

    /**
     * End of a flattened range relative to an iteration of the level above.
     *
     * @param to end relative to the level above
     * @param base flattened number of that iteration
     * @param inner iterations below one iteration of the level above
     * @return end, at most {@code inner}
     */
    public static long clipEnd(long to, long base, long inner) {
        return Math.min(inner, to - base);
    }
}
