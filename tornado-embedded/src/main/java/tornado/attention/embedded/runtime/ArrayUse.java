package tornado.attention.embedded.runtime;

/**
 * What a graph does with one of the host's arrays.
 *
 * @param host the array, by its identity
 * @param up when it is copied to the device
 * @param source the graph it is taken over from; empty: any, or not taken over
 * @param down whether every run copies it back
 * @param kept whether it may be taken over by the graph that runs next
 * @param argument whether a task of the graph uses it
 */
public record ArrayUse(Object host, Up up, String source, boolean down, boolean kept, boolean argument) {

    /** When an array is copied to the device. */
    public enum Up {
        /** Never: only memory is allocated. */
        NEVER,
        /** Once after allocation, if a task uses it. */
        FIRST_RUN,
        /** At every run, whether a task uses it or not. */
        EVERY_RUN,
        /** Never: it is taken over from the graph that ran before. */
        TAKEN_OVER
    }

    ArrayUse with(Up newUp) {
        return new ArrayUse(host, newUp, source, down, kept, argument);
    }

    /** What was taken over may be handed on, too. */
    ArrayUse takenOverFrom(String graph) {
        return new ArrayUse(host, Up.TAKEN_OVER, graph, down, true, argument);
    }

    ArrayUse broughtDown() {
        return new ArrayUse(host, up, source, true, kept, argument);
    }

    ArrayUse keptOnDevice() {
        return new ArrayUse(host, up, source, down, true, argument);
    }

    ArrayUse asArgument() {
        return new ArrayUse(host, up, source, down, kept, true);
    }

    /** Whether the device needs memory for it. */
    boolean allocated() {
        return argument || up == Up.EVERY_RUN || up == Up.TAKEN_OVER;
    }
}
