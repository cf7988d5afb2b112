package uk.ac.manchester.tornado.api.exceptions;

/** A kernel cannot be compiled, or failed while it ran. */
public class TornadoBailoutRuntimeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a sentence that says what was wrong. */
    public TornadoBailoutRuntimeException(String msg) {
        super(msg);
    }

    /** With a sentence that says what was wrong, and the cause. */
    public TornadoBailoutRuntimeException(String msg, Exception e) {
        super(msg, e);
    }
}
