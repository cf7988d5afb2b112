package tornado.attention.bench.verify;

import java.util.Locale;

/** How a case ended. */
public enum Verdict {
    /** Every value lies within the tolerance. */
    PASS,
    /** A value lies outside, the module failed, or the case cannot be read. */
    FAIL,
    /** The module is not implemented. */
    UNSUPPORTED;

    /** {@code pass}, {@code fail}, {@code unsupported}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
