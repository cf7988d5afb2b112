package uk.ac.manchester.tornado.api.exceptions;

/** Closing an execution plan failed. */
public class TornadoExecutionPlanException extends Exception {

    private static final long serialVersionUID = 1L;

    /** With a sentence that says what was wrong. */
    public TornadoExecutionPlanException(String reason) {
        super(reason);
    }

    /** With a sentence that says what was wrong, and the cause. */
    public TornadoExecutionPlanException(String message, Throwable cause) {
        super(message, cause);
    }
}
