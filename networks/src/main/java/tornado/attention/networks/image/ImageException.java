package tornado.attention.networks.image;

import java.io.IOException;
import java.io.Serial;

/** An image file that cannot be read or written; the message is one sentence that names the file and what to do. */
public final class ImageException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
