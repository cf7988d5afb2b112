package tornado.attention.embedded.internal.compiler;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed set of threads that share the tiles of a task. The threads are daemons; idle ones spin for a while, then
 * park. The caller takes part. While one caller has the threads, others run their tasks alone.
 */
public final class Workers {
    /** Turns of a spin before parking: about half a millisecond, longer than the gap between two tasks of a graph. */
    private static final int SPINS = 20_000;

    private static final ConcurrentHashMap<Integer, Workers> SHARED = new ConcurrentHashMap<>();

    /** Processors, of how many one is left to HotSpot's compilers while they have much to do; three at most. */
    private static final int PROCESSORS_A_COMPILER = 3;

    private static final int COMPILERS = 3;

    private final int threads;
    private final Thread[] helpers;
    private final Parking[] parking;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile TileRun current;
    /** How many helpers may take tiles of the current run. */
    private volatile int admitted;

    /** Whether idle helpers park at once: what they spin on is what compilers lack. */
    private volatile boolean quiet;

    private final AtomicLong signal = new AtomicLong();

    /** Whether a helper sleeps; an object of its own so that helpers do not share cache lines with the counter. */
    private static final class Parking {
        private volatile boolean parked;
    }

    private Workers(int threads) {
        this.threads = threads;
        this.helpers = new Thread[threads - 1];
        this.parking = new Parking[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            int helper = i;
            var place = new Parking();
            parking[i] = place;
            helpers[i] = Thread.ofPlatform()
                    .daemon()
                    .name("tornado-embedded-" + threads + "-" + (i + 1))
                    .unstarted(() -> serve(place, helper));
        }
        for (var helper : helpers) {
            helper.start();
        }
    }

    /**
     * The shared workers of a size; their threads are started when they are first asked for.
     *
     * @param threads number of threads including the caller, at least 1
     * @return the workers
     */
    public static Workers of(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("At least one thread is needed, not " + threads + ".");
        }
        return SHARED.computeIfAbsent(threads, Workers::new);
    }

    /**
     * Number of threads that work on a task, the caller included.
     *
     * @return at least 1
     */
    public int threads() {
        return threads;
    }

    /**
     * Number of threads that leave processors to HotSpot's compilers: where these share theirs with threads that run slow code, that code
     * runs for longer, and with two processors one thread is sooner done than two.
     *
     * @return at least 1
     */
    int threadsBesideCompilers() {
        int processors = Runtime.getRuntime().availableProcessors();
        int compilers = Math.clamp(processors / PROCESSORS_A_COMPILER, 1, COMPILERS);
        return Math.clamp(processors - compilers, 1, threads);
    }

    /**
     * Runs all tiles of a prepared run and waits for them; with what a tile threw left in the run.
     *
     * @param most threads that take part until the run asks for all of them
     */
    void run(TileRun run, int most) {
        quiet = most < threads;
        if (helpers.length == 0 || run.tiles() <= 1 || !busy.compareAndSet(false, true)) {
            run.work();
            // A helper that is late from the run before may have taken a tile of this one.
            run.awaitAll(SPINS);
            return;
        }
        try {
            admitted = most - 1; // before a helper that is late from the run before sees this one
            current = run;
            call(most - 1);
            boolean all = most >= threads;
            while (run.workOnce()) {
                if (!all && run.wantsAll()) {
                    all = true;
                    quiet = false;
                    admitted = helpers.length;
                    call(helpers.length);
                }
            }
            run.awaitAll(SPINS);
            current = null;
        } finally {
            busy.set(false);
        }
    }

    private void call(int count) {
        if (count > 0) {
            signal.incrementAndGet();
        }
        for (int i = 0; i < count; i++) {
            if (parking[i].parked) {
                LockSupport.unpark(helpers[i]);
            }
        }
    }

    private void serve(Parking place, int helper) {
        long seen = 0;
        while (true) {
            int spins = 0;
            while (signal.get() == seen) {
                if (++spins < SPINS && !quiet) {
                    Thread.onSpinWait();
                } else {
                    place.parked = true;
                    if (signal.get() == seen) {
                        LockSupport.park(this);
                    }
                    place.parked = false;
                    spins = SPINS / 2;
                }
            }
            seen = signal.get();
            var run = current;
            if (run != null && helper < admitted) {
                run.work();
            }
        }
    }

    /**
     * One task's tiles, handed out from a counter that runs down to zero. An object is used again for every run of its
     * task: a helper that comes late finds the counter at zero, and one that comes very late takes a tile of the next
     * run, whose fields were all written before its counter was set.
     */
    abstract static class TileRun {
        private final PaddedCounter tickets = new PaddedCounter();
        private final PaddedCounter finished = new PaddedCounter();
        private volatile Throwable failure;
        private int tiles;

        /** Runs one tile. */
        abstract void tile(int index);

        /** Makes the run ready. */
        final void prepare(int count) {
            failure = null;
            tiles = count;
            finished.set(0);
            tickets.set(count);
        }

        final int tiles() {
            return tiles;
        }

        /** What the first failed tile threw, or null. */
        final Throwable failure() {
            return failure;
        }

        /** Whether all threads should take part from now on; asked by the caller behind each of its tiles while they do not. */
        boolean wantsAll() {
            return true;
        }

        /** Takes tiles until none is left. */
        final void work() {
            while (workOnce()) {
                // the next one
            }
        }

        /** Takes a tile; false if none is left. */
        private boolean workOnce() {
            int ticket = tickets.getAndDecrement();
            if (ticket <= 0) {
                return false;
            }
            try {
                tile(tiles - ticket);
            } catch (Throwable t) {
                failure = t;
                // Nobody needs the rest; the tiles nobody has begun count as done.
                finished.addAndGet(Math.max(0, tickets.getAndSet(0)));
            }
            finished.incrementAndGet();
            return true;
        }

        @SuppressWarnings("ThreadPriorityCheck") // the others may need this core to finish
        private void awaitAll(int spinsBeforeYield) {
            int spins = 0;
            while (finished.get() < tiles) {
                if (++spins < spinsBeforeYield) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
        }
    }

    /** A counter alone on its cache lines: threads that spin on one do not slow down the others. */
    private static final class PaddedCounter extends AtomicInteger {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("unused") // distance to what the heap puts behind
        private long a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p;
    }
}
