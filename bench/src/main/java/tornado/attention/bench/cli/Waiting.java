package tornado.attention.bench.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tornado.attention.report.internal.text.Numbers;

/**
 * On a terminal, a line that says what takes longer than five seconds, since when, how much of it is done and for how long still; it
 * goes when that is done.
 */
public final class Waiting implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 5_000;
    private static final long EVERY_MILLIS = 1_000;

    private final PrintStream terminal;
    private final ScheduledExecutorService clock;
    private final long begun = System.nanoTime();
    private volatile String doing;
    private volatile long end;
    private volatile int count;
    private volatile int all;
    private boolean shown;

    private Waiting(PrintStream terminal, String doing, long patience, long every) {
        this.terminal = terminal;
        this.doing = doing;
        if (terminal == null) {
            this.clock = null;
            return;
        }
        this.clock = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().daemon().name("waiting").unstarted(task));
        clock.scheduleAtFixedRate(this::show, patience, every, TimeUnit.MILLISECONDS);
    }

    /** Begins something that may take long. */
    public static Waiting on(String doing) {
        return new Waiting(Terminal.isThere() ? System.err : null, doing, PATIENCE_MILLIS, EVERY_MILLIS);
    }

    /** The same on a terminal that is given, with other times. */
    static Waiting on(PrintStream terminal, String doing, long patience, long every) {
        return new Waiting(terminal, doing, patience, every);
    }

    /**
     * Goes on with something else.
     *
     * @param until when it is done at the latest, as {@link System#nanoTime} counts
     */
    public void now(String next, long until) {
        end = until;
        doing = next;
    }

    /** Says how many of how many are done; the rest is taken to need as long each. */
    public void done(int count, int all) {
        this.count = count;
        this.all = all;
    }

    /** Prints something else, which must not stand behind the line. */
    public synchronized void aside(Runnable print) {
        clear();
        print.run();
    }

    private synchronized void show() {
        if (clock.isShutdown()) {
            return;
        }
        long time = System.nanoTime();
        terminal.print(Terminal.CLEAR
                + String.format(
                        Locale.ROOT,
                        "%s%s, %d s%s",
                        doing,
                        all == 0 ? "" : ", " + count + " of " + all,
                        (time - begun) / 1_000_000_000,
                        left(time)));
        terminal.flush();
        shown = true;
    }

    private String left(long time) {
        if (end - time > 0 && end != 0) {
            return String.format(Locale.ROOT, ", at most %d s left", (end - time) / 1_000_000_000 + 1);
        }
        if (count > 0 && count < all) {
            double each = (time - begun) / 1e9 / count;
            return ", about " + Numbers.fixed(Math.ceil(each * (all - count)), 0) + " s left";
        }
        return "";
    }

    private synchronized void clear() {
        if (shown) {
            terminal.print(Terminal.CLEAR);
            terminal.flush();
            shown = false;
        }
    }

    @Override
    public void close() {
        if (clock == null) {
            return;
        }
        clock.shutdownNow();
        clear();
    }
}
