package uk.ac.manchester.tornado.api.exceptions;

/** A task graph, an execution plan or an argument of theirs is not usable. */
public class TornadoRuntimeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a sentence that says what was wrong. */
    public TornadoRuntimeException(String msg) {
        super(msg);
    }

    /** With the cause. */
    public TornadoRuntimeException(Exception e) {
        super(e);
    }
}
