package uk.ac.manchester.tornado.api.exceptions;

/** There is no backend with this index. */
public class TornadoBackendNotFound extends TornadoRuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a sentence that says what was wrong. */
    public TornadoBackendNotFound(String msg) {
        super(msg);
    }
}
