package uk.ac.manchester.tornado.api.exceptions;

/** Device memory does not suffice. */
public class TornadoOutOfMemoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a sentence that says what was wrong. */
    public TornadoOutOfMemoryException(String msg) {
        super(msg);
    }
}
