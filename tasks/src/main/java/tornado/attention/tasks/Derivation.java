package tornado.attention.tasks;

import java.util.Arrays;
import java.util.List;

/**
 * What is made of weights on the host: the key under which a chain makes it once.
 *
 * @param what the operation
 * @param of arrays by their identity, and numbers
 */
record Derivation(String what, List<Object> of) {
    /** A key of these arrays and numbers. */
    static Derivation of(String what, Object... of) {
        return new Derivation(what, List.of(of));
    }

    /**
     * Elements by themselves: equal ones are one array.
     *
     * @param elements never changed
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by its elements, below
    record Elements(float[] elements) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Elements(float[] others) && Arrays.equals(elements, others);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(elements);
        }
    }
}
