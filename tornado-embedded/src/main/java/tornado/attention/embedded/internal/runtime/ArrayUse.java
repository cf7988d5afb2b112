package tornado.attention.embedded.internal.runtime;

import tornado.attention.embedded.internal.compiler.analysis.ArrayAccess;

/**
 * What a graph does with one of the host's arrays.
 *
 * @param host the array, by its identity
 * @param up when it is copied to the device, if the tasks need that
 * @param source the graph it is taken over from; empty: any, or not taken over
 * @param down whether every run copies it back, if a task writes it
 * @param kept whether it may be taken over by the graph that runs next
 * @param first what the first task that has it as an argument does with it
 * @param tasks how many tasks have it as an argument
 * @param written whether any task writes it
 */
record ArrayUse(
        Object host,
        Up up,
        String source,
        boolean down,
        boolean kept,
        ArrayAccess.Use first,
        int tasks,
        boolean written) {

    /** When an array is copied to the device. */
    enum Up {
        /** Never, as under demand: only memory is allocated. */
        NEVER,
        /** Once after allocation, if a task uses it; also where no transfer is declared. */
        FIRST_RUN,
        /** At every run, whether a task uses it or not. */
        EVERY_RUN,
        /** Never: it is taken over from the graph that ran before. */
        TAKEN_OVER
    }

    /** An array of which nothing is known yet: TornadoVM copies what its first task reads once, declared or not. */
    static ArrayUse of(Object host) {
        return new ArrayUse(host, Up.FIRST_RUN, "", false, false, ArrayAccess.Use.NONE, 0, false);
    }

    ArrayUse with(Up newUp) {
        return new ArrayUse(host, newUp, source, down, kept, first, tasks, written);
    }

    /** What was taken over may be handed on, too. */
    ArrayUse takenOverFrom(String graph) {
        return new ArrayUse(host, Up.TAKEN_OVER, graph, down, true, first, tasks, written);
    }

    ArrayUse broughtDown() {
        return new ArrayUse(host, up, source, true, kept, first, tasks, written);
    }

    ArrayUse keptOnDevice() {
        return new ArrayUse(host, up, source, down, true, first, tasks, written);
    }

    ArrayUse asArgument(ArrayAccess.Use use) {
        return new ArrayUse(
                host, up, source, down, kept, tasks == 0 ? use : first, tasks + 1, written || use.written());
    }

    /** Whether the device needs memory for it. */
    boolean allocated() {
        return tasks > 0 || up == Up.EVERY_RUN || up == Up.TAKEN_OVER;
    }

    /** Whether the device's copy has to be filled by a run that finds it filled before, or not. */
    boolean isDue(boolean filled) {
        // What the first task only writes is not copied: TornadoVM sees that the copy would be overwritten.
        return switch (up) {
            case NEVER, TAKEN_OVER -> false;
            case FIRST_RUN -> !filled && tasks > 0 && !first.onlyWritten();
            case EVERY_RUN -> !first.onlyWritten();
        };
    }

    /** Whether a run copies it back. */
    boolean comesDown() {
        return down && written;
    }
}
