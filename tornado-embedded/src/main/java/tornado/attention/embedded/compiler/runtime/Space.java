package tornado.attention.embedded.compiler.runtime;

/** The flattened iteration space of a phase and how it is cut into tiles. */
public final class Space {
    /** Tiles for each thread: enough that one slow thread does not hold up the others for long. */
    private static final int TILES_PER_THREAD = 4;

    private int trips0;
    private int trips1;
    private int trips2;
    private boolean measured;
    private long unit;
    private long units;

    /** A space not yet measured. */
    public Space() {}

    /** Whether the trip counts are known. */
    public boolean isMeasured() {
        return measured;
    }

    /**
     * Asks a tile for the trip counts of a phase.
     *
     * @param tile the bound kernel
     * @param phase which nest
     */
    public void measure(Tile tile, int phase) {
        tile.run(phase, 0, -1);
        trips0 = tile.trips(0);
        trips1 = tile.trips(1);
        trips2 = tile.trips(2);
        measured = true;
    }

    /**
     * Cuts the space: no deeper than needed to feed the threads, so that inner loops stay long.
     *
     * @param threads number of threads
     * @return number of tiles; 0 for an empty space
     */
    public int tiles(int threads) {
        long total = (long) trips0 * trips1 * trips2;
        if (total == 0) {
            return 0;
        }
        int wanted = threads == 1 ? 1 : TILES_PER_THREAD * threads;
        if (trips0 >= wanted) {
            unit = (long) trips1 * trips2;
        } else if ((long) trips0 * trips1 >= wanted) {
            unit = trips2;
        } else {
            unit = 1;
        }
        units = total / unit;
        return (int) Math.min(wanted, units);
    }

    /**
     * First iteration of a tile.
     *
     * @param index the tile
     * @param count number of tiles
     * @return flattened iteration; the end of the space for {@code index == count}
     */
    public long begin(int index, int count) {
        return unit * (units * index / count);
    }
}
