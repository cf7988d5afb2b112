package tornado.attention.bench.compare;

import java.io.Serial;

/** A case cannot run on a contender: an outcome with a reason, not a failure. */
final class Unsupported extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With the sentence that stands in the report. */
    Unsupported(String reason) {
        super(reason);
    }

    /** The same with its cause. */
    Unsupported(String reason, Throwable cause) {
        super(reason, cause);
    }
}
