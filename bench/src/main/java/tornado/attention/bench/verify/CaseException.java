package tornado.attention.bench.verify;

import java.io.IOException;
import java.io.Serial;

/** A file that is no reference case; the message is one sentence that names the file. */
public final class CaseException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    CaseException(String message) {
        super(message);
    }

    CaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
