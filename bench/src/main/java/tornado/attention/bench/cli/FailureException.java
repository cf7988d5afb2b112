package tornado.attention.bench.cli;

import java.io.Serial;

/** A command cannot do what it was asked for; it ends with exit status 1 and this sentence. */
public final class FailureException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With a sentence that says what failed and what to do. */
    public FailureException(String message) {
        super(message);
    }

    /** The same with the cause, which {@code --debug} shows. */
    public FailureException(String message, Throwable cause) {
        super(message, cause);
    }
}
