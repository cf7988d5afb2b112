package uk.ac.manchester.tornado.api.exceptions;

/** A task of a graph is not usable. */
public class TornadoTaskRuntimeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a sentence that says what was wrong. */
    public TornadoTaskRuntimeException(String msg) {
        super(msg);
    }

    /** With a sentence that says what was wrong, and the cause. */
    public TornadoTaskRuntimeException(String msg, Exception e) {
        super(msg, e);
    }
}
