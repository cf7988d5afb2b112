package uk.ac.manchester.tornado.api.exceptions;

/** Device memory was used wrongly. */
public class TornadoMemoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a sentence that says what was wrong. */
    public TornadoMemoryException(String msg) {
        super(msg);
    }
}
