package tornado.attention.embedded.internal.compiler.lift;

/** Says that a kernel, allowed as it is, has something that only the scalar tile can run; the message says what. */
public final class NotLiftable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * With the reason.
     *
     * @param reason what cannot be lifted, as it reads in the explanation of a kernel
     */
    public NotLiftable(String reason) {
        super(reason, null, false, false);
    }
}
