package tornado.attention.embedded.internal.compiler;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import tornado.attention.embedded.internal.compiler.lanes.LaneOptions;

/** Says, once and loudly, that kernels run without SIMD lanes. */
final class MissingVectors {
    private static final AtomicBoolean SAID = new AtomicBoolean();

    private MissingVectors() {}

    static void warnOnce() {
        if (SAID.compareAndSet(false, true)) {
            System.getLogger("tornado.attention.embedded")
                    .log(
                            Level.WARNING,
                            "Kernels run without SIMD lanes, 3 to 50 times slower: start Java with --add-modules"
                                    + " jdk.incubator.vector (or set -D" + LaneOptions.PROPERTY + "=off to say that"
                                    + " this is wanted).");
        }
    }
}
