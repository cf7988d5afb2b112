package tornado.attention.embedded.compiler.runtime;

/**
 * The space of a vector tile: iterations of the outer loops, strips of the innermost loop, groups of rows. Groups run
 * fastest: while they sweep over one strip, what the strip loads stays in the first-level cache.
 */
public final class StripSpace implements Space {
    /** Operations below which waking other threads costs more than it brings: about two microseconds of vector code. */
    private static final long SMALL = 32_000;

    /** Operations, and iterations of the innermost loop, that a cold phase runs in one call if it can. */
    private static final long COLD_COST = 8_000;

    private static final int COLD_STRIP = 4_096;

    private final int phase;
    private final int depth;
    private final int rows;
    private final int grain;
    private final boolean sweep;
    private final long costOfIteration;
    private final Heat heat;
    private int outer;
    private int rowTrips;
    private int trips;
    private boolean measured;
    private int strip;
    private int strips;
    private int groups;

    /**
     * A space not yet measured.
     *
     * @param phase which nest of the kernel
     * @param depth number of loops
     * @param rows rows that run together
     * @param grain iterations of the innermost loop that run side by side; strips are multiples of it
     * @param sweep whether the rows share what a strip loads, so that strips should be one grain long
     * @param costOfIteration operations of one iteration of the innermost loop, in vector instructions' worth
     * @param heat how far its code is compiled
     */
    public StripSpace(int phase, int depth, int rows, int grain, boolean sweep, long costOfIteration, Heat heat) {
        this.phase = phase;
        this.depth = depth;
        this.rows = rows;
        this.grain = grain;
        this.sweep = sweep;
        this.costOfIteration = costOfIteration;
        this.heat = heat;
    }

    @Override
    public boolean isMeasured() {
        return measured;
    }

    @Override
    public void measure(Tile tile) {
        ((LaneTile) tile).measure(phase);
        trips = tile.trips(depth - 1);
        rowTrips = depth > 1 ? tile.trips(depth - 2) : 1;
        outer = depth > 2 ? tile.trips(0) : 1;
        measured = true;
    }

    @Override
    public int tiles(int threads) {
        if ((long) outer * rowTrips * trips == 0) {
            return 0;
        }
        groups = (rowTrips + rows - 1) / rows;
        long whole = (long) outer * groups;
        boolean small = whole * rows * trips * costOfIteration < SMALL;
        int wanted = threads == 1 || small ? 1 : TILES_PER_THREAD * threads;
        if (sweep) {
            strip = grain;
        } else if (whole < wanted) {
            long parts = (wanted + whole - 1) / whole;
            strip = (int) Math.max(grain, (trips / parts + grain - 1) / grain * grain);
        } else {
            strip = trips;
        }
        strip = Math.clamp(strip, 1, trips);
        strips = (trips + strip - 1) / strip;
        return (int) Math.min(wanted, whole * strips);
    }

    @Override
    public void run(Tile tile, int index, int count) {
        var lanes = (LaneTile) tile;
        long blocks = (long) outer * groups * strips;
        long end = blocks * (index + 1) / count;
        for (long block = blocks * index / count; block < end; block++) {
            int group = (int) (block % groups);
            long rest = block / groups;
            int from = (int) (rest % strips) * strip;
            int o = (int) (rest / strips);
            int to = Math.min(trips, from + strip);
            int row = group * rows;
            int rowEnd = Math.min(rowTrips, row + rows);
            if (heat.isHot()) {
                inLanes(lanes, o, row, rowEnd, from, to);
            } else {
                cold(lanes, o, row, rowEnd, from, to);
            }
        }
    }

    private void inLanes(LaneTile tile, int o, int row, int rowEnd, int from, int to) {
        if (rows > 1 && row + rows == rowEnd) {
            tile.rows(phase, o, row, from, to);
        } else {
            for (int r = row; r < rowEnd; r++) {
                tile.row(phase, o, r, from, to);
            }
        }
    }

    /** A block while HotSpot still learns: see {@link Heat}. */
    private void cold(LaneTile tile, int o, int row, int rowEnd, int from, int to) {
        heat.touch(tile, phase, rowTrips >= rows);
        boolean twins = heat.hasTwin();
        long perColumn = Math.max(1, costOfIteration * (rowEnd - row));
        int step = twins ? (int) Math.clamp(COLD_COST / perColumn / grain * grain, grain, COLD_STRIP) : 1;
        for (int at = from; at < to; at += step) {
            int end = Math.min(to, at + step);
            boolean lanes = heat.lanesNext();
            long begin = System.nanoTime();
            if (lanes) {
                inLanes(tile, o, row, rowEnd, at, end);
            } else {
                for (int r = row; r < rowEnd; r++) {
                    tile.twin(phase, o, r, at, end);
                }
            }
            heat.ran(lanes, (long) (rowEnd - row) * (end - at), System.nanoTime() - begin);
            heat.touchAgain(tile, phase, rowTrips >= rows);
        }
    }
}
