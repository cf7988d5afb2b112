package tornado.attention.embedded.compiler.runtime;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How far HotSpot has got with one phase of a generated class. Until its vector code is compiled by C2 every vector is an
 * object and every operation a call, a hundred times slower than the same arithmetic in scalar code; a compiler is asked
 * for only by calls. So while a phase is cold
 *
 * <ul>
 *   <li>its methods are first called with nothing to do, which brings them past the interpreter;
 *   <li>work is cut into small calls, so that each can profit from what has been compiled meanwhile;
 *   <li>where there is a scalar twin with the same results to the bit, blocks go to it as long as it is faster, the vector
 *       code getting about half of the time.
 * </ul>
 *
 * <p>All kernels bound to one class share its heat.
 */
public final class Heat {
    /** How a phase begins. */
    public enum Start {
        /** Cold, then in lanes. */
        ADAPTIVE,
        /** In lanes at once. */
        LANES,
        /** Always the scalar twin where there is one: to hold the two against each other. */
        SCALAR
    }

    /** Calls without work: a little over the 200 after which HotSpot's first compiler takes a method. */
    private static final int TOUCHES = 220;

    /** Further such calls once the first have taken effect: with them the second compiler asks for only 15,000 turns of loops. */
    private static final int MORE_TOUCHES = 450;

    /** The block after which they are made. */
    private static final int TOUCHED_AGAIN = 2;

    /** Blocks in lanes after which the phase counts as hot whatever was measured: C2 has been asked for by then. */
    private static final int ENOUGH = 1_500;

    /** Blocks in lanes after which clearly faster vector code, and vector code that is no slower, is believed. */
    private static final int FEW = 4;

    private static final int SOME = 64;

    /** Weight of the newest block in a mean rate. */
    private static final double NEWEST = 0.25;

    private final boolean twin;
    private final boolean scalarOnly;
    private volatile boolean hot;
    private final AtomicInteger seen = new AtomicInteger();
    private boolean touched;
    private int blocks;
    private long laneNanos;
    private long twinNanos;
    private double laneRate;
    private double twinRate;

    /**
     * The heat of a phase.
     *
     * @param start how it begins
     * @param twin whether it has a scalar twin
     */
    public Heat(Start start, boolean twin) {
        this.twin = twin;
        this.hot = start == Start.LANES;
        this.scalarOnly = start == Start.SCALAR && twin;
    }

    /** Whether the vector code is to run without further ado. */
    boolean isHot() {
        return hot;
    }

    /** Whether there is a scalar twin. */
    boolean hasTwin() {
        return twin;
    }

    /** Calls the methods of a phase with nothing to do, once. */
    void touch(LaneTile tile, int phase, boolean jammed) {
        synchronized (this) {
            if (touched || hot || scalarOnly) {
                return;
            }
            touched = true;
        }
        touch(tile, phase, jammed, TOUCHES);
    }

    /** Calls them some more after the first blocks. */
    void touchAgain(LaneTile tile, int phase, boolean jammed) {
        if (!scalarOnly && seen.incrementAndGet() == TOUCHED_AGAIN) {
            touch(tile, phase, jammed, MORE_TOUCHES);
        }
    }

    private static void touch(LaneTile tile, int phase, boolean jammed, int times) {
        for (int i = 0; i < times; i++) {
            tile.touch(phase, jammed);
        }
    }

    /** Whether the next block should run in lanes. */
    synchronized boolean lanesNext() {
        return !scalarOnly && (!twin || laneNanos < twinNanos);
    }

    /** Takes note of a block that ran: in how much time, for how many iterations. */
    synchronized void ran(boolean lanes, long iterations, long nanos) {
        double rate = nanos / (double) Math.max(iterations, 1);
        if (!lanes) {
            twinNanos += nanos;
            twinRate = mean(twinRate, rate);
            return;
        }
        laneNanos += nanos;
        laneRate = mean(laneRate, rate);
        blocks++;
        boolean clearlyFaster = blocks >= FEW && laneRate < 0.6 * twinRate;
        boolean notSlower = blocks >= SOME && laneRate < 1.2 * twinRate;
        hot = blocks > ENOUGH || (twin && (clearlyFaster || notSlower));
    }

    private static double mean(double rate, double newest) {
        return rate == 0 ? newest : (1 - NEWEST) * rate + NEWEST * newest;
    }
}
