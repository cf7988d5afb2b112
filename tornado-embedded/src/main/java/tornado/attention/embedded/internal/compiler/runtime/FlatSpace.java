package tornado.attention.embedded.internal.compiler.runtime;

/** The space of a scalar tile: up to three loops flattened into one, cut no deeper than needed to feed the threads. */
public final class FlatSpace implements Space {
    private final int phase;
    private int trips0;
    private int trips1;
    private int trips2;
    private long total;
    private boolean measured;
    private long unit;
    private long units;

    /**
     * A space not yet measured.
     *
     * @param phase which nest of the kernel
     */
    public FlatSpace(int phase) {
        this.phase = phase;
    }

    @Override
    public boolean isMeasured() {
        return measured;
    }

    @Override
    public void measure(Tile tile) {
        ((ScalarTile) tile).run(phase, 0, -1);
        trips0 = tile.trips(0);
        trips1 = tile.trips(1);
        trips2 = tile.trips(2);
        total = tile.iterations();
        measured = true;
    }

    @Override
    public int tiles(int threads) {
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

    @Override
    public void run(Tile tile, int index, int count) {
        ((ScalarTile) tile).run(phase, begin(index, count), begin(index + 1, count));
    }

    private long begin(int index, int count) {
        return unit * Space.part(units, index, count);
    }
}
