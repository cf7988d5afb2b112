package tornado.attention.embedded.internal.workgroup;

import java.util.function.IntFunction;

/** One work-item: where it is, its group's barrier and local arrays. Dimensions are 0 (x), 1 (y) and 2 (z). */
public final class WorkItem {

    private final GroupShape shape;
    private final WorkGroup group;
    private final int[] groupIndex;
    private final int[] localIndex;
    private int localArrays;

    WorkItem(GroupShape shape, WorkGroup group, int[] groupIndex, int[] localIndex) {
        this.shape = shape;
        this.group = group;
        this.groupIndex = groupIndex;
        this.localIndex = localIndex;
    }

    /** Index among all work-items, with the grid's offset. */
    public int global(int dimension) {
        return shape.offset(dimension) + groupIndex[dimension] * shape.local(dimension) + localIndex[dimension];
    }

    /** Index of its group. */
    public int group(int dimension) {
        return groupIndex[dimension];
    }

    /** Index in its group. */
    public int local(int dimension) {
        return localIndex[dimension];
    }

    /** Number of all work-items. */
    public int globalSize(int dimension) {
        return shape.global(dimension);
    }

    /** Number of work-items in its group. */
    public int localSize(int dimension) {
        return shape.local(dimension);
    }

    /** Waits for all work-items of its group. */
    public void barrier() {
        group.barrier();
    }

    /** Its lane in its SIMD group: work-items of a group are counted along x first. */
    private int lane() {
        return place() % WorkGroup.LANES;
    }

    private int place() {
        return localIndex[0] + shape.local(0) * (localIndex[1] + shape.local(1) * localIndex[2]);
    }

    /**
     * The value of the work-item so many lanes ahead in the SIMD group, to which all of them give one; its own where there is none.
     *
     * @param value its own
     * @param delta lanes ahead
     */
    public float shuffleDown(float value, int delta) {
        return group.exchange(place(), value, lane() + delta);
    }

    /** The value of the first lane of the SIMD group, to which all of them give one. */
    public float broadcastFirst(float value) {
        return group.exchange(place(), value, 0);
    }

    /**
     * An array that all work-items of the group share: the first call of each work-item gives all of them the same
     * array, so does the second, and so on.
     *
     * @param type of the array
     * @param length its length, the same for all work-items
     * @param allocator makes the array for the work-item that comes first
     */
    public <T> T localArray(Class<T> type, int length, IntFunction<T> allocator) {
        return type.cast(group.localArray(localArrays++, type, length, allocator));
    }

    @Override
    public String toString() {
        return "work-item (" + localIndex[0] + ", " + localIndex[1] + ", " + localIndex[2] + ") of group ("
                + groupIndex[0] + ", " + groupIndex[1] + ", " + groupIndex[2] + ")";
    }
}
