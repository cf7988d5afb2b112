package tornado.attention.bench.report;

/** What became of a case on a contender. */
public enum Verdict {
    /** The result is right; it has a time. */
    PASS,
    /** The result is wrong, or the program failed; it has no time. */
    FAIL,
    /** It cannot run there, for a reason that is given. */
    UNSUPPORTED;

    /** As it stands in files: {@code pass}. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
