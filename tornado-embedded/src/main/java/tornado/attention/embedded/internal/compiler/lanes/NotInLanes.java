package tornado.attention.embedded.internal.compiler.lanes;

/** Says why a loop cannot run in lanes; the message is part of the explanation of a kernel. */
final class NotInLanes extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotInLanes(String reason) {
        super(reason, null, false, false);
    }
}
