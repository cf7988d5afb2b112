package tornado.attention.embedded.internal.compiler.runtime;

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
 *   <li>where there is a scalar fallback with the same results to the bit, most of the work goes to it as long as it is
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
        /** Always the scalar fallback where there is one: to hold the two against each other. */
        SCALAR
    }

    /** Calls without work before the first with some: a little over the 200 after which C1 takes a method. */
    private static final int FIRST_TOUCHES = 250;

    /**
     * Time of work for one such call after it. HotSpot compiles a method after 600 calls and 15,000 turns of its loops, a
     * loop after 40,000 turns, and all of it by what it has seen until then: a path it has not seen run it compiles to a way
     * back to the interpreter or to calls with objects. So calls should be few, but more than a twenty-fifth of the turns.
     */
    private static final int LANE_NANOS_PER_TOUCH = 5_000;

    private static final int FALLBACK_NANOS_PER_TOUCH = 150;

    private static final int MOST_AT_ONCE = 2_000;

    private static final int ENOUGH_TOUCHES = 60_000;

    /** Calls without work whose time tells what HotSpot has made of the method: below this for each, C1 has compiled it. */
    private static final int PROBE = 40;

    private static final long COMPILED_NANOS = 100;

    /** Time of the fallback between two probes: too many calls without work would be all the profile. */
    private static final long BETWEEN_PROBES_NANOS = 500_000;

    /** Until then the fallback runs, but no longer than this: what HotSpot learns before is lost. */
    private static final long HEAD_START_NANOS = 50_000_000;

    /** Vector blocks from which HotSpot learns: at least so many, and so much time. */
    private static final int LESSONS = 3;

    private static final long LESSON_NANOS = 20_000_000;

    /**
     * When the vector code is tried again after that: when calls without work take this much less time than before; when
     * it has had no more than a share of the time; after so much time of the fallback.
     */
    private static final double SUDDENLY = 0.5;

    private static final double COLD_SHARE = 0.2;

    private static final long PATIENCE_NANOS = 60_000_000;

    /** Blocks in lanes after which a method counts as hot: so fast that it is compiled, no slower than the fallback, whatever was measured. */
    private static final int FEW = 3;

    private static final int SOME = 64;

    private static final int ENOUGH = 1_500;

    /** Time of an operation in one lane of compiled vector code, at most; as objects and calls it takes ten times as long. */
    private static final double COMPILED_NANOS_AN_OPERATION = 0.7;

    private static final double NO_SLOWER = 1.2;

    private static final double SLOW_NANOS_AN_OPERATION = 4;

    /** Weight of the newest block in the fallback's mean rate. */
    private static final double NEWEST = 0.25;

    private final boolean fallback;
    private final boolean light;
    private final boolean scalarOnly;
    private final boolean lanesAtOnce;
    private final Method[] methods = new Method[PhasePart.values().length];

    /** What is known of the method of a part. */
    private final class Method {
        private volatile boolean hot = lanesAtOnce;
        private int touches;
        private boolean begun;
        private long probe;
        private long fallbackNanosThen;
        private long probedThen;
        private int blocks;
        private int fast;
        private int noSlower;
        private long nanos;
        private double rate;
    }

    /**
     * The heat of a phase.
     *
     * @param start how it begins
     * @param fallback whether it has a scalar fallback
     * @param light whether its methods have no loops that run long: then HotSpot needs no help
     */
    public Heat(Start start, boolean fallback, boolean light) {
        this.fallback = fallback;
        this.light = light;
        this.lanesAtOnce = start == Start.LANES;
        this.scalarOnly = start == Start.SCALAR && fallback;
        for (int i = 0; i < methods.length; i++) {
            methods[i] = new Method();
        }
    }

    private Method method(PhasePart part) {
        return methods[part.ordinal()];
    }

    /** Whether the vector code of a part is to run without further ado. */
    boolean isHot(PhasePart part) {
        return method(part).hot;
    }

    /** Whether the vector code of some part is. */
    boolean isAnyHot() {
        for (var method : methods) {
            if (method.hot) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is a scalar fallback. */
    boolean hasFallback() {
        return fallback;
    }

    /**
     * What should run the next block of a part: its vector code or the fallback.
     *
     * @param tile to call methods of
     * @param phase which one
     */
    synchronized PhasePart next(LaneTile tile, int phase, PhasePart part) {
        var chosen = scalarOnly || fallback && !lanesNext(tile, phase, part) ? PhasePart.FALLBACK : part;
        if (method(chosen).touches == 0) {
            touch(tile, phase, chosen, FIRST_TOUCHES);
        }
        return chosen;
    }

    private boolean lanesNext(LaneTile tile, int phase, PhasePart part) {
        var lanes = method(part);
        if (lanes.fast > 0) {
            return true;
        }
        if (lanes.touches == 0) {
            touch(tile, phase, part, FIRST_TOUCHES);
        }
        long fallbackNanos = method(PhasePart.FALLBACK).nanos;
        if (light) {
            return lanes.nanos < fallbackNanos;
        }
        if (fallbackNanos < lanes.probedThen + BETWEEN_PROBES_NANOS) {
            return false;
        }
        lanes.probedThen = fallbackNanos;
        long start = System.nanoTime();
        touch(tile, phase, part, PROBE);
        long probe = System.nanoTime() - start;
        boolean now;
        if (lanes.blocks < LESSONS || lanes.nanos < LESSON_NANOS) {
            lanes.begun |= probe < PROBE * COMPILED_NANOS || fallbackNanos > HEAD_START_NANOS;
            now = lanes.begun;
            lanes.fallbackNanosThen = fallbackNanos;
        } else {
            now = probe < SUDDENLY * lanes.probe
                    || lanes.nanos < COLD_SHARE * fallbackNanos
                    || fallbackNanos - lanes.fallbackNanosThen > PATIENCE_NANOS;
        }
        if (now) {
            lanes.probe = probe;
            lanes.fallbackNanosThen = fallbackNanos;
        }
        return now;
    }

    /** After a part ran for some time: keeps calls ahead of turns of loops. */
    synchronized void rehearse(LaneTile tile, int phase, PhasePart part, long nanos) {
        if (!light && !method(part).hot && method(part).touches < ENOUGH_TOUCHES) {
            int each = part == PhasePart.FALLBACK ? FALLBACK_NANOS_PER_TOUCH : LANE_NANOS_PER_TOUCH;
            touch(tile, phase, part, (int) Math.min(MOST_AT_ONCE, nanos / each));
        }
    }

    private void touch(LaneTile tile, int phase, PhasePart part, int times) {
        method(part).touches += times;
        for (int i = 0; i < times; i++) {
            tile.run(part.of(phase), 0, 0, light ? 0 : 1, 0, 0);
        }
    }

    /** Takes note of a block that ran: how many operations in how much time. */
    synchronized void ran(PhasePart part, long operations, long nanos) {
        var ran = method(part);
        double rate = nanos / (double) Math.max(operations, 1);
        ran.nanos += nanos;
        ran.blocks++;
        if (part == PhasePart.FALLBACK) {
            ran.rate = ran.rate == 0 ? rate : (1 - NEWEST) * ran.rate + NEWEST * rate;
            return;
        }
        double fallbackRate = method(PhasePart.FALLBACK).rate;
        ran.fast = rate < COMPILED_NANOS_AN_OPERATION ? ran.fast + 1 : 0;
        ran.noSlower = rate < Math.min(SLOW_NANOS_AN_OPERATION, NO_SLOWER * fallbackRate) ? ran.noSlower + 1 : 0;
        ran.hot = ran.fast >= FEW || ran.noSlower >= SOME || ran.blocks > ENOUGH;
    }
}
