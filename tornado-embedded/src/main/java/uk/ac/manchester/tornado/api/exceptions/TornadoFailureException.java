package uk.ac.manchester.tornado.api.exceptions;

/** The engine failed. */
public class TornadoFailureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a sentence that says what was wrong. */
    public TornadoFailureException(String msg) {
        super(msg);
    }

    /** With the cause. */
    public TornadoFailureException(Exception e) {
        super(e);
    }
}
