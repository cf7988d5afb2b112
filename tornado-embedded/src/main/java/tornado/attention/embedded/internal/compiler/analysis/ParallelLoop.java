package tornado.attention.embedded.internal.compiler.analysis;

/**
 * One {@code for (@Parallel int i = start; i < end; i += step)}; positions are element indices of the kernel's code.
 *
 * @param slot local slot of the index
 * @param initialisation the instruction that stores the start into the index
 * @param test first instruction of the test, which loads the index
 * @param branch the conditional branch of the test
 * @param bodyFrom first instruction of the body
 * @param bodyTo end of the body, which is where the increment begins
 * @param exit first instruction after the loop
 * @param step the constant added to the index
 * @param inclusive whether the test is {@code i <= end}
 * @param testOnTop whether the test stands before the body (javac) or after it (the Eclipse compiler)
 */
public record ParallelLoop(
        int slot,
        int initialisation,
        int test,
        int branch,
        int bodyFrom,
        int bodyTo,
        int exit,
        int step,
        boolean inclusive,
        boolean testOnTop) {

    /** First element of the loop proper: everything from here to {@link #last()} runs once an iteration. */
    public int first() {
        return Math.min(test, bodyFrom);
    }

    /** End of the elements that run once an iteration. */
    public int last() {
        return testOnTop ? exit : branch + 1;
    }

    /** Whether another loop lies in the body of this one. */
    public boolean encloses(ParallelLoop other) {
        return bodyFrom <= other.initialisation && Math.max(other.branch, other.bodyTo) < bodyTo;
    }
}
