package tornado.attention.bench.compare;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** How far a run is: a bar with the time left on a terminal, a line a case elsewhere. */
final class Progress {
    private static final int WIDTH = 24;

    private final PrintWriter out;
    private final boolean terminal;
    private final int total;
    private final long start = System.nanoTime();
    private int done;
    private int shown;

    /**
     * A run of so many cases.
     *
     * @param terminal whether lines can be drawn over
     */
    Progress(PrintWriter out, boolean terminal, int total) {
        this.out = out;
        this.terminal = terminal;
        this.total = total;
    }

    /** A sentence between the cases. */
    synchronized void note(String sentence) {
        clear();
        out.println(sentence);
        out.flush();
    }

    /** A case begins. */
    synchronized void begin(String id) {
        if (terminal) {
            draw(id);
        }
    }

    /** A case is done, with what came of it in a few words. */
    synchronized void end(String id, String outcome) {
        done++;
        if (!terminal) {
            out.println(String.format(Locale.ROOT, "[%d/%d] %s: %s%s", done, total, id, outcome, timeLeft()));
            out.flush();
        } else if (done == total) {
            clear();
        }
    }

    private void draw(String id) {
        int filled = total == 0 ? 0 : done * WIDTH / total;
        var line = String.format(
                Locale.ROOT,
                "%s%s %d/%d  %s%s",
                "\u2588".repeat(filled),
                "\u2591".repeat(WIDTH - filled),
                done,
                total,
                id,
                timeLeft());
        out.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
        out.flush();
        shown = line.length();
    }

    private void clear() {
        if (terminal && shown > 0) {
            out.print("\r" + " ".repeat(shown) + "\r");
            out.flush();
            shown = 0;
        }
    }

    private String timeLeft() {
        if (done == 0 || done == total) {
            return "";
        }
        long nanos = (System.nanoTime() - start) / done * (total - done);
        return ", about " + describe(Duration.ofNanos(nanos)) + " left";
    }

    /** {@code 40 s}, {@code 3 min}, {@code 2 h 10 min}. */
    static String describe(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 90) {
            return Math.max(1, seconds) + " s";
        }
        long minutes = (seconds + 30) / 60;
        return minutes < 90 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
    }
}
