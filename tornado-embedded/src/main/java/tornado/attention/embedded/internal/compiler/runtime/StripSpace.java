package tornado.attention.embedded.internal.compiler.runtime;

import java.util.concurrent.atomic.LongAdder;

/**
 * The space of a vector tile: iterations of the outer loops, strips of the innermost loop, groups of rows. Groups run
 * fastest: while they sweep over one strip, what the strip loads stays in the first-level cache.
 */
public final class StripSpace implements Space {
    /** Operations below which waking other threads costs more than it brings: about two microseconds of vector code. */
    private static final long SMALL = 32_000;

    /** Iterations up to which rows run in one call: tails come after whole grains, when both should still be in the cache. */
    private static final int CALL_ITERATIONS = 2_048;

    /** Operations, and iterations of the innermost loop, that a cold phase runs in one call if it can. */
    private static final long COLD_COST = 8_000;

    private static final int COLD_STRIP = 4_096;

    /** A cold call as short as this may be followed by a longer one. */
    private static final long SHORT_NANOS = 50_000;

    /** Operations of a run that takes about half a second while it is cold. */
    private static final long LONG = 500_000_000;

    /** Time of cold blocks from which a run counts as cold: rarely run ends of rows stay cold for long and do not matter. */
    private static final long COLD_RUN_NANOS = 200_000;

    private final int phase;
    private final int depth;
    private final int rows;
    private final int tailRows;
    private final int briefRows;
    private final int vector;
    private final int grain;
    private final boolean tails;
    private final boolean manyRows;
    private final long costOfIteration;
    private final Heat heat;
    private int outer;
    private int rowTrips;
    private int trips;
    private long total;
    private boolean measured;
    private int strip;
    private int strips;
    private int groups;
    private int together;
    private boolean begun;
    private long coldThen;
    private final LongAdder coldNanos = new LongAdder();

    /**
     * A space not yet measured.
     *
     * @param phase which nest of the kernel
     * @param depth number of loops
     * @param rows rows that run together
     * @param tailRows rows that run together in a tail, a divisor of {@code rows}
     * @param briefRows rows that run together where the innermost loop is shorter than a vector, a divisor of {@code rows}
     * @param lanes of a vector
     * @param grain iterations of the innermost loop that run side by side; strips are multiples of it
     * @param tails whether what whole grains leave over has methods of its own
     * @param manyRows whether a call may run more rows than {@code rows}
     * @param costOfIteration operations of one iteration of the innermost loop, in vector instructions' worth
     * @param heat how far its code is compiled
     */
    public StripSpace(
            int phase,
            int depth,
            int rows,
            int tailRows,
            int briefRows,
            int lanes,
            int grain,
            boolean tails,
            boolean manyRows,
            long costOfIteration,
            Heat heat) {
        this.phase = phase;
        this.depth = depth;
        this.rows = rows;
        this.tailRows = tailRows;
        this.briefRows = briefRows;
        this.vector = lanes;
        this.grain = grain;
        this.tails = tails;
        this.manyRows = manyRows;
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
        total = tile.iterations();
        measured = true;
    }

    @Override
    public boolean isCold() {
        long all = coldNanos.sum();
        boolean cold = begun ? all - coldThen > COLD_RUN_NANOS : !heat.isAnyHot();
        begun = true;
        coldThen = all;
        return cold;
    }

    @Override
    public boolean isLong() {
        return total > LONG / Math.max(1, costOfIteration);
    }

    @Override
    public long coldNanos() {
        return coldNanos.sum();
    }

