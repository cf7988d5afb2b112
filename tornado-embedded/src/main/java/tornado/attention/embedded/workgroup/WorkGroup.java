package tornado.attention.embedded.workgroup;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** A group of work-items: their barrier and the arrays they share. */
final class WorkGroup {

    /** Thrown in work-items that wait when another one failed: the launch reports that one. */
    static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Abandoned() {
            super("Another work-item failed.", null, false, false);
        }
    }

    private final int items;
    private final List<Object> localArrays = new ArrayList<>();

    private int waiting;
    private int ended;
    private int generation;
    private boolean broken;

    WorkGroup(int items) {
        this.items = items;
    }

    /**
     * Waits until all work-items are here.
     *
     * @throws IllegalStateException in one of those that wait, if the others have ended without coming here
     */
    synchronized void barrier() {
        int mine = generation;
        waiting++;
        if (ended > 0) {
            throw diverged();
        }
        if (waiting == items) {
            waiting = 0;
            generation++;
            notifyAll();
            return;
        }
        while (mine == generation && !broken) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Abandoned();
            }
        }
        if (mine == generation) {
            throw ended > 0 ? diverged() : new Abandoned();
        }
    }

    private IllegalStateException diverged() {
        return new IllegalStateException("the kernel's barrier is not reached by all work-items: " + ended + " of "
                + items + " ended without it; let every work-item of a group pass the same barriers");
    }

    /** A work-item has ended its kernel; those that wait for it at a barrier would wait for ever. True for the last. */
    synchronized boolean end() {
        ended++;
        if (waiting > 0) {
            broken = true;
            notifyAll();
        }
        return ended == items;
    }

    /** Wakes all that wait: the launch has failed. */
    synchronized void abandon() {
        broken = true;
        notifyAll();
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
