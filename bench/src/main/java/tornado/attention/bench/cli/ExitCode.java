package tornado.attention.bench.cli;

/** Exit statuses of every command. */
public final class ExitCode {
    /** Everything was done. */
    public static final int OK = 0;

    /** Something failed: a check, a file, a device. */
    public static final int FAILED = 1;

    /** What was typed makes no sense. */
    public static final int USAGE = 2;

    private ExitCode() {}
}
