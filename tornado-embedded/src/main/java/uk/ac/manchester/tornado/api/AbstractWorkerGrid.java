package uk.ac.manchester.tornado.api;

/** Sizes of a grid. */
public abstract class AbstractWorkerGrid implements WorkerGrid {

    /** Work-items in each dimension. */
    protected long[] globalWork;

    /** Work-items of a group in each dimension, or null. */
    protected long[] localWork;

    /** Groups in each dimension, or null. */
    protected long[] numOfWorkgroups;

    /** What is added to the global indices. */
    protected long[] globalOffset;

    /** A grid of so many work-items, whose groups the engine chooses. */
    protected AbstractWorkerGrid(long x, long y, long z) {
        globalWork = new long[] {x, y, z};
        globalOffset = new long[] {0, 0, 0};
    }

    @Override
    public long[] getGlobalWork() {
        return globalWork;
    }

    @Override
    public long[] getLocalWork() {
        return localWork;
    }

    @Override
    public long[] getNumberOfWorkgroups() {
        return numOfWorkgroups;
    }

    @Override
    public long[] getGlobalOffset() {
        return globalOffset;
    }

    @Override
    public void setGlobalWork(long x, long y, long z) {
        globalWork = new long[] {x, y, z};
    }

    @Override
    public void setLocalWork(long x, long y, long z) {
        if (x < 1 || y < 1 || z < 1) {
            throw new IllegalArgumentException("A work-group of " + x + " x " + y + " x " + z
                    + " work-items cannot be: give at least 1 in each dimension.");
        }
        localWork = new long[] {x, y, z};
        numOfWorkgroups = new long[] {globalWork[0] / x, globalWork[1] / y, globalWork[2] / z};
    }

    @Override
    public void setGlobalOffset(long x, long y, long z) {
        globalOffset = new long[] {x, y, z};
    }

    @Override
    public void setLocalWorkToNull() {
        localWork = null;
    }

    @Override
    public void setNumberOfWorkgroupsToNull() {
        numOfWorkgroups = null;
    }
}
