package uk.ac.manchester.tornado.api;

/** How many work-items run a kernel, and in groups of what size, in up to three dimensions (x, y, z). */
public interface WorkerGrid {

    /** Number of dimensions, 1 to 3. */
    int dimension();

    /** Work-items in each dimension. */
    long[] getGlobalWork();

    /** Work-items of a group in each dimension; null: the engine chooses. */
    long[] getLocalWork();

    /** Groups in each dimension; null before the local work is set. */
    long[] getNumberOfWorkgroups();

    /** What is added to the global indices. */
    long[] getGlobalOffset();

    /** Sets the number of work-items. */
    void setGlobalWork(long x, long y, long z);

    /** Sets the size of a group; each dimension must divide the global work. */
    void setLocalWork(long x, long y, long z);

    /** Forgets the number of groups. */
    void setNumberOfWorkgroupsToNull();

    /** Lets the engine choose the size of a group. */
    void setLocalWorkToNull();

    /** Sets what is added to the global indices. */
    void setGlobalOffset(long x, long y, long z);
}
