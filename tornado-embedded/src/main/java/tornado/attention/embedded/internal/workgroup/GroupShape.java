package tornado.attention.embedded.internal.workgroup;

import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** Sizes of a launch in three dimensions, checked: each local size divides the global one. */
final class GroupShape {

    // Work-items of a group where the engine chooses: enough for local memory to matter, few enough to emulate.
    private static final int CHOSEN = 64;

    // The emulation keeps a reference for each group; more groups than this would run for hours anyway.
    private static final int MAX_GROUPS = 1 << 24;

    private final int[] global;
    private final int[] local;
    private final int[] offset;

    private GroupShape(int[] global, int[] local, int[] offset) {
        this.global = global;
        this.local = local;
        this.offset = offset;
    }

    static GroupShape of(String taskName, WorkerGrid grid) {
        var global = ints(taskName, grid.getGlobalWork());
        for (int size : global) {
            if (size < 1) {
                throw new TornadoRuntimeException("The grid of task " + taskName + " has " + text(global)
                        + " work-items: give each dimension at least one.");
            }
        }
        var local = grid.getLocalWork() == null ? choose(global) : ints(taskName, grid.getLocalWork());
        long items = 1;
        for (int d = 0; d < global.length; d++) {
            if (local[d] < 1 || global[d] % local[d] != 0) {
                throw new TornadoRuntimeException("The grid of task " + taskName + " has " + text(global)
                        + " work-items in groups of " + text(local)
                        + ": make each dimension of the global size a multiple of the local one.");
            }
            items *= local[d];
        }
        if (items > GroupKernel.MAX_GROUP) {
            throw new TornadoRuntimeException("The grid of task " + taskName + " has groups of " + items
                    + " work-items, but a group has at most " + GroupKernel.MAX_GROUP + ": make them smaller.");
        }
        checkGroups(taskName, global, local);
        return new GroupShape(global, local, ints(taskName, grid.getGlobalOffset()));
    }

    private static void checkGroups(String taskName, int[] global, int[] local) {
        long groups = 1;
        for (int d = 0; d < global.length; d++) {
            groups *= global[d] / local[d];
            if (groups > MAX_GROUPS) {
                throw new TornadoRuntimeException("The grid of task " + taskName + " has more than " + MAX_GROUPS
                        + " groups: make it smaller, or the groups larger.");
            }
        }
    }

    /** The largest divisors, x first, that together stay within the chosen size. */
    private static int[] choose(int[] global) {
        var local = new int[global.length];
        int left = CHOSEN;
        for (int d = 0; d < global.length; d++) {
            int size = Math.min(left, global[d]);
            while (global[d] % size != 0) {
                size--;
            }
            local[d] = size;
            left /= size;
        }
        return local;
    }

    private static int[] ints(String taskName, long[] sizes) {
        var result = new int[3];
        for (int d = 0; d < result.length; d++) {
            if (sizes[d] != (int) sizes[d]) {
                throw new TornadoRuntimeException("The grid of task " + taskName + " has a size of " + sizes[d]
                        + ": kernels index with ints, so stay below " + Integer.MAX_VALUE + ".");
            }
            result[d] = (int) sizes[d];
        }
        return result;
    }

    private static String text(int[] sizes) {
        return sizes[0] + " x " + sizes[1] + " x " + sizes[2];
    }

    /** Work-items in a dimension. */
    int global(int dimension) {
        return global[dimension];
    }

    /** Work-items of a group in a dimension. */
    int local(int dimension) {
        return local[dimension];
    }

    /** What is added to global indices in a dimension. */
    int offset(int dimension) {
        return offset[dimension];
    }

    int groups(int dimension) {
        return global[dimension] / local[dimension];
    }

    int groups() {
        return groups(0) * groups(1) * groups(2);
    }

    int itemsOfGroup() {
        return local[0] * local[1] * local[2];
    }

    /** Splits a flat index, x fastest, over the dimensions of {@code sizes}. */
    private static int[] split(int index, int x, int y) {
        return new int[] {index % x, index / x % y, index / x / y};
    }

    int[] groupIndex(int flat) {
        return split(flat, groups(0), groups(1));
    }

    int[] localIndex(int flat) {
        return split(flat, local[0], local[1]);
    }
}
