package tornado.attention.embedded.internal.compiler;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import tornado.attention.embedded.internal.compiler.runtime.Space;

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
            run.work(0);
            // A helper that is late from the run before may have taken a tile of this one.
            run.awaitAll(SPINS);
            return;
        }
        try {
            admitted = most - 1; // before a helper that is late from the run before sees this one
            current = run;
            call(most - 1);
            boolean all = most >= threads;
            while (run.workOnce(0)) {
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
                run.work(helper + 1);
            }
        }
    }

    /**
     * One task's tiles. Each thread has a share of them, next to one another, and takes from the others' when its own is done: what a
     * thread wrote in one task is still in its own cache when it comes to the same share of the next. A share is handed out from a counter
     * that runs down to zero. An object is used again for every run of its task: a helper that comes late finds the counters at zero,
     * and one that comes very late takes a tile of the next run, whose fields were all written before its counters were set.
     */
    abstract static class TileRun {
        private PaddedCounter[] tickets = {};
        private final PaddedCounter finished = new PaddedCounter();
        private volatile Throwable failure;
        private int tiles;

        /** Runs one tile. */
        abstract void tile(int index);

        /** Makes the run ready. */
        final void prepare(int count, int threads) {
            failure = null;
            tiles = count;
            finished.set(0);
            if (tickets.length != threads) {
                tickets = Stream.generate(PaddedCounter::new).limit(threads).toArray(PaddedCounter[]::new);
            }
            for (int share = 0; share < threads; share++) {
                tickets[share].set(end(share) - end(share - 1));
            }
        }

        /** The tile behind a share's last. */
        private int end(int share) {
            return (int) Space.part(tiles, share + 1, tickets.length);
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
        final void work(int thread) {
            while (workOnce(thread)) {
                // the next one
            }
        }

        /** Takes a tile, of the thread's own share if that has one; false if none is left. */
        private boolean workOnce(int thread) {
            int shares = tickets.length;
            for (int i = 0; i < shares; i++) {
                int share = thread + i < shares ? thread + i : thread + i - shares;
                int ticket = tickets[share].get() <= 0 ? 0 : tickets[share].getAndDecrement();
                if (ticket > 0) {
                    take(end(share) - ticket);
                    return true;
                }
            }
            return false;
        }

        private void take(int index) {
            try {
                tile(index);
            } catch (Throwable t) {
                failure = t;
                // Nobody needs the rest; the tiles nobody has begun count as done.
                for (var share : tickets) {
                    finished.addAndGet(Math.max(0, share.getAndSet(0)));
                }
            }
            finished.incrementAndGet();
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
