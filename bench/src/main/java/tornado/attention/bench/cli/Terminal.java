package tornado.attention.bench.cli;

/** Whether somebody looks on, and how a line is drawn over. */
public final class Terminal {
    /** Goes to the begin of the line and clears it. */
    public static final String CLEAR = "\r\u001b[K";

    private Terminal() {}

    /** Whether there is a terminal. Without one there is no console in JDK 25, whatever it was before and will be after. */
    @SuppressWarnings("SystemConsoleNull")
    public static boolean isThere() {
        var console = System.console();
        return console != null && console.isTerminal();
    }
}
