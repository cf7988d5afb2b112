package tornado.attention.files.checkpoint;

import java.io.Serial;

/** What a pickle asks for cannot be done; the message is a sentence without the file. */
final class PickleException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    PickleException(String message) {
        super(message);
    }
}
