package tornado.attention.embedded.compiler.runtime;

/**
 * How far HotSpot has got with the methods of one phase of a generated class. Until its vector code is compiled by C2
 * every vector is an object and every operation a call, a hundred times slower than the same arithmetic in scalar code.
 * A loop that runs long in such a state makes HotSpot replace it on the stack, which for vector code takes five times as
 * long to compile as the whole method and is thrown away soon after. So while a method is cold
 *
 * <ul>
 *   <li>work is cut into small calls, so that each can profit from what has been compiled meanwhile;
 *   <li>after each, the method is called many times with nothing to do, so that HotSpot sees a hot method with a short
 *       loop in it and compiles the method;
 *   <li>where there is a scalar twin with the same results to the bit, most of the work goes to it as long as it is
 *       faster.
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

    /** Calls without work before the first with some: a little over the 200 after which C1 takes a method. */
    private static final int FIRST_TOUCHES = 250;

    /** Time of work for one such call after it: keeps calls more than a tenth of the turns of loops. */
    private static final int NANOS_PER_TOUCH = 50;

    /** Of these after one block, and in all: C2 asks for 5,000, several times that while others wait for it. */
    private static final int MOST_AT_ONCE = 2_000;

    private static final int ENOUGH_TOUCHES = 60_000;

    /** What the twin runs before the first vector block, which C1 should have compiled by then. */
    private static final long HEAD_START_NANOS = 1_000_000;

    /** Vector blocks from which HotSpot learns; then the vector code gets only a share of the time until it is fast. */
    private static final int LESSONS = 3;

    private static final double COLD_SHARE = 0.1;

    /** Blocks in lanes after which a method counts as hot whatever was measured: C2 has been asked for by then. */
    private static final int ENOUGH = 1_500;

    /** Blocks in lanes after which clearly faster vector code, and vector code that is no slower, is believed. */
    private static final int FEW = 4;

    private static final int SOME = 64;

    /** Weight of the newest block in a mean rate. */
    private static final double NEWEST = 0.25;

    private final boolean twin;
    private final boolean scalarOnly;
    private final boolean lanesAtOnce;
    private final Method[] methods = new Method[Part.values().length];

    /** What is known of the method of a part. */
    private final class Method {
        private volatile boolean hot = lanesAtOnce;
        private int touches;
        private int blocks;
        private long nanos;
        private double rate;
    }

    /**
     * The heat of a phase.
     *
     * @param start how it begins
     * @param twin whether it has a scalar twin
     */
    public Heat(Start start, boolean twin) {
        this.twin = twin;
        this.lanesAtOnce = start == Start.LANES;
        this.scalarOnly = start == Start.SCALAR && twin;
        for (int i = 0; i < methods.length; i++) {
            methods[i] = new Method();
        }
    }

    private Method method(Part part) {
        return methods[part.ordinal()];
    }

    /** Whether the vector code of a part is to run without further ado. */
    boolean isHot(Part part) {
        return method(part).hot;
    }

    /** Whether there is a scalar twin. */
    boolean hasTwin() {
        return twin;
    }

    /** Whether the next block of a part should run in lanes. */
    synchronized boolean lanesNext(Part part) {
        if (scalarOnly || !twin) {
            return !scalarOnly;
        }
        var lanes = method(part);
        long twinNanos = method(Part.TWIN).nanos;
        return twinNanos > HEAD_START_NANOS && (lanes.blocks < LESSONS || lanes.nanos < COLD_SHARE * twinNanos);
    }

    /** Before a part runs: brings its method past the interpreter. */
    void prepare(LaneTile tile, int phase, Part part) {
        synchronized (this) {
            if (method(part).touches > 0) {
                return;
            }
            method(part).touches = FIRST_TOUCHES;
        }
        touch(tile, phase, part, FIRST_TOUCHES);
    }

    /** After a part ran for some time: keeps calls ahead of turns of loops. */
    void rehearse(LaneTile tile, int phase, Part part, long nanos) {
        int times = (int) Math.min(MOST_AT_ONCE, nanos / NANOS_PER_TOUCH);
        synchronized (this) {
            var rehearsed = method(part);
            if (rehearsed.hot || rehearsed.touches > ENOUGH_TOUCHES) {
                return;
            }
            rehearsed.touches += times;
        }
        touch(tile, phase, part, times);
    }

    private static void touch(LaneTile tile, int phase, Part part, int times) {
        for (int i = 0; i < times; i++) {
            tile.run(part.of(phase), 0, 0, 0, 0, 0);
        }
    }

    /** Takes note of a block that ran: in how much time, for how many iterations. */
    synchronized void ran(Part part, long iterations, long nanos) {
        var ran = method(part);
        double rate = nanos / (double) Math.max(iterations, 1);
        ran.nanos += nanos;
        ran.rate = ran.rate == 0 ? rate : (1 - NEWEST) * ran.rate + NEWEST * rate;
        ran.blocks++;
        if (part != Part.TWIN) {
            double twinRate = method(Part.TWIN).rate;
            boolean clearlyFaster = ran.blocks >= FEW && ran.rate < 0.6 * twinRate;
            boolean notSlower = ran.blocks >= SOME && ran.rate < 1.2 * twinRate;
            ran.hot = ran.blocks > ENOUGH || clearlyFaster || notSlower;
        }
    }
}
