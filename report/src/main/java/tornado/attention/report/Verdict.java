package tornado.attention.report;

/** What became of a case. */
public enum Verdict {
    /** The result is right; only then it has a time. */
    PASS,
    /** The result is wrong, the program failed, or the case cannot be read. */
    FAIL,
    /** It cannot run there, or is not implemented, for a reason that is given. */
    UNSUPPORTED;

    /** As it stands in files: {@code pass}. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
