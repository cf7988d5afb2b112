package tornado.attention.files.checkpoint;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/** A file of weights that cannot be read; the message is one sentence that names the file, what is wrong and what to do. */
public final class CheckpointException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    CheckpointException(Path file, String what) {
        super(file + ": " + what);
    }

    CheckpointException(Path file, String what, Throwable cause) {
        super(file + ": " + what, cause);
    }
}
