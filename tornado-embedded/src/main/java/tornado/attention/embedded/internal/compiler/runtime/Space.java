package tornado.attention.embedded.internal.compiler.runtime;

/** The iteration space of a phase and how it is cut into tiles. Belongs to one bound kernel. */
public sealed interface Space permits FlatSpace, StripSpace {
    /** Tiles for each thread: enough that one slow thread does not hold up the others for long. */
    int TILES_PER_THREAD = 4;

    /** Whether the trip counts are known. */
    boolean isMeasured();

    /**
     * Asks the generated class for the trip counts.
     *
     * @param tile the bound kernel
     */
    void measure(Tile tile);

    /** Whether HotSpot is still to compile what takes most of a run: then its compilers need a processor as well. */
    default boolean isCold() {
        return false;
    }

    /** Whether a run takes so long that HotSpot may compile its code meanwhile. */
    default boolean isLong() {
        return false;
    }

    /** Time spent so far on code that HotSpot had not compiled. */
    default long coldNanos() {
        return 0;
    }

    /**
     * Cuts the space.
     *
     * @param threads number of threads
     * @return number of tiles; 0 for an empty space, 1 where more threads would only cost time
     */
    int tiles(int threads);

    /**
     * Runs a tile.
     *
     * @param tile the bound kernel
     * @param index which tile
     * @param count number of tiles
     */
    void run(Tile tile, int index, int count);

    /** Where part {@code index} of {@code count} equal parts of some iterations begins. */
    static long part(long iterations, int index, int count) {
        // Written so that no product grows larger than the number of iterations.
        return iterations / count * index + iterations % count * index / count;
    }
}
