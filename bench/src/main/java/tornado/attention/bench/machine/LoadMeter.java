package tornado.attention.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tornado.attention.report.internal.text.Numbers;

/** How busy others keep the processors meanwhile: other processes of this machine, and other machines on the same hardware. */
public final class LoadMeter {
    /** Processors that others may keep busy before it is worth a warning. */
    private static final double WORTH_SAYING = 0.25;

    /** Of {@code /proc}: a constant of Linux, whatever the kernel's own clock. */
    private static final double TICKS_A_SECOND = 100;

    private static final int FIRST_TIME = 11;
    private static final int TIMES = 4;
    private static final int IDLE = 4;
    private static final int WAITING = 5;
    private static final int STEAL = 8;

    private final Path proc;

    private LoadMeter(Path proc) {
        this.proc = proc;
    }

    /** The meter of this machine. */
    public static LoadMeter ofThisMachine() {
        return new LoadMeter(Path.of("/proc"));
    }

    /** The same for another folder of the kernel's. */
    static LoadMeter in(Path proc) {
        return new LoadMeter(proc);
    }

    /**
     * Counters at a time.
     *
     * @param busy all processors' time, in ticks
     * @param own this process's and its children's
     * @param nanos when
     */
    public record Reading(long busy, long own, long nanos) {
        /** Processors that others kept busy since an earlier reading. */
        public double othersSince(Reading before) {
            double seconds = (nanos - before.nanos) / 1e9;
            return Math.max(0, (busy - before.busy - (own - before.own)) / TICKS_A_SECOND / Math.max(seconds, 1e-3));
        }
    }

    /** The counters now; empty where the system has none. */
    public Optional<Reading> read() {
        try (var lines = Files.lines(proc.resolve("stat"))) {
            var words = lines.findFirst().orElse("").split("\\s+", -1);
            long busy = 0;
            for (int i = 1; i <= STEAL; i++) {
                busy += i == IDLE || i == WAITING ? 0 : Long.parseLong(words[i]);
            }
            long own = Stream.concat(
                            Stream.of(ProcessHandle.current()),
                            ProcessHandle.current().descendants())
                    .mapToLong(p -> ticks(proc.resolve(Long.toString(p.pid())).resolve("stat")))
                    .sum();
            return Optional.of(new Reading(busy, own, System.nanoTime()));
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // another system than Linux
        }
    }

    /** A process's time and that of its children that have ended; 0 of one that has ended itself. */
    private static long ticks(Path stat) {
        try {
            var text = Files.readString(stat);
            var words = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            long sum = 0;
            for (int i = FIRST_TIME; i < FIRST_TIME + TIMES; i++) {
                sum += Long.parseLong(words[i]);
            }
            return sum;
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    /** Processors that others keep busy now, looked at for a while; empty where the system does not say. */
    public Optional<Double> now(long millis) {
        var before = read();
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return before.flatMap(b -> read().map(r -> r.othersSince(b)));
    }

    /** Whether so many busy processors may change what is measured. */
    public static boolean disturbs(double others) {
        return others > WORTH_SAYING;
    }

    /** {@code 0.31}. */
    public static String text(double others) {
        return Numbers.fixed(others, 2);
    }
}