    @Override
    public int tiles(int threads) {
        if (total == 0) {
            return 0;
        }
        groups = (rowTrips + rows - 1) / rows;
        long whole = (long) outer * groups;
        boolean small = total < SMALL / Math.max(1, costOfIteration);
        int wanted = threads == 1 || small ? 1 : TILES_PER_THREAD * threads;
        if (rows > 1) {
            strip = grain; // rows share what a strip loads
        } else if (whole < wanted) {
            long parts = (wanted + whole - 1) / whole;
            strip = (int) Math.max(grain, (trips / parts + grain - 1) / grain * grain);
        } else {
            strip = trips;
        }
        strip = Math.clamp(strip, 1, trips);
        strips = (trips + strip - 1) / strip;
        together = manyRows ? Math.max(1, CALL_ITERATIONS / strip) : 1;
        return (int) Math.min(wanted, whole * strips);
    }

    @Override
    public void run(Tile tile, int index, int count) {
        var lanes = (LaneTile) tile;
        long blocks = (long) outer * groups * strips;
        long end = Space.part(blocks, index + 1, count);
        long block = Space.part(blocks, index, count);
        while (block < end) {
            int group = (int) (block % groups);
            long rest = block / groups;
            int from = (int) (rest % strips) * strip;
            int many = (int) Math.min(Math.min(together, groups - group), end - block);
            rows(
                    lanes,
                    (int) (rest / strips),
                    group * rows,
                    Math.min(rowTrips, (group + many) * rows),
                    from,
                    Math.min(trips, from + strip));
            block += many;
        }
    }

    private void rows(LaneTile tile, int o, int row, int rowEnd, int from, int to) {
        int jammed = rows > 1 ? row + (rowEnd - row) / rows * rows : row;
        int whole = tails ? from + (to - from) / grain * grain : to;
        boolean brief = trips < vector;
        run(tile, PhasePart.ROWS, rows, o, row, jammed, from, whole);
        run(
                tile,
                brief ? PhasePart.ROWS_BRIEF : PhasePart.ROWS_TAIL,
                brief ? briefRows : tailRows,
                o,
                row,
                jammed,
                whole,
                to);
        run(tile, PhasePart.ROW, 1, o, jammed, rowEnd, from, whole);
        run(tile, brief ? PhasePart.ROW_BRIEF : PhasePart.ROW_TAIL, 1, o, jammed, rowEnd, whole, to);
    }

    private void run(LaneTile tile, PhasePart part, int step, int o, int row, int rowEnd, int from, int to) {
        if (row == rowEnd || from == to) {
            return;
        }
        if (!heat.isHot(part)) {
            for (int r = row; r < rowEnd; r += step) {
                cold(tile, part, o, r, r + step, from, to);
            }
        } else if (manyRows) {
            tile.run(part.of(phase), o, row, rowEnd, from, to);
        } else {
            for (int r = row; r < rowEnd; r += step) {
                tile.run(part.of(phase), o, r, r + step, from, to);
            }
        }
    }

    /** A block while HotSpot still learns: see {@link Heat}. */
    private void cold(LaneTile tile, PhasePart inLanes, int o, int row, int rowEnd, int from, int to) {
        long perColumn = Math.max(1, costOfIteration * (rowEnd - row));
        int most = (int) Math.clamp(COLD_COST / perColumn / grain * grain, grain, COLD_STRIP);
        int step = heat.hasFallback() ? grain : 1;
        for (int at = from; at < to; ) {
            var part = heat.next(tile, phase, inLanes);
            int end = Math.min(to, at + step);
            long begin = System.nanoTime();
            if (part == PhasePart.FALLBACK && !manyRows) {
                for (int r = row; r < rowEnd; r++) {
                    tile.run(part.of(phase), o, r, r + 1, at, end);
                }
            } else {
                tile.run(part.of(phase), o, row, rowEnd, at, end);
            }
            long nanos = System.nanoTime() - begin;
            heat.ran(part, costOfIteration * (rowEnd - row) * (end - at), nanos);
            heat.rehearse(tile, phase, part, nanos);
            coldNanos.add(nanos);
            at = end;
            if (nanos < SHORT_NANOS && heat.hasFallback()) {
                step = Math.min(2 * step, most);
            }
        }
    }
}
