package tornado.attention.embedded.internal.compiler;

import java.util.List;
import tornado.attention.embedded.internal.compiler.analysis.KernelAnalysis;
import tornado.attention.embedded.internal.compiler.runtime.ScalarTile;
import tornado.attention.embedded.internal.compiler.runtime.Space;
import tornado.attention.embedded.internal.compiler.runtime.Tile;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** A generated tile with its arrays: cuts the iteration space of each phase into tiles and has workers run them. */
final class TiledKernel extends Workers.TileRun implements BoundKernel {
    /** How much finer a long run is cut while it is cold: behind each piece it may have become hot, and takes all threads from there. */
    private static final int COLD_PIECES = 4;

    private final String taskName;
    private final String display;
    private final Tile code;
    /** One space for each phase; none if the kernel runs once from begin to end. */
    private final List<Space> phases;

    private final boolean measureEachRun;
    private int phase;
    private int tileCount;
    private long asked;
    private long coldThen;

    TiledKernel(String taskName, KernelAnalysis analysis, Tile code, List<Space> phases) {
        this.taskName = taskName;
        this.display = analysis.code().display();
        this.code = code;
        this.measureEachRun = analysis.dynamicBounds();
        this.phases = phases;
    }

    @Override
    public void run(Workers workers) {
        if (phases.isEmpty()) {
            runOnce();
            return;
        }
        for (phase = 0; phase < phases.size(); phase++) {
            var space = phases.get(phase);
            if (measureEachRun || !space.isMeasured()) {
                measure(space);
            }
            boolean cold = space.isCold() && workers.threads() > 1;
            int threads = cold ? workers.threadsBesideCompilers() : workers.threads();
            tileCount = space.tiles(cold && space.isLong() ? COLD_PIECES * workers.threads() : threads);
            if (tileCount == 0) {
                continue;
            }
            prepare(tileCount, workers.threads());
            if (cold) {
                asked = System.nanoTime();
                coldThen = space.coldNanos();
            }
            workers.run(this, threads);
            if (failure() != null) {
                throw failed(failure());
            }
        }
    }

    private void runOnce() {
        try {
            ((ScalarTile) code).run(0, 0, 1);
        } catch (RuntimeException | Error e) {
            throw failed(e);
        }
    }

    private void measure(Space space) {
        try {
            space.measure(code);
        } catch (RuntimeException | Error e) {
            throw failed(e);
        }
    }

    /** Whether the latest tile spent less than a fifth of its time in cold blocks. */
    @Override
    boolean wantsAll() {
        long now = System.nanoTime();
        long cold = phases.get(phase).coldNanos();
        boolean hot = cold - coldThen < (now - asked) / 5;
        asked = now;
        coldThen = cold;
        return hot;
    }

    @Override
    void tile(int index) {
        phases.get(phase).run(code, index, tileCount);
    }

    /** HotSpot throws one exception again and again, without message and trace, where a compiled method has thrown it often. */
    private static String withoutTrace(Throwable cause) {
        return cause.getStackTrace().length > 0
                ? ""
                : ", of which HotSpot left the details out; start Java with -XX:-OmitStackTraceInFastThrow to see them";
    }

    private RuntimeException failed(Throwable cause) {
        if (cause instanceof VirtualMachineError error) {
            throw error;
        }
        var reason = cause.getMessage() == null
                ? cause.getClass().getSimpleName() + withoutTrace(cause)
                : cause.getMessage();
        var failure = new TornadoRuntimeException("Kernel " + display + " of task " + taskName + " failed: " + reason);
        failure.initCause(cause);
        return failure;
    }
}
