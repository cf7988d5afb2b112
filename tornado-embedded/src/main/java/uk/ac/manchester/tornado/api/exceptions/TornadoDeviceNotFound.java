package uk.ac.manchester.tornado.api.exceptions;

/** There is no device with this index. */
public class TornadoDeviceNotFound extends TornadoRuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a sentence that says what was wrong. */
    public TornadoDeviceNotFound(String msg) {
        super(msg);
    }
}
