package tornado.attention.bench.cli;

import java.io.Serial;

/** What was typed makes no sense; the command ends with exit status 2 and this sentence. */
public final class UsageException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With a sentence that says what was wrong and what to do. */
    public UsageException(String message) {
        super(message);
    }

    /** The same with the cause, which {@code --debug} shows. */
    public UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
