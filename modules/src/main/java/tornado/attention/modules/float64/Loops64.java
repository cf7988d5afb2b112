package tornado.attention.modules.float64;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Runs independent iterations; each result element is computed by one of them in a fixed order, so threads change no
 * digit.
 */
final class Loops64 {
    /** Below this many multiply-accumulates a parallel stream costs more than it saves (a few ten microseconds). */
    private static final long WORTH_THREADS = 1L << 17;

    private Loops64() {}

    /**
     * Calls the body for 0 ... count-1, on several threads where {@code work} (elementary steps in all) is worth it.
     */
    static void forEach(int count, long work, IntConsumer body) {
        if (work < WORTH_THREADS || count == 1) {
            for (var i = 0; i < count; i++) {
                body.accept(i);
            }
        } else {
            IntStream.range(0, count).parallel().forEach(body);
        }
    }
}
