package tornado.attention.embedded.internal.workgroup;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** A group of work-items: their barrier, the arrays they share, and the SIMD groups in which they exchange values. */
final class WorkGroup {
    /** Work-items of a SIMD group, as on graphics cards of NVIDIA and Apple. */
    static final int LANES = 32;

    /** Thrown in work-items that wait when another one failed: the launch reports that one. */
    static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Abandoned() {
            super("Another work-item failed.", null, false, false);
        }
    }

    // A few milliseconds of giving way, then naps short against them.
    private static final int TURNS = 1000;
    private static final long NAP_NANOS = 50_000;

    private final int items;
    private final List<Object> localArrays = new ArrayList<>();

    /** What the items have given to each other. */
    private final float[] exchanged;

    /** The barriers of the SIMD groups; empty in one of them. */
    private final List<WorkGroup> simdGroups;

    private int waiting;
    private int ended;

    // Read outside the monitor while waiting.
    private volatile int generation;
    private volatile boolean broken;

    WorkGroup(int items) {
        this(items, simdGroups(items));
    }

    private WorkGroup(int items, List<WorkGroup> simdGroups) {
        this.items = items;
        this.simdGroups = simdGroups;
        exchanged = new float[simdGroups.isEmpty() ? 0 : items];
    }

    private static List<WorkGroup> simdGroups(int items) {
        var groups = new ArrayList<WorkGroup>();
        for (int first = 0; first < items; first += LANES) {
            groups.add(new WorkGroup(Math.min(LANES, items - first), List.of()));
        }
        return groups;
    }

    /**
     * What another work-item of the SIMD group holds; all of them come here.
     *
     * @param place of the work-item in its group
     * @param value it gives
     * @param source lane whose value it takes; its own where there is no such lane
     */
    float exchange(int place, float value, int source) {
        var lanes = simdGroups.get(place / LANES);
        exchanged[place] = value;
        lanes.barrier();
        var taken = source >= 0 && source < lanes.items ? exchanged[place / LANES * LANES + source] : value;
        lanes.barrier();
        return taken;
    }

    /**
     * Waits until all work-items are here.
     *
     * @throws IllegalStateException in one of those that wait, if the others have ended without coming here
     */
    void barrier() {
        int mine;
        synchronized (this) {
            if (ended > 0) {
                throw diverged();
            }
            mine = generation;
            waiting++;
            if (waiting == items) {
                waiting = 0;
                generation = mine + 1;
                return;
            }
        }
        // The others are ready to run: giving way to them is many times faster than parking, which would need as many
        // wake-ups as there are work-items. Only when one of them takes long do the rest sleep.
        for (int turn = 0; generation == mine; turn++) {
            if (broken) {
                throw interruption();
            }
            if (turn < TURNS) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(NAP_NANOS);
            }
        }
    }

    private synchronized RuntimeException interruption() {
        return ended > 0 ? diverged() : new Abandoned();
    }

    private IllegalStateException diverged() {
        return new IllegalStateException("the kernel's barrier is not reached by all work-items: " + ended + " of "
                + items + " ended without it; let every work-item of a group pass the same barriers");
    }

    /** A work-item has ended its kernel; those that wait for it at a barrier would wait for ever. True for the last. */
    boolean end(int place) {
        simdGroups.get(place / LANES).end();
        return end();
    }

    private synchronized boolean end() {
        ended++;
        if (waiting > 0) {
            broken = true;
        }
        return ended == items;
    }

    /** Ends all waiting: the launch has failed. */
    void abandon() {
        broken = true;
        simdGroups.forEach(WorkGroup::abandon);
    }

    synchronized <T> Object localArray(int ordinal, Class<T> type, int length, IntFunction<T> allocator) {
        if (ordinal == localArrays.size()) {
            localArrays.add(allocator.apply(length));
        }
        var array = localArrays.get(ordinal);
        if (!type.isInstance(array) || Array.getLength(array) != length) {
            throw new IllegalStateException("local array " + (ordinal + 1) + " is a "
                    + array.getClass().getComponentType().getSimpleName() + "[" + Array.getLength(array)
                    + "] for one work-item and a " + type.getComponentType().getSimpleName() + "[" + length
                    + "] for another; let every work-item of a group allocate the same arrays in the same order");
        }
        return array;
    }
}
